package dev.countersign.cli;

import java.io.Console;
import java.util.Optional;

/// Whether somebody looks at what is printed.
final class Terminal {
    private Terminal() {}

    static boolean isThere() {
        return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    }
}
