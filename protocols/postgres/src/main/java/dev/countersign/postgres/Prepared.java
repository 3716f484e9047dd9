package dev.countersign.postgres;

import dev.countersign.model.Work;
import java.util.List;

/// What the name of a prepared statement stands for, whether a Parse or a PREPARE made it: one
/// namespace.
///
/// @param types parameter type oids as the client declared them; 0 where it left that to the target
/// @param said what the client said of it when it was prepared
record Prepared(String name, String text, List<Long> types, Work said) implements Names.Held {
    Prepared {
        types = List.copyOf(types);
    }

    /// One of which nobody said anything.
    Prepared(String name, String text, List<Long> types) {
        this(name, text, types, Work.NONE);
    }

    @Override
    public long bytes() {
        return name.length() + text.length() + (long) types.size() * Long.BYTES;
    }
}
