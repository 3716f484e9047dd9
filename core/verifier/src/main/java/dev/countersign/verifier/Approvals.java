package dev.countersign.verifier;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What people were asked, what they said, and that nothing ran without it.
///
/// ```
///  approval.request ─▶ asked ─┬─ approval.ruling: approved ─▶ asked, with one yes more
///     (of an open intent)     ├─ approval.ruling: rejected, expired, withdrawn ─▶ over
///                             └─ approval.consume, with enough of them ─▶ over, and used
/// ```
///
/// Every step that this does not allow is a finding. An intent that people must be asked about has
/// an approval used for it before its outcome says that it ran.
///
/// Of a review that is over nothing is kept but its name ([Once]). One that is not takes a few
/// hundred bytes, what its request names (parties and panels), and about a hundred bytes for each
/// ruling. [#LATEST] after its end it is over whatever the log says, and forgotten.
final class Approvals {
    /// How long after a review's end a yes that was under way may still be written.
    static final Duration SLACK = Duration.ofMinutes(1);

    /// How long after a review's end its approval may still be used, by whoever waited for it.
    static final Duration LATEST = Duration.ofMinutes(2);

    private static final Set<String> ASSURANCES = Set.of("session", "signed");
    private static final int FIRST_SWEEP = 1_024;

    private final String origin;
    private final Story.Wrong wrong;
    private final Map<String, Review> reviews = new HashMap<>();
    private final Once asked = new Once();
    private final Once used = new Once();
    private int sweep = FIRST_SWEEP;
    private long signed;
    private long bySession;

    /// @param origin what the log calls itself, and the statement of each ruling too
    Approvals(String origin, Story.Wrong wrong) {
        this.origin = origin;
        this.wrong = wrong;
    }

    /// What people said so far.
    Report.Rulings rulings() {
        return new Report.Rulings(signed, bySession);
    }

    /// How many reviews are kept.
    int open() {
        return reviews.size();
    }

    // ---- asked

    /// @param open intents of its session, by action
    void request(long index, Map<String, Object> record, String leaf, Map<String, Intent> open) {
        var x = Story.map(record, "x");
        var name = Story.text(x, "review");
        var review = Review.of(record, leaf);
        if (review.isEmpty()) {
            wrong.record(
                    Code.SCHEMA, index, "its review, whom it asks, its rows or its end is none");
            return;
        }
        if (!asked.add(name)) {
            wrong.record(
                    Code.REQUEST_INVALID, index, "people were asked in review " + name + " before");
            return;
        }
        var intent = named(x, open);
        if (intent == null) {
            wrong.record(
                    Code.REQUEST_INVALID,
                    index,
                    "it asks about no intent of its session that is open");
        } else if (!intent.asks || intent.refused) {
            wrong.record(
                    Code.REQUEST_INVALID,
                    index,
                    "it asks about an intent that was refused, or that needs nobody");
        } else if (!intent.needs.equals(review.get().needs)) {
            wrong.record(
                    Code.REQUEST_INVALID,
                    index,
                    "it asks other people than the decision of its intent");
        }
        if (intent != null) {
            review.get().about(intent);
        }
        forget(at(record));
        reviews.put(name, review.get());
    }

    private static @Nullable Intent named(Map<String, Object> x, Map<String, Intent> open) {
        var intent = open.get(Story.text(x, "action"));
        return intent != null && intent.leaf.equals(Story.text(x, "intent")) ? intent : null;
    }

    /// Now and then, so that each request pays for a look at two reviews at most.
    private void forget(Instant now) {
        if (reviews.size() >= sweep) {
            reviews.values().removeIf(review -> review.end.plus(LATEST).isBefore(now));
            sweep = Math.max(FIRST_SWEEP, reviews.size() * 2);
        }
    }

    // ---- said

    void ruling(long index, Map<String, Object> record, String leaf) {
        var x = Story.map(record, "x");
        var ruling = Story.text(x, "ruling");
        boolean byPerson = ruling.equals("approved") || ruling.equals("rejected");
        if (!byPerson && !ruling.equals("expired") && !ruling.equals("withdrawn")) {
            wrong.record(Code.SCHEMA, index, "its ruling is none");
            return;
        }
        boolean isSigned = Story.text(x, "assurance").equals("signed");
        if (byPerson) {
            count(isSigned);
        }
        var name = Story.text(x, "review");
        var review = reviews.get(name);
        if (review == null || !review.request.equals(Story.text(x, "request"))) {
            wrong.record(
                    Code.RULING_INVALID,
                    index,
                    "it rules on a review that nobody asked for, or that is over");
            return;
        }
        if (byPerson) {
            byPerson(index, record, review);
        } else if (x.containsKey("reviewer") || x.containsKey("assurance")) {
            wrong.record(
                    Code.RULING_INVALID,
                    index,
                    "it names a person, and no person rules that a review is " + ruling);
        }
        statement(index, x, byPerson ? review.terms : Map.of("review", name), byPerson);
        if (ruling.equals("approved")) {
            review.yes.put(leaf, isSigned);
        } else {
            reviews.remove(name);
        }
    }

    private void count(boolean isSigned) {
        if (isSigned) {
            signed++;
        } else {
            bySession++;
        }
    }

    private void byPerson(long index, Map<String, Object> record, Review review) {
        var x = Story.map(record, "x");
        var reviewer = Story.map(x, "reviewer");
        if (Story.text(reviewer, "sub").isEmpty()
                || !ASSURANCES.contains(Story.text(x, "assurance"))) {
            wrong.record(
                    Code.RULING_INVALID, index, "it does not say who ruled, or how sure that is");
            return;
        }
        if (review.askedBy(reviewer)) {
            wrong.record(Code.SOD_VIOLATION, index, "who asked, or acts in it, ruled on it");
        }
        if (!review.ruledBy(reviewer)) {
            wrong.record(Code.RULING_INVALID, index, "the same person ruled on it before");
        }
        if (Story.text(x, "ruling").equals("approved")
                && at(record).isAfter(review.end.plus(SLACK))) {
            wrong.record(
                    Code.RULING_INVALID,
                    index,
                    "it approves after the review's end, " + review.end);
        }
    }

    /// What the person's issuer signed, or would have: it must be about this and nothing else.
    private void statement(
            long index, Map<String, Object> x, Map<String, String> terms, boolean byPerson) {
        var said = Story.map(x, "statement");
        var must = new TreeMap<>(terms);
        must.put("ruling", Story.text(x, "ruling"));
        if (byPerson) {
            must.put("origin", origin);
            must.put("v", "cs.ruling/1");
        }
        for (var term : must.entrySet()) {
            if (!term.getValue().equals(said.get(term.getKey()))) {
                wrong.record(
                        Code.RULING_MISMATCH,
                        index,
                        "the " + term.getKey() + " of its statement is not that of the record");
                return;
            }
        }
        if (byPerson && Story.text(said, "nonce").isEmpty()) {
            wrong.record(Code.RULING_MISMATCH, index, "its statement has no nonce");
        }
    }

    // ---- used

    /// @param open intents of its session, by action
    void consume(long index, Map<String, Object> record, Map<String, Intent> open) {
        var x = Story.map(record, "x");
        var name = Story.text(x, "review");
        if (!Review.isName(name)) {
            wrong.record(Code.SCHEMA, index, "its review is none");
            return;
        }
        var intent = named(x, open);
        if (intent != null) {
            intent.approved = true; // if wrongly, that is told here and once
        }
        if (!used.add(name)) {
            wrong.record(
                    Code.APPROVAL_REUSED,
                    index,
                    "review " + name + " was used before: one approval, two actions");
            return;
        }
        var review = reviews.remove(name);
        if (review == null) {
            wrong.record(
                    Code.APPROVAL_INVALID,
                    index,
                    "it uses a review that nobody asked for, or that was over");
            return;
        }
        if (intent == null) {
            wrong.record(
                    Code.APPROVAL_MISMATCH,
                    index,
                    "it is for no intent of its session that is open");
        } else if (!intent.asks || intent.refused || !review.isAbout(intent)) {
            wrong.record(
                    Code.APPROVAL_MISMATCH,
                    index,
                    "it is for another action than people approved, or by somebody else");
        }
        enough(index, x, review);
        if (at(record).isAfter(review.end.plus(LATEST))) {
            wrong.record(
                    Code.APPROVAL_INVALID,
                    index,
                    "it is used after the review's end, " + review.end);
        }
    }

    private void enough(long index, Map<String, Object> x, Review review) {
        var rulings = x.get("rulings") instanceof List<?> all ? all : List.of();
        var each = new HashSet<Object>(rulings);
        if (each.size() < rulings.size() || !review.yes.keySet().containsAll(each)) {
            wrong.record(
                    Code.APPROVAL_INVALID, index, "it names what is no approval of this review");
        } else if (each.size() < review.people()) {
            wrong.record(
                    Code.APPROVAL_INVALID,
                    index,
                    each.size() + " said yes, and " + review.people() + " had to");
        } else if (review.needs.signed()
                && !each.stream().allMatch(ruling -> review.yes.getOrDefault(ruling, false))) {
            wrong.record(
                    Code.APPROVAL_INVALID,
                    index,
                    "one of its approvals was not signed, and each had to be");
        }
    }

    // ----

    /// What the clock said, also where it had gone back.
    private static Instant at(Map<String, Object> record) {
        var raw = Story.text(record, "t_raw");
        try {
            return Instant.parse(raw.isEmpty() ? Story.text(record, "t") : raw);
        } catch (DateTimeParseException e) {
            return Instant.MIN; // which is told elsewhere
        }
    }
}
