package dev.countersign.settings;

/// One thing that is wrong, where, and what was expected. Never quotes a secret: references are all
/// that a file holds.
public record Problem(String file, int line, int column, String message) {
    @Override
    public String toString() {
        return file + ":" + line + ":" + column + ": " + message;
    }
}
