package dev.countersign.postgres;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Types that have a mask other than NULL, or whose arrays have; each with the oids that it and its
/// array have in every server (`pg_type.dat`). What is not here is NULL where it is masked:
/// composites, ranges, enums, xml, hstore, tsvector, shapes, and all that extensions bring. A
/// domain comes under its base type's oid.
enum CellType {
    BOOL(16, 1000),
    BYTEA(17, 1001),
    CHAR(18, 1002),
    NAME(19, 1003),
    INT8(20, 1016),
    INT2(21, 1005),
    INT4(23, 1007),
    TEXT(25, 1009),
    OID(26, 1028),
    JSON(114, 199),
    CIDR(650, 651),
    FLOAT4(700, 1021),
    FLOAT8(701, 1022),
    MONEY(790, 791),
    INET(869, 1041),
    BPCHAR(1042, 1014),
    VARCHAR(1043, 1015),
    DATE(1082, 1182),
    TIME(1083, 1183),
    TIMESTAMP(1114, 1115),
    TIMESTAMPTZ(1184, 1185),
    INTERVAL(1186, 1187),
    TIMETZ(1266, 1270),
    NUMERIC(1700, 1231),
    UUID(2950, 2951),
    JSONB(3802, 3807);

    private static final Map<Long, CellType> BY_OID = new HashMap<>();
    private static final Map<Long, CellType> BY_ARRAY = new HashMap<>();

    static {
        for (var type : values()) {
            BY_OID.put(type.oid, type);
            BY_ARRAY.put(type.array, type);
        }
    }

    final long oid;
    private final long array;

    CellType(long oid, long array) {
        this.oid = oid;
        this.array = array;
    }

    static @Nullable CellType of(long oid) {
        return BY_OID.get(oid);
    }

    /// What the array type with this oid is made of.
    static @Nullable CellType element(long array) {
        return BY_ARRAY.get(array);
    }
}
