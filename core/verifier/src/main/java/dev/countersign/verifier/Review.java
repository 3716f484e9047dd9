package dev.countersign.verifier;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// A review that is not over: what its request says, and who has ruled since.
final class Review {
    private static final Pattern NAME = Pattern.compile("apr_[a-z0-9]{4,32}");
    private static final Pattern ROWS = Pattern.compile("[0-9]{1,19}|unknown");
    private static final Pattern TIME =
            Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");

    /// Leaf hash of its request.
    final String request;

    final Needs needs;
    final Instant end;

    /// What the statement of each ruling must say too.
    final Map<String, String> terms;

    /// Leaf hashes of the rulings that say yes, and whether each was signed.
    final Map<String, Boolean> yes = new HashMap<>();

    /// How many must say yes, where the request tells more than the rules want.
    private final long people;

    private final Set<String> askers = new HashSet<>();
    private final Set<String> ruled = new HashSet<>();
    private String sameness = "";

    private Review(
            String request, Needs needs, long people, Instant end, Map<String, String> terms) {
        this.request = request;
        this.needs = needs;
        this.people = people;
        this.end = end;
        this.terms = terms;
    }

    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    /// @param record an `approval.request`
    /// @return empty where it says nothing that could be looked at
    static Optional<Review> of(Map<String, Object> record, String leaf) {
        var x = Story.map(record, "x");
        var name = Story.text(x, "review");
        var rows = Story.text(x, "rows");
        var expires = Story.text(x, "expires");
        var needs = Needs.of(x.get("needs"));
        var end = end(expires);
        if (!isName(name)
                || !ROWS.matcher(rows).matches()
                || end.isEmpty()
                || needs.panels().isEmpty()) {
            return Optional.empty();
        }
        var terms =
                Map.of(
                        "expires", expires,
                        "intent", Story.text(x, "intent"),
                        "request", leaf,
                        "review", name,
                        "rows", rows);
        var review = new Review(leaf, needs, people(x), end.get(), terms);
        review.askers(Story.map(record, "actor"));
        return Optional.of(review);
    }

    /// 0 where it does not tell.
    private static long people(Map<String, Object> x) {
        return x.get("people") instanceof Long number ? number : 0;
    }

    /// How many must say yes, the panels' own quorums included where the request tells them.
    long people() {
        return Math.max(people, needs.people());
    }

    private static Optional<Instant> end(String text) {
        try {
            return TIME.matcher(text).matches()
                    ? Optional.of(Instant.parse(text))
                    : Optional.empty();
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /// The agent, on whose behalf it acts, and whoever else its token named.
    private void askers(Map<String, Object> actor) {
        askers.add(party(actor));
        askers.add(party(Story.map(actor, "on_behalf_of")));
        if (actor.get("chain") instanceof List<?> chain) {
            chain.forEach(one -> askers.add(party(Story.map(Map.of("one", one), "one"))));
        }
    }

    static String party(Map<String, Object> party) {
        return Story.text(party, "iss") + "\0" + Story.text(party, "sub");
    }

    /// People are asked about this action.
    void about(Intent intent) {
        sameness = intent.sameness;
    }

    /// Whether what people were asked about is this action, or the same again.
    boolean isAbout(Intent intent) {
        return sameness.equals(intent.sameness) && needs.equals(intent.needs);
    }

    boolean askedBy(Map<String, Object> reviewer) {
        return askers.contains(party(reviewer));
    }

    /// @return false where they have ruled before
    boolean ruledBy(Map<String, Object> reviewer) {
        return ruled.add(party(reviewer));
    }
}
