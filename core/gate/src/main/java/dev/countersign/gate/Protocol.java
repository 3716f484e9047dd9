package dev.countersign.gate;

/// A wire protocol. To add one, add one module that provides one of these and one line in the
/// composition root. No method sees both the client and the secret.
public sealed interface Protocol permits Framed, Hosted {
    /// Also the name in the configuration: `protocol: postgres`.
    String id();

    /// The record that a target's settings are bound to. Its components are the schema and the
    /// documentation.
    Class<? extends TargetSettings> settings();
}
