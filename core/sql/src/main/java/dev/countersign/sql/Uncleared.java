package dev.countersign.sql;

import java.util.Optional;

/// A labelled column is used where it must not be. Says where, and what would allow it.
final class Uncleared extends Exception {
    private static final long serialVersionUID = 1L;

    final String hint;

    /// What is labelled there; empty where that is not the reason.
    final transient Optional<Value> value;

    /// @param what in words that name columns and no values
    /// @param hint what to do instead, or which setting would allow it
    Uncleared(String what, String hint) {
        this(what, hint, Optional.empty());
    }

    private Uncleared(String what, String hint, Optional<Value> value) {
        super(what, null, false, false);
        this.hint = hint;
        this.value = value;
    }

    static final String ASK =
            "Select it as a plain output column, or ask your operator whether it needs its label.";

    static final String FILTER =
            "Select it as a plain output column. `filter: equality` on its label, in the target's"
                    + " `columns`, would allow comparing it with a literal or parameter in WHERE.";

    /// @param where in SQL's own word: `WHERE`, `ORDER BY`
    static Uncleared control(Value value, String where) {
        return new Uncleared(
                "the labelled column " + names(value) + " is used in " + where,
                where.equals("WHERE") ? FILTER : ASK,
                Optional.of(value));
    }

    static Uncleared expression(Value value, String how) {
        return new Uncleared(
                "the labelled column "
                        + names(value)
                        + " is used in "
                        + how
                        + ", which may fail or take longer for one value than for another",
                ASK,
                Optional.of(value));
    }

    static Uncleared unresolved(String name) {
        return new Uncleared(
                "nobody can tell what the name "
                        + (name.matches("[A-Za-z0-9_.]{1,128}") ? name : "used here")
                        + " stands for, and labelled columns are near",
                "Write the column with its table's alias in front.");
    }

    static String names(Value value) {
        return String.join(
                ", ",
                value.columns().stream().map(Schema.Column::path).sorted().distinct().toList());
    }
}
