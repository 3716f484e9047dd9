package dev.countersign.postgres;

import dev.countersign.sql.Statement;
import org.jspecify.annotations.Nullable;

/// A table that a statement names, and what it may mean; null where the catalogue knows none.
record Found(Statement.Table table, Catalogue.@Nullable Relation relation) {
    /// What mentions call it.
    String called() {
        return table.alias().isEmpty() ? table.name() : table.alias();
    }
}
