package dev.countersign.sql;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The members of a node: few, in their order, and small in memory, because thousands of trees are
/// kept. Immutable; the names are the grammar's own and shared.
final class Fields extends AbstractMap<String, Object> {
    private final String[] names;
    private final Object[] values;

    Fields(List<String> names, List<Object> values) {
        this.names = names.toArray(String[]::new);
        this.values = values.toArray();
    }

    @Override
    public @Nullable Object get(@Nullable Object key) {
        for (int i = 0; i < names.length; i++) {
            if (names[i].equals(key)) {
                return values[i];
            }
        }
        return null;
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        return get(key) != null;
    }

    @Override
    public int size() {
        return names.length;
    }

    @Override
    public Set<Map.Entry<String, Object>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public Iterator<Map.Entry<String, Object>> iterator() {
                return IntStream.range(0, names.length)
                        .<Map.Entry<String, Object>>mapToObj(i -> Map.entry(names[i], values[i]))
                        .iterator();
            }

            @Override
            public int size() {
                return names.length;
            }
        };
    }
}
