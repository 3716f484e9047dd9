package dev.countersign.sql;

import dev.countersign.model.Effect;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// What a text does, all of its statements together.
///
/// @param problem why nobody can tell, in our own words and without quoting the text; empty where
///   somebody can
/// @param syntaxError the grammar's own message where it refused the text; it may quote it; empty
///   otherwise
public record Analysis(List<Statement> statements, String problem, String syntaxError) {
    public Analysis {
        statements = List.copyOf(statements);
    }

    static Analysis unreadable(String problem) {
        return new Analysis(List.of(Statement.unknown()), problem, "");
    }

    static Analysis syntaxError(String message) {
        return new Analysis(
                List.of(Statement.unknown()), "the grammar does not accept it", message);
    }

    /// Of an empty text none: it is a plain read of nothing.
    public Set<Effect> effects() {
        var all = EnumSet.noneOf(Effect.class);
        statements.forEach(statement -> all.addAll(statement.effects()));
        if (all.isEmpty()) {
            all.add(Effect.READ);
        }
        return all;
    }

    /// Nodes of all its trees.
    public int nodes() {
        return statements.stream()
                .mapToInt(statement -> statement.parsed().map(Parsed::nodes).orElse(0))
                .sum();
    }
}
