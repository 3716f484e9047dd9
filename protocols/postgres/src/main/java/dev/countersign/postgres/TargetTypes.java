package dev.countersign.postgres;

import dev.countersign.sql.Schema;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// The types of a target, by their oids.
final class TargetTypes {
    private static final Set<Long> TEXTS = Set.of(19L, 25L, 1042L, 1043L);

    /// json, xml, jsonb, tsvector, tsquery, record
    private static final Set<Long> DOCUMENTS = Set.of(114L, 142L, 3802L, 3614L, 3615L, 2249L);

    /// Objects with smaller numbers come with the server.
    private static final long FIRST_MADE = 16_384;

    private final Map<Long, Type> all = new HashMap<>();

    /// @param kind `b` base, `c` composite, `d` domain, `e` enum, `m` multirange, `p` pseudo, `r`
    ///   range
    /// @param base of a domain
    /// @param relation whose rows it has
    record Type(String name, char kind, boolean array, long element, long base, long relation) {}

    void add(long oid, Type type) {
        all.put(oid, type);
    }

    /// The relation whose rows a value is or holds; 0 where it holds none.
    long rowsIn(long oid) {
        var type = all.get(oid);
        while (type != null && (type.kind() == 'd' || type.array())) {
            type = all.get(type.kind() == 'd' ? type.base() : type.element());
        }
        return type == null ? 0 : type.relation();
    }

    /// Names of the system's own, less those that somebody used again.
    Set<String> system() {
        var own = new HashSet<String>();
        var made = new HashSet<String>();
        all.forEach((oid, type) -> (oid < FIRST_MADE ? own : made).add(type.name()));
        own.removeAll(made);
        return own;
    }

    Schema.Kind kind(long oid) {
        var type = all.get(oid);
        if (type == null) {
            return Schema.Kind.FOREIGN;
        }
        if (TEXTS.contains(oid)) {
            return Schema.Kind.TEXT;
        }
        if (type.array()) {
            return switch (kind(type.element())) {
                case TEXT, PLAIN -> Schema.Kind.COMPOUND;
                case COMPOUND, FOREIGN -> Schema.Kind.FOREIGN;
            };
        }
        return switch (type.kind()) {
            case 'd' -> kind(type.base());
            case 'e' -> Schema.Kind.PLAIN;
            case 'b' ->
                    oid >= FIRST_MADE
                            ? Schema.Kind.FOREIGN
                            : DOCUMENTS.contains(oid) ? Schema.Kind.COMPOUND : Schema.Kind.PLAIN;
            case 'r', 'm' -> oid >= FIRST_MADE ? Schema.Kind.FOREIGN : Schema.Kind.COMPOUND;
            default -> Schema.Kind.FOREIGN;
        };
    }
}
