package dev.countersign.server;

import dev.countersign.evidence.OpenReview;
import dev.countersign.identity.Issuers;
import dev.countersign.model.Action;
import dev.countersign.model.CanonicalAction;
import dev.countersign.model.Evidence;
import dev.countersign.model.Facts;
import dev.countersign.model.Hash;
import dev.countersign.model.Ruling;
import dev.countersign.model.Session;
import dev.countersign.model.Target;
import dev.countersign.reviews.Rebuilt;
import dev.countersign.reviews.ReviewView;
import dev.countersign.reviews.Reviews;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes up what people were asked before the gateway was started anew, before anybody can ask or
/// decide again.
///
/// ```
///  log ─▶ expired meanwhile? ─▶ read by today's configuration ─▶ the same action, byte for byte? ─▶ goes on
///              └─▶ expired           └─▶ withdrawn                     └─▶ withdrawn
/// ```
///
/// Who asks and who ruled is read again from the tokens that the log keeps, by today's issuers,
/// panels and targets, so that people are compared as they are from now on. What cannot be read so
/// ends, with the reason in the log.
final class EarlierReviews {
    private static final Logger LOG = LoggerFactory.getLogger(EarlierReviews.class);

    private final Issuers issuers;
    private final Function<String, Optional<Target>> targets;
    private final Reviews reviews;
    private final Consumer<Evidence> append;
    private final Clock clock;

    /// @param targets by name
    /// @param append returns when it is durable
    EarlierReviews(
            Issuers issuers,
            Function<String, Optional<Target>> targets,
            Reviews reviews,
            Consumer<Evidence> append,
            Clock clock) {
        this.issuers = issuers;
        this.targets = targets;
        this.reviews = reviews;
        this.append = append;
        this.clock = clock;
    }

    /// Why one cannot go on.
    private static final class CannotGoOn extends Exception {
        private static final long serialVersionUID = 1L;

        CannotGoOn(String why) {
            super(why);
        }
    }

    /// @throws IllegalStateException if the end of one cannot be written
    void takeUp(List<OpenReview> all) {
        int goOn = 0;
        for (var review : all) {
            if (!review.expires().isAfter(clock.instant())) {
                end(review, Ruling.EXPIRED, "");
                continue;
            }
            try {
                var problem = reviews.takeUp(rebuilt(review));
                if (problem.isPresent()) {
                    throw new CannotGoOn(problem.get());
                }
                goOn++;
            } catch (CannotGoOn e) {
                LOG.atWarn()
                        .addKeyValue("review", review.id())
                        .log("what people were asked before the restart ends: {}", e.getMessage());
                end(
                        review,
                        Ruling.WITHDRAWN,
                        "the gateway was started anew, and " + e.getMessage());
            }
        }
        if (!all.isEmpty()) {
            LOG.info("{} of {} reviews of before the restart go on", goOn, all.size());
        }
    }

    /// One that was rejected is over already.
    private void end(OpenReview review, Ruling how, String why) {
        if (!review.rejected()) {
            append.accept(Evidence.Ruled.ended(review.id(), review.request(), how, why));
        }
    }

    private Rebuilt rebuilt(OpenReview review) throws CannotGoOn {
        var told = review.told().orElseThrow(() -> new CannotGoOn("its records cannot be read"));
        if (told.shapeCut()) {
            throw new CannotGoOn("the log holds only the beginning of its shape");
        }
        var votes = new ArrayList<Rebuilt.Vote>();
        for (var said : told.rulings()) {
            votes.add(vote(said));
        }
        return new Rebuilt(
                review.id(),
                action(told),
                told.because(),
                told.needs(),
                told.people(),
                told.opened(),
                review.expires(),
                told.rows(),
                told.intent(),
                review.request(),
                votes);
    }

    private Action action(OpenReview.Told told) throws CannotGoOn {
        try {
            var canonical = CanonicalAction.read(told.canonical());
            var who =
                    issuers.recall(told.token())
                            .orElseThrow(() ->
                                    new CannotGoOn(
                                            "its requester is not known by the issuers that are"
                                                    + " configured now"));
            var target =
                    targets.apply(canonical.target())
                            .orElseThrow(
                                    () -> new CannotGoOn("its target is not configured any more"));
            var session =
                    new Session(
                            told.session(),
                            who,
                            target,
                            told.from(),
                            canonical.work(told.work()),
                            false,
                            Map.of());
            var action =
                    canonical.action(
                            told.action(),
                            session,
                            told.effects(),
                            facts(canonical.kind()),
                            told.shape(),
                            told.inTransaction());
            if (!canonical.is(action)) {
                throw new CannotGoOn("its target or its requester is configured otherwise now");
            }
            return action;
        } catch (IllegalArgumentException e) {
            LOG.debug("an action of the log cannot be read", e);
            throw new CannotGoOn("its action cannot be read");
        }
    }

    /// What analysis found is not kept: nobody judges this action again, but the identical one that
    /// is asked for.
    private static Facts facts(String kind) throws CannotGoOn {
        if (!kind.equals("sql")) {
            throw new CannotGoOn("actions of its kind are not served");
        }
        return new Facts.Sql(
                false, false, List.of(), List.of(), List.of(), List.of(), false, false, 0, false);
    }

    private Rebuilt.Vote vote(OpenReview.Said said) throws CannotGoOn {
        var by =
                issuers.recall(said.proof(), nonce(said), said.at())
                        .filter(reviewer -> reviewer.who().equals(said.by()))
                        .orElseThrow(() ->
                                new CannotGoOn(
                                        "somebody who ruled on it is not known by the issuers that"
                                                + " are configured now"));
        return new Rebuilt.Vote(
                new ReviewView.Vote(by, said.ruling(), said.assurance(), said.reason(), said.at()),
                said.leaf());
    }

    /// By which the sign-in of a signed ruling named it; empty where there was none.
    private static String nonce(OpenReview.Said said) {
        return said.assurance() == Ruling.Assurance.SIGNED
                ? Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(Hash.sha256(said.statement().canonical()).bytes())
                : "";
    }
}
