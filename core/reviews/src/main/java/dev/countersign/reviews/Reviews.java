package dev.countersign.reviews;

import dev.countersign.model.Action;
import dev.countersign.model.Decision;
import dev.countersign.model.Evidence;
import dev.countersign.model.EvidenceLog;
import dev.countersign.model.Hash;
import dev.countersign.model.Json;
import dev.countersign.model.Preview;
import dev.countersign.model.Refusal;
import dev.countersign.model.ReviewId;
import dev.countersign.model.Reviewer;
import dev.countersign.model.Ruling;
import dev.countersign.model.Session;
import dev.countersign.reviews.ReviewView.State;
import dev.countersign.reviews.Said.Heard;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Everything that waits for people.
///
/// ```
///  gate ── look ─▶ refused │ granted │ waits ─▶ … ─▶ approved │ refused │ again
///                                        ▲
///  people ── rule ─▶ may they? ─▶ evidence: ruling ─┘           pending ─▶ approved ─▶ used
///  time ──── expire                                                    └─▶ rejected │ expired │ withdrawn
/// ```
///
/// A client that waits costs a [Wait] and no thread. Whoever looks or leaves (event loops) is never
/// held up: the lock is held for a look at maps, never while something is written. People's words
/// are written down before they count, on the thread that brings them, which may wait.
///
/// One approval is used once: it goes to the client that has waited longest, or, where nobody
/// waits, to the next that asks for the identical action; the use is a record of its own, durable
/// before the action is forwarded (that is the gate's part).
public final class Reviews {
    private static final Logger LOG = LoggerFactory.getLogger(Reviews.class);

    private final Map<String, Panel> panels;
    private final ReviewSettings settings;
    private final EvidenceLog evidence;
    private final Clock clock;
    private final Bell bell;
    private final Words words;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<ReviewId, Review> all = new LinkedHashMap<>();

    /// By kind of thing asked for: what was rejected last.
    private final Map<String, Rejection> rejections = new LinkedHashMap<>();

    /// Which people opened the exact words of which review.
    private final Map<ReviewId, Set<List<String>>> exact = new LinkedHashMap<>();

    /// In the place of a number of rows, and more than every other.
    public static final long UNCOUNTED = Long.MAX_VALUE;

    /// By fingerprint: how many rows an approved action changed, where it was undone because that
    /// was more than people were shown.
    private final Map<Hash, Long> exceeded = new LinkedHashMap<>();

    /// It outlives its review: what was rejected stays so, however many others come.
    private record Rejection(Instant until, Refusal told) {}

    public Reviews(
            List<Panel> panels,
            ReviewSettings settings,
            EvidenceLog evidence,
            Clock clock,
            Bell bell) {
        var byName = new LinkedHashMap<String, Panel>();
        panels.forEach(panel -> byName.put(panel.name(), panel));
        this.panels = Map.copyOf(byName);
        this.settings = settings;
        this.evidence = evidence;
        this.clock = clock;
        this.bell = bell;
        this.words = new Words(settings);
    }

    public ReviewSettings settings() {
        return settings;
    }

    /// Takes up a review of an earlier start: it can be shown and decided, and whoever asks for the
    /// identical action joins it, or uses it if it is approved. To be called before anybody asks,
    /// for one after the other in the order in which they were opened.
    ///
    /// @return why it cannot go on; empty where it does
    public Optional<String> takeUp(Rebuilt earlier) {
        lock.lock();
        try {
            var review = earlier.review(panels, clock.instant());
            all.put(review.id, review);
            if (review.state == State.REJECTED) {
                var said = review.votes.getLast();
                reject(review, said.by().toString(), said.reason());
            }
            return Optional.empty();
        } catch (Rebuilt.CannotGoOn e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } finally {
            lock.unlock();
        }
    }

    // ---- the gate's side: never blocks

    /// What there is for an action that policy wants approved, as long as nobody has to be asked
    /// anew; empty where somebody has.
    ///
    /// @param onlyHere what it means hangs on its session: it joins nothing, and leaves no approval
    ///   behind
    public Optional<Look> known(Action action, Decision.Require decision, boolean onlyHere) {
        lock.lock();
        try {
            return Optional.ofNullable(
                    known(action, places(decision), Review.Keys.of(action), onlyHere));
        } finally {
            lock.unlock();
        }
    }

    /// What there is for it, a new review at the last.
    ///
    /// @param preview what it would change
    public Look look(Action action, Decision.Require decision, boolean onlyHere, Preview preview) {
        var keys = Review.Keys.of(action);
        lock.lock();
        try {
            var places = places(decision);
            var known = known(action, places, keys, onlyHere);
            if (known != null || places == null) {
                return known == null ? new Look.Refused(Words.noPanel()) : known;
            }
            long seen = exceeded.getOrDefault(keys.fingerprint(), 0L);
            var shown =
                    seen == UNCOUNTED
                            ? Preview.unknown("it did more than change rows, and was undone")
                            : preview.atLeast(seen);
            return open(action, decision, places, keys, onlyHere, shown);
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Places places(Decision.Require decision) {
        return Places.of(approvals(decision), panels);
    }

    private @Nullable Look known(
            Action action, @Nullable Places places, Review.Keys keys, boolean onlyHere) {
        if (!action.session().who().answeredFor()) {
            return new Look.Refused(Words.nobodyAnswers());
        }
        if (places == null) {
            return new Look.Refused(Words.noPanel());
        }
        var rejected = rejected(keys);
        if (rejected != null) {
            return new Look.Refused(rejected);
        }
        if (action.request().size() > ReviewSettings.MAX_SHOWN) {
            return new Look.Refused(Words.tooLong());
        }
        var same = onlyHere ? null : same(keys, places);
        if (same != null && same.state == State.APPROVED) {
            same.state = State.USED;
            return new Look.Granted(same.id, same.rulings, same.preview.rows());
        }
        return same == null ? null : waits(same, action, false);
    }

    /// Why nobody will be asked about an action, as far as that can be said before it is understood
    /// anew; empty where they may be.
    public Optional<Refusal> refused(Action action) {
        var keys = Review.Keys.of(action);
        lock.lock();
        try {
            if (!action.session().who().answeredFor()) {
                return Optional.of(Words.nobodyAnswers());
            }
            var rejected = rejected(keys);
            if (rejected != null) {
                return Optional.of(rejected);
            }
            return openOf(keys.asker()) >= ReviewSettings.MAX_OPEN_OF_ONE
                            && !asksAgain(keys, action)
                    ? Optional.of(Words.tooMany())
                    : Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /// An approved action changed more than people were shown, and was undone: whoever is asked
    /// next about the same is shown that.
    ///
    /// @param rows that it changed; [#UNCOUNTED] where nobody can count what it did
    public void exceeded(Action action, long rows) {
        lock.lock();
        try {
            exceeded.merge(action.fingerprint(), rows, Math::max);
            if (exceeded.size() > ReviewSettings.MAX_OVER) {
                exceeded.remove(exceeded.keySet().iterator().next());
            }
        } finally {
            lock.unlock();
        }
    }

    private long openOf(String asker) {
        return all.values().stream()
                .filter(review -> review.open() && review.asker.equals(asker))
                .count();
    }

    /// Whether it may be the same again as something that is asked already.
    private boolean asksAgain(Review.Keys keys, Action action) {
        return all.values().stream()
                .anyMatch(review ->
                        !done(review)
                                && review.asker.equals(keys.asker())
                                && review.action
                                        .request()
                                        .command()
                                        .equals(action.request().command()));
    }

    private @Nullable Refusal rejected(Review.Keys keys) {
        var now = clock.instant();
        rejections.values().removeIf(rejection -> !rejection.until().isAfter(now));
        var rejection = rejections.get(keys.kind());
        return rejection == null ? null : rejection.told();
    }

    private static List<Decision.Requirement.Approval> approvals(Decision.Require decision) {
        return decision.requirements().stream()
                .filter(Decision.Requirement.Approval.class::isInstance)
                .map(Decision.Requirement.Approval.class::cast)
                .toList();
    }

    /// The open or approved review of the identical action under the same terms.
    private @Nullable Review same(Review.Keys keys, Places places) {
        for (var review : all.values()) {
            if ((review.open() || review.state == State.APPROVED)
                    && !review.onlyHere
                    && !review.withdrawn
                    && review.fingerprint.equals(keys.fingerprint())
                    && review.asker.equals(keys.asker())
                    && review.places.needs().equals(places.needs())
                    && review.expires.isAfter(clock.instant())
                    && review.waiting.size() < ReviewSettings.MAX_WAITING) {
                return review;
            }
        }
        return null;
    }

    private Look open(
            Action action,
            Decision.Require decision,
            Places places,
            Review.Keys keys,
            boolean onlyHere,
            Preview preview) {
        if (openOf(keys.asker()) >= ReviewSettings.MAX_OPEN_OF_ONE) {
            return new Look.Refused(Words.tooMany());
        }
        if (all.values().stream().filter(Review::open).count() >= ReviewSettings.MAX_OPEN) {
            return new Look.Refused(Words.full());
        }
        var now = clock.instant();
        var review =
                new Review(
                        ReviewId.fresh(),
                        action,
                        decision.because(),
                        places,
                        keys,
                        onlyHere,
                        now,
                        now.plus(places.within()),
                        preview);
        all.put(review.id, review);
        forgetOld();
        return waits(review, action, true);
    }

    private Look waits(Review review, Action action, boolean opens) {
        var wait = new Wait(this, review, action, opens);
        review.waiting.add(wait);
        review.goneSince = null;
        return new Look.Waits(wait);
    }

    private void forgetOld() {
        int over = 0;
        long bytes = 0;
        for (var review : all.values()) {
            over += done(review) ? 1 : 0;
            bytes += done(review) ? review.action.request().size() : 0;
        }
        var each = all.values().iterator();
        while ((over > ReviewSettings.MAX_OVER || bytes > ReviewSettings.MAX_OVER_BYTES)
                && each.hasNext()) {
            var review = each.next();
            if (done(review)) {
                each.remove();
                exact.remove(review.id);
                bytes -= review.action.request().size();
                over--;
            }
        }
    }

    private static boolean done(Review review) {
        return !review.open() && review.state != State.APPROVED;
    }

    void written(Wait wait, Hash intent, Hash request) {
        var review = wait.review;
        Evidence.@Nullable Ruled late = null;
        lock.lock();
        try {
            if (!wait.opens) {
                return;
            }
            review.intent = intent;
            review.request = request;
            if (review.state == State.WITHDRAWN) {
                late = ended(review, request, Ruling.WITHDRAWN);
            }
        } finally {
            lock.unlock();
        }
        if (late != null) {
            write(late);
        }
        ring("opened", review);
    }

    void failed(Wait wait) {
        var review = wait.review;
        var joined = new ArrayList<Wait>();
        lock.lock();
        try {
            review.waiting.remove(wait);
            if (wait.opens) {
                all.remove(review.id);
                review.state = State.WITHDRAWN;
                joined.addAll(review.waiting);
                review.waiting.clear();
            }
        } finally {
            lock.unlock();
        }
        joined.forEach(one -> one.end(new Wait.End.Again()));
    }

    void leave(Wait wait, Wait.Leave why) {
        var review = wait.review;
        var told = new ArrayList<Wait>();
        Evidence.@Nullable Ruled record = null;
        boolean over;
        lock.lock();
        try {
            if (!review.waiting.remove(wait)) {
                return; // it has ended already
            }
            told.add(wait);
            over = why == Wait.Leave.WITHDRAWN || (review.onlyHere && review.waiting.isEmpty());
            if (over) {
                told.addAll(review.waiting);
                review.waiting.clear();
                if (review.ruling) {
                    review.withdrawn = true; // behind the word that is being written
                } else {
                    record = withdraw(review);
                }
            } else if (review.waiting.isEmpty()) {
                review.goneSince = clock.instant();
            }
        } finally {
            lock.unlock();
        }
        if (record != null) {
            write(record);
        }
        for (var one : told) {
            one.end(
                    new Wait.End.Refused(
                            !over
                                    ? words.pending(review, one.lasted())
                                    : words.withdrawn(
                                            review,
                                            why == Wait.Leave.WITHDRAWN
                                                    ? "whoever asked cancelled it"
                                                    : "its wait ended, and what it asks for means"
                                                            + " something in its own session"
                                                            + " only")));
        }
        ring(over ? "ended" : "left", review);
    }

    /// @return what is written of it; null where its request is not durable yet
    private Evidence.@Nullable Ruled withdraw(Review review) {
        review.state = State.WITHDRAWN;
        var request = review.request;
        return request == null ? null : ended(review, request, Ruling.WITHDRAWN);
    }

    // ---- time

    /// Ends what nobody answered in time. To be called every second.
    public void expire() {
        var now = clock.instant();
        for (var review : snapshot()) {
            var told = new ArrayList<Wait>();
            Evidence.@Nullable Ruled record = null;
            lock.lock();
            try {
                var request = review.request;
                if (done(review)
                        || review.ruling
                        || request == null
                        || review.expires.isAfter(now)) {
                    continue;
                }
                told.addAll(review.waiting);
                review.waiting.clear();
                review.state = State.EXPIRED;
                record = ended(review, request, Ruling.EXPIRED);
            } finally {
                lock.unlock();
            }
            write(record);
            told.forEach(wait -> wait.end(new Wait.End.Refused(words.expired(review))));
            ring("ended", review);
        }
    }

    // ---- people's side: may wait for the disk

    /// Reviews that can be shown, the oldest first.
    public List<ReviewView> views() {
        lock.lock();
        try {
            var out = new ArrayList<ReviewView>();
            for (var review : all.values()) {
                var view = review.view();
                if (view != null) {
                    out.add(view);
                }
            }
            return out;
        } finally {
            lock.unlock();
        }
    }

    public Optional<ReviewView> view(ReviewId id) {
        lock.lock();
        try {
            var review = all.get(id);
            return Optional.ofNullable(review == null ? null : review.view());
        } finally {
            lock.unlock();
        }
    }

    /// Earlier reviews of the same kind of thing by the same principal, the latest first, that
    /// people ruled on.
    public List<ReviewView> earlier(ReviewId id) {
        lock.lock();
        try {
            var review = all.get(id);
            var out = new ArrayList<ReviewView>();
            for (var other : all.values()) {
                var view = other.view();
                if (review != null
                        && other != review
                        && view != null
                        && other.kind.equals(review.kind)
                        && !other.votes.isEmpty()) {
                    out.addFirst(view);
                }
            }
            return out;
        } finally {
            lock.unlock();
        }
    }

    /// Whether a person sits in a panel that is asked, and is not part of what asks.
    public boolean mayDecide(ReviewId id, Reviewer somebody) {
        lock.lock();
        try {
            var review = all.get(id);
            return review != null
                    && review.places.mayDecide(somebody)
                    && !review.action.session().who().includes(somebody);
        } finally {
            lock.unlock();
        }
    }

    /// A person was shown the exact words of a review (which is already written down).
    public void opened(ReviewId id, Reviewer by) {
        lock.lock();
        try {
            if (all.containsKey(id)) {
                exact.computeIfAbsent(id, _ -> new HashSet<>()).add(by.person());
            }
        } finally {
            lock.unlock();
        }
    }

    /// Whether they were.
    public boolean hasOpened(ReviewId id, Reviewer by) {
        lock.lock();
        try {
            return exact.getOrDefault(id, Set.of()).contains(by.person());
        } finally {
            lock.unlock();
        }
    }

    /// What a ruling says, exactly: its SHA-256 over the canonical form (RFC 8785) is what a
    /// person's issuer signs.
    public Json.Obj statement(ReviewView review, boolean yes, String nonce) {
        return Json.object()
                .put("expires", review.expires().truncatedTo(ChronoUnit.SECONDS).toString())
                .put("intent", review.intent().toString())
                .put("nonce", nonce)
                .put("origin", settings.origin())
                .put("request", review.request().toString())
                .put("review", review.id().value())
                .put(
                        "rows",
                        review.rows().isPresent()
                                ? Long.toString(review.rows().getAsLong())
                                : "unknown")
                .put("ruling", (yes ? Ruling.APPROVED : Ruling.REJECTED).word())
                .put("v", "cs.ruling/1")
                .build();
    }

    /// Takes what a person says. It counts once it is durable; that is waited for.
    public Heard rule(ReviewId id, Said said) {
        Review review;
        Evidence.Ruled record;
        lock.lock();
        try {
            review = all.get(id);
            var view = review == null ? null : review.view();
            if (review == null || view == null) {
                return refuse(id, said, "no-such-review", "there is no review of that name");
            }
            var before = review.votes.stream().filter(vote -> of(vote, said.by())).findFirst();
            if (before.isPresent() && before.get().ruling() == said.ruling()) {
                return new Heard.Counted(view); // said again: nothing changes
            }
            var refused = mayNot(review, said, before.isPresent());
            if (refused != null) {
                return refuse(id, said, refused.code(), refused.message());
            }
            review.ruling = true;
            record =
                    new Evidence.Ruled(
                            id,
                            view.request(),
                            said.ruling(),
                            said.by(),
                            said.assurance(),
                            statement(view, said.yes(), said.nonce()),
                            said.reason(),
                            said.proof());
        } finally {
            lock.unlock();
        }
        return counted(review, said, record);
    }

    private static boolean of(ReviewView.Vote vote, Reviewer by) {
        return vote.by().person().equals(by.person());
    }

    private Heard.@Nullable Refused mayNot(Review review, Said said, boolean before) {
        if (before) {
            return new Heard.Refused(
                    "already-ruled", "you have ruled on this review, and a ruling stands");
        }
        if (!review.open() || !review.expires.isAfter(clock.instant())) {
            return new Heard.Refused(
                    "over",
                    "review "
                            + review.id
                            + " is over: "
                            + (review.open() ? State.EXPIRED : review.state).word());
        }
        if (review.action.session().who().includes(said.by())) {
            return new Heard.Refused(
                    "requester",
                    "you asked for this, act in it, or answer for the agent: others decide");
        }
        if (!review.places.mayDecide(said.by())) {
            return new Heard.Refused(
                    "not-in-panel", "people of " + review.places + " decide this, in their groups");
        }
        if (review.places.signed() && said.assurance() != Ruling.Assurance.SIGNED) {
            return new Heard.Refused(
                    "not-signed",
                    "the rule wants a sign-in for this one ruling; a stored one does not do");
        }
        if (said.yes() && !said.wholeShown()) {
            return new Heard.Refused(
                    "not-all-shown",
                    "parts of it are masked; open the exact words before you approve");
        }
        if (review.ruling) {
            return new Heard.Refused("busy", "somebody else rules at this moment; try again");
        }
        return null;
    }

    /// Writes down an attempt that came to nothing before it could be heard.
    public void attempt(ReviewId id, @Nullable Reviewer by, Session.Source from, String code) {
        write(new Evidence.RulingRefused(id, by, from, code));
    }

    /// Every attempt that is refused is recorded. (The caller holds the lock; this does not wait.)
    private Heard.Refused refuse(ReviewId id, Said said, String code, String message) {
        write(new Evidence.RulingRefused(id, said.by(), said.from(), code));
        return new Heard.Refused(code, message);
    }

    private Heard counted(Review review, Said said, Evidence.Ruled record) {
        Hash leaf;
        try {
            leaf = evidence.append(List.of(record)).toCompletableFuture().join().getFirst().leaf();
        } catch (CompletionException e) {
            Evidence.@Nullable Ruled late;
            var left = new ArrayList<Wait>();
            lock.lock();
            try {
                review.ruling = false;
                late = review.withdrawn ? withdraw(review) : null;
                if (review.withdrawn) {
                    left.addAll(review.waiting);
                    review.waiting.clear();
                }
            } finally {
                lock.unlock();
            }
            if (late != null) {
                write(late);
            }
            left.forEach(wait ->
                    wait.end(
                            new Wait.End.Refused(
                                    words.withdrawn(review, "whoever asked cancelled it"))));
            LOG.atError().addKeyValue("review", review.id).log("a ruling could not be written");
            return new Heard.Refused(
                    "no-evidence", "the evidence log cannot be written, so no ruling counts");
        }
        var told = new LinkedHashMap<Wait, Wait.End>();
        ReviewView view;
        Evidence.@Nullable Ruled late = null;
        lock.lock();
        try {
            review.ruling = false;
            review.votes.add(
                    new ReviewView.Vote(
                            said.by(),
                            said.ruling(),
                            said.assurance(),
                            said.reason(),
                            clock.instant()));
            if (review.withdrawn) {
                late = withdraw(review);
                var end =
                        new Wait.End.Refused(words.withdrawn(review, "whoever asked cancelled it"));
                review.waiting.forEach(wait -> told.put(wait, end));
                review.waiting.clear();
            } else if (review.open()) {
                apply(review, said, leaf, told);
            }
            view = review.view();
        } finally {
            lock.unlock();
        }
        if (late != null) {
            write(late);
        }
        told.forEach(Wait::end);
        ring(review.open() ? "voted" : "ended", review);
        return view == null
                ? new Heard.Refused("no-such-review", "there is no review of that name")
                : new Heard.Counted(view);
    }

    private void apply(Review review, Said said, Hash leaf, Map<Wait, Wait.End> told) {
        if (!said.yes()) {
            review.state = State.REJECTED;
            var end = new Wait.End.Refused(reject(review, said.by().toString(), said.reason()));
            for (var other : all.values()) {
                if (other == review || sibling(other, review)) {
                    other.waiting.forEach(wait -> told.put(wait, end));
                    other.waiting.clear();
                }
                if (other != review && sibling(other, review)) {
                    var withdrawn = withdraw(other);
                    if (withdrawn != null) {
                        write(withdrawn);
                    }
                }
            }
            return;
        }
        review.rulings.add(leaf);
        if (review.places.filled(review.yes()) < review.places.count()) {
            return;
        }
        var first = review.waiting.poll();
        review.state = first == null ? State.APPROVED : State.USED;
        if (first != null) {
            told.put(
                    first, new Wait.End.Approved(review.id, review.rulings, review.preview.rows()));
        }
        review.waiting.forEach(wait -> told.put(wait, new Wait.End.Again()));
        review.waiting.clear();
    }

    /// From now until the review would have expired nobody is asked for the same kind of thing.
    private Refusal reject(Review review, String by, String reason) {
        var refusal = words.rejected(review, by, reason);
        rejections.merge(
                review.kind,
                new Rejection(review.expires, refusal),
                (a, b) -> a.until().isAfter(b.until()) ? a : b);
        return refusal;
    }

    // ----

    /// Waits for the same kind of thing by the same principal: it is rejected with the other.
    private static boolean sibling(Review other, Review rejected) {
        return (other.open() || other.state == State.APPROVED)
                && !other.ruling
                && other.kind.equals(rejected.kind);
    }

    private Evidence.Ruled ended(Review review, Hash request, Ruling how) {
        return Evidence.Ruled.ended(review.id, request, how, "");
    }

    private void write(Evidence record) {
        var _ =
                evidence.append(List.of(record))
                        .whenComplete((_, failed) -> {
                            if (failed != null) {
                                LOG.atError()
                                        .setCause(failed)
                                        .log("what became of a review could not be written");
                            }
                        });
    }

    private List<Review> snapshot() {
        lock.lock();
        try {
            return List.copyOf(all.values());
        } finally {
            lock.unlock();
        }
    }

    private void ring(String happened, Review review) {
        ReviewView view;
        lock.lock();
        try {
            view = review.view();
        } finally {
            lock.unlock();
        }
        if (view != null) {
            bell.ring(new Bell.Ring(happened, view));
        }
    }
}
