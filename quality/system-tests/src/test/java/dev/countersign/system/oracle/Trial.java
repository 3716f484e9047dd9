package dev.countersign.system.oracle;

/// One statement, and how it is sent.
///
/// @param seed that makes it again
record Trial(long seed, Way way, String sql) {
    Ask ask() {
        return way.of(sql);
    }

    Trial with(String other) {
        return new Trial(seed, way, other);
    }

    @Override
    public String toString() {
        return "seed " + seed + ", " + way + ": " + sql;
    }
}
