package dev.countersign.reviews;

import dev.countersign.model.Action;
import dev.countersign.model.Evidence;
import dev.countersign.model.EvidenceLog;
import dev.countersign.model.Hash;
import dev.countersign.model.Refusal;
import dev.countersign.model.ReviewId;
import dev.countersign.model.Ruling;
import dev.countersign.reviews.ReviewView.State;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What there is: every review, what was rejected, what was undone, under one lock. Whoever changes
/// something holds it, and holds it for a look at maps, never while something is written.
final class Board {
    private static final Logger LOG = LoggerFactory.getLogger(Board.class);

    /// By name; guarded by the lock.
    Map<String, Panel> panels;

    final ReviewSettings settings;
    final EvidenceLog evidence;
    final Clock clock;
    private final Bell bell;
    final Words words;

    final ReentrantLock lock = new ReentrantLock();
    final Map<ReviewId, Review> all = new LinkedHashMap<>();

    /// By kind of thing asked for: what was rejected last.
    private final Map<String, Rejection> rejections = new LinkedHashMap<>();

    /// Which people opened the exact words of which review.
    final Map<ReviewId, Set<List<String>>> exact = new LinkedHashMap<>();

    /// By fingerprint: how many rows an approved action changed, where it was undone because that
    /// was more than people were shown.
    final Map<Hash, Long> exceeded = new LinkedHashMap<>();

    /// It outlives its review: what was rejected stays so, however many others come.
    private record Rejection(Instant until, Refusal told) {}

    Board(
            List<Panel> panels,
            ReviewSettings settings,
            EvidenceLog evidence,
            Clock clock,
            Bell bell) {
        this.panels = byName(panels);
        this.settings = settings;
        this.evidence = evidence;
        this.clock = clock;
        this.bell = bell;
        this.words = new Words(settings);
    }

    static Map<String, Panel> byName(List<Panel> panels) {
        var byName = new LinkedHashMap<String, Panel>();
        panels.forEach(panel -> byName.put(panel.name(), panel));
        return Map.copyOf(byName);
    }

    // ---- the caller holds the lock

    long openOf(String asker) {
        return all.values().stream()
                .filter(review -> review.open() && review.asker.equals(asker))
                .count();
    }

    /// Whether it may be the same again as something that is asked already.
    boolean asksAgain(Review.Keys keys, Action action) {
        return all.values().stream()
                .anyMatch(review ->
                        !done(review)
                                && review.asker.equals(keys.asker())
                                && review.action
                                        .request()
                                        .command()
                                        .equals(action.request().command()));
    }

    @Nullable Refusal rejected(Review.Keys keys) {
        var now = clock.instant();
        rejections.values().removeIf(rejection -> !rejection.until().isAfter(now));
        var rejection = rejections.get(keys.kind());
        return rejection == null ? null : rejection.told();
    }

    /// The open or approved review of the identical action under the same terms.
    @Nullable Review same(Review.Keys keys, Places places) {
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

    void forgetOld() {
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

    static boolean done(Review review) {
        return !review.open() && review.state != State.APPROVED;
    }

    /// @return what is written of it; null where its request is not durable yet
    Evidence.@Nullable Ruled withdraw(Review review) {
        review.state = State.WITHDRAWN;
        var request = review.request;
        return request == null ? null : ended(review, request, Ruling.WITHDRAWN);
    }

    /// From now until the review would have expired nobody is asked for the same kind of thing.
    Refusal reject(Review review, String by, String reason) {
        var refusal = words.rejected(review, by, reason);
        rejections.merge(
                review.kind,
                new Rejection(review.expires, refusal),
                (a, b) -> a.until().isAfter(b.until()) ? a : b);
        return refusal;
    }

    /// Waits for the same kind of thing by the same principal: it is rejected with the other.
    static boolean sibling(Review other, Review rejected) {
        return (other.open() || other.state == State.APPROVED)
                && !other.ruling
                && other.kind.equals(rejected.kind);
    }

    /// What waits for the same kind of thing as something that was rejected ends too.
    void withdrawSiblings(Review rejected) {
        for (var other : all.values()) {
            if (other != rejected && sibling(other, rejected)) {
                var withdrawn = withdraw(other);
                if (withdrawn != null) {
                    write(withdrawn);
                }
            }
        }
    }

    static Evidence.Ruled ended(Review review, Hash request, Ruling how) {
        return Evidence.Ruled.ended(review.id, request, how, "");
    }

    // ---- the caller need not hold it

    void write(Evidence record) {
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

    List<Review> snapshot() {
        lock.lock();
        try {
            return List.copyOf(all.values());
        } finally {
            lock.unlock();
        }
    }

    void ring(String happened, Review review) {
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
