package dev.countersign.wire;

import java.nio.file.Path;

/// How a listener protects what comes to it.
public sealed interface ListenerSecurity {
    /// PEM files.
    record Tls(Path certificate, Path key) implements ListenerSecurity {}

    /// None: on loopback only.
    record PlainLoopback() implements ListenerSecurity {}
}
