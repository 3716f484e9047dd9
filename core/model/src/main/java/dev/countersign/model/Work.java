package dev.countersign.model;

/// The plan, and the step of it, that a client says it is carrying out. The strings are the
/// caller's: evidence holds only a commitment to them, the text lies in the encrypted payload.
///
/// @param plan empty where the client named none
/// @param step empty where the client named none
/// @param trace a W3C `traceparent`, empty where the client sent none
/// @param assurance how far the claim can be trusted
public record Work(String plan, String step, String trace, Assurance assurance) {
    /// The most characters that a plan, a step or a trace may have.
    public static final int MAX_LENGTH = 256;

    public static final Work NONE = new Work("", "", "", Assurance.B0);

    /// B0: nothing was said. B1: the client said so. B2: a credential binds it.
    public enum Assurance {
        B0,
        B1,
        B2
    }

    public Work {
        if (plan.length() > MAX_LENGTH
                || step.length() > MAX_LENGTH
                || trace.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "plan, step and trace have at most " + MAX_LENGTH + " characters each");
        }
    }
}
