package dev.countersign.evidence;

import dev.countersign.model.Decision;
import dev.countersign.model.JsonText;
import dev.countersign.model.Obligations;

/// What the policy said, as an intent holds it.
final class Verdicts {
    private Verdicts() {}

    static void write(JsonText out, Decision decision) {
        out.open().put("because", decision.because(), (to, rule) -> to.text(rule.toString()));
        switch (decision) {
            case Decision.Allow(_, var obligations) ->
                    obligations(out, obligations).put("verdict", "allow");
            case Decision.Require(_, var requirements, var obligations) ->
                    obligations(out, obligations)
                            .put("requirements", requirements, Verdicts::requirement)
                            .put("verdict", "require");
            case Decision.Deny(_, var words) -> out.put("message", words).put("verdict", "deny");
        }
        out.close();
    }

    private static JsonText obligations(JsonText out, Obligations obligations) {
        if (!obligations.masks().isEmpty()) {
            out.put(
                    "masks",
                    obligations.masks(),
                    (to, mask) ->
                            to.open()
                                    .put("labels", mask.labels(), JsonText::text)
                                    .putIfAny("with", mask.with())
                                    .close());
        }
        if (obligations.maxBytes() != Obligations.UNLIMITED) {
            out.put("max_bytes", obligations.maxBytes());
        }
        if (obligations.maxRows() != Obligations.UNLIMITED) {
            out.put("max_rows", obligations.maxRows());
        }
        return out;
    }

    private static void requirement(JsonText out, Decision.Requirement requirement) {
        switch (requirement) {
            case Decision.Requirement.Approval approval -> approval(out, approval);
            case Decision.Requirement.StepUp(var method, var maxAge) ->
                    out.open().put("max_age_s", maxAge.toSeconds()).put("step_up", method).close();
            case Decision.Requirement.Justification(var min) ->
                    out.open().put("justification", min).close();
        }
    }

    /// Who must say yes.
    static void approval(JsonText out, Decision.Requirement.Approval approval) {
        out.open().put("approval", approval.panel()).put("count", approval.count());
        if (approval.signed()) {
            out.put("signed", true);
        }
        out.put("within_s", approval.within().toSeconds()).close();
    }
}
