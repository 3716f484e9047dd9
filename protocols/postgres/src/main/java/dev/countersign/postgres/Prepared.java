package dev.countersign.postgres;

import java.util.List;

/// What the name of a prepared statement stands for, whether a Parse or a PREPARE made it: one
/// namespace.
///
/// @param types parameter type oids as the client declared them; 0 where it left that to the target
record Prepared(String name, String text, List<Long> types) implements Names.Held {
    Prepared {
        types = List.copyOf(types);
    }

    @Override
    public long bytes() {
        return name.length() + text.length() + (long) types.size() * Long.BYTES;
    }
}
