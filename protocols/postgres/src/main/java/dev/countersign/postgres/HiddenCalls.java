package dev.countersign.postgres;

import dev.countersign.sql.Builtins;
import dev.countersign.sql.Reach;
import dev.countersign.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/// Functions that a statement calls without naming them as such: `x.f` is `f(x)` where `x` has no
/// column `f`; an operator and a cast are functions; and a user's `lower(int)` is not the built-in.
final class HiddenCalls {
    private static final Set<String> SYSTEM_COLUMNS =
            Set.of("tableoid", "ctid", "xmin", "xmax", "cmin", "cmax");

    private final Catalogue.Code code;
    private final Statement statement;
    private final Reach reach;
    private final List<Found> found;
    private final List<String> selected;

    HiddenCalls(Catalogue.Code code, Statement statement, List<Found> found) {
        this.code = code;
        this.statement = statement;
        this.reach = statement.reach();
        this.found = found;
        this.selected =
                statement.mentions().stream()
                        .filter(mention -> !mention.qualifier().isEmpty() && !column(mention))
                        .map(Statement.Mention::column)
                        .filter(code.ofRows()::contains)
                        .toList();
    }

    /// Whether any of them is no built-in.
    boolean calls() {
        return selected.stream().anyMatch(this::made)
                || reach.fields().stream().filter(code.ofRows()::contains).anyMatch(this::made)
                || reach.operators().stream().anyMatch(code.operators()::contains)
                || reach.types().stream().anyMatch(code.casts()::contains)
                || statement.functions().stream().anyMatch(code.functions()::contains);
    }

    private boolean made(String function) {
        return code.functions().contains(function) || !Builtins.contains(function);
    }

    /// Whether everything of that name has such a column for certain.
    private boolean column(Statement.Mention mention) {
        var name = mention.column();
        var qualifier = mention.qualifier();
        if (name.equals("*") || SYSTEM_COLUMNS.contains(name)) {
            return true;
        }
        if (reach.rows().contains(qualifier)) {
            return false;
        }
        var columns = reach.sources().get(qualifier);
        var tables =
                found.stream()
                        .filter(one ->
                                one.called().equals(qualifier)
                                        || one.table().name().equals(qualifier))
                        .map(Found::relation)
                        .toList();
        return (columns != null || !tables.isEmpty())
                && (columns == null || columns.contains(name))
                && tables.stream()
                        .allMatch(relation ->
                                relation != null && Objects.requireNonNull(relation).has(name));
    }
}
