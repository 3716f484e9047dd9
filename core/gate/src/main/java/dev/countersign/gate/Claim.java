package dev.countersign.gate;

/// How a client says who it is.
public sealed interface Claim {
    /// A bearer token, which it has shown.
    record Shown(Token token) implements Claim {}

    /// It knows the password of a credential that the gateway minted, and has not shown it.
    record Proved(Verifier.Proved proof) implements Claim {}

    /// It named a credential and proved nothing: a wrong password, or a name that nobody was given.
    /// Comes to the reception all the same, because a failed login is written down.
    record Unproved() implements Claim {}
}
