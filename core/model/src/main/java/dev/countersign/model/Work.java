package dev.countersign.model;

/// The plan, and the step of it, that a client says it is carrying out, and why. The strings are
/// the caller's: evidence holds only a commitment to them, the text lies in the encrypted payload.
///
/// @param plan empty where the client named none
/// @param step empty where the client named none
/// @param trace a W3C `traceparent`, empty where the client sent none
/// @param reason why, in the client's words; empty where it gave none
/// @param assurance how far the claim can be trusted
public record Work(String plan, String step, String trace, String reason, Assurance assurance) {
    /// The most characters that each of them may have.
    public static final int MAX_LENGTH = 256;

    public static final Work NONE = new Work("", "", "", "", Assurance.B0);

    /// B0: nothing was said. B1: the client said so. B2: a credential binds it.
    public enum Assurance {
        B0,
        B1,
        B2
    }

    public Work {
        if (plan.length() > MAX_LENGTH
                || step.length() > MAX_LENGTH
                || trace.length() > MAX_LENGTH
                || reason.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "plan, step, trace and reason have at most " + MAX_LENGTH + " characters each");
        }
    }

    /// This, where a client says more with one request. A plan that a credential fixes stays.
    public Work and(Work said) {
        if (said.equals(NONE)) {
            return this;
        }
        boolean fixed = assurance == Assurance.B2;
        return new Work(
                fixed || said.plan.isEmpty() ? plan : said.plan,
                fixed || said.step.isEmpty() ? step : said.step,
                said.trace.isEmpty() ? trace : said.trace,
                said.reason.isEmpty() ? reason : said.reason,
                fixed ? assurance : said.assurance);
    }
}
