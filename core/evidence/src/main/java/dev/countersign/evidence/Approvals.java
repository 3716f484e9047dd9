package dev.countersign.evidence;

import dev.countersign.model.Evidence;
import dev.countersign.model.JsonText;
import dev.countersign.model.Reviewer;
import dev.countersign.model.Ruling;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/// Bodies of what is written of reviews (`docs/evidence-format.md`, section 3).
final class Approvals {
    private Approvals() {}

    /// @return where the intent's leaf hash goes
    static int requested(JsonText body, Evidence.ReviewRequested requested) {
        body.put("action", requested.action().id().value())
                .put("expires", time(requested.expires()));
        if (requested.goesOn()) {
            body.put("goes_on", true);
            if (requested.action().request().inTransaction()) {
                body.put("in_transaction", true);
            }
        }
        int slot = body.key("intent").slot();
        body.put("needs", requested.needs(), Verdicts::approval);
        if (requested.people() > 0) {
            body.put("people", requested.people());
        }
        body.put("review", requested.review().value())
                .put(
                        "rows",
                        requested.rows().isPresent()
                                ? Long.toString(requested.rows().getAsLong())
                                : "unknown");
        return slot;
    }

    /// @return where the intent's leaf hash goes
    static int consumed(JsonText body, Evidence.ApprovalConsumed consumed) {
        body.put("action", consumed.action().id().value()).key("intent");
        int slot = body.slot();
        var opinion = consumed.opinion();
        if (opinion != null) {
            opinion.write(body.key("opinion"));
        }
        body.put("review", consumed.review().value())
                .put("rulings", consumed.rulings(), JsonText::hash);
        return slot;
    }

    /// What stands before the payload of a ruling.
    static void ruledBefore(JsonText body, Evidence.Ruled ruled) {
        if (ruled.by() != null) {
            body.put("assurance", ruled.assurance().word());
        }
    }

    /// What stands behind it.
    static void ruledBehind(JsonText body, Evidence.Ruled ruled) {
        body.put("request", ruled.request()).put("review", ruled.review().value());
        reviewer(body, ruled.by());
        body.put("ruling", ruled.ruling().word()).key("statement").raw(ruled.statement().text());
    }

    /// What somebody said to a ruling, and the proof that they said it.
    static byte[] words(Evidence.Ruled ruled) {
        boolean signed = ruled.assurance() == Ruling.Assurance.SIGNED;
        return new JsonText()
                .open()
                .putIfAny("access_token", signed ? "" : ruled.proof())
                .putIfAny("id_token", signed ? ruled.proof() : "")
                .putIfAny("reason", ruled.reason())
                .close()
                .utf8();
    }

    static void reviewer(JsonText body, @Nullable Reviewer reviewer) {
        if (reviewer != null) {
            reviewer.write(body.key("reviewer"));
        }
    }

    private static String time(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
