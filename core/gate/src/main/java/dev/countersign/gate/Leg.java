package dev.countersign.gate;

/// The way to a target.
///
/// @param ca PEM file of the authorities that may have signed the target's certificate; empty for
///   the machine's own list
/// @param serverName the name that the certificate must bear
public record Leg(String host, int port, Tls tls, String ca, String serverName) {
    /// There is no mode that encrypts without verifying.
    public enum Tls {
        /// TLS, and the certificate's chain and name are verified
        VERIFY_FULL,
        /// none: on loopback, or where the target's configuration spells it out
        PLAIN
    }
}
