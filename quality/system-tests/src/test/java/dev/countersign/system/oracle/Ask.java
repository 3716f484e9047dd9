package dev.countersign.system.oracle;

import java.util.List;
import java.util.stream.Collectors;

/// What a client sends in one piece, and how many times the server will then be ready.
///
/// @param shown for people: the statements and how they are sent
/// @param frames the bytes
/// @param readies ReadyForQuery messages that end the answer
record Ask(String shown, String frames, int readies) {
    static Ask query(String sql) {
        return new Ask(sql, Frames.query(sql), 1);
    }

    /// Queries one behind the other, without waiting.
    static Ask queries(List<String> statements) {
        return new Ask(
                String.join(" ;; ", statements),
                statements.stream().map(Frames::query).collect(Collectors.joining()),
                statements.size());
    }

    static Ask queries(String... statements) {
        return queries(List.of(statements));
    }

    /// Messages that end with a Sync.
    static Ask synced(String shown, String... frames) {
        return new Ask(shown, String.join("", frames) + Frames.sync(), 1);
    }

    Ask then(Ask next) {
        return new Ask(shown + " ;; " + next.shown, frames + next.frames, readies + next.readies);
    }

    Ask named(String name) {
        return new Ask(name, frames, readies);
    }
}
