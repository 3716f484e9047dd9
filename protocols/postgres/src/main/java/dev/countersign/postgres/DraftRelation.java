package dev.countersign.postgres;

import dev.countersign.postgres.Catalogue.Column;
import dev.countersign.postgres.Catalogue.Label;
import dev.countersign.sql.Schema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// A relation while its labels are still being found.
final class DraftRelation {
    final long oid;
    final String schema;
    final String name;
    final char kind;
    final Map<Integer, String> columns = new TreeMap<>();
    final Map<Integer, Long> types = new HashMap<>();
    final Map<Integer, Schema.Kind> kinds = new HashMap<>();
    final Map<Integer, Set<Integer>> generated = new HashMap<>();
    final Map<Integer, Label> labels = new HashMap<>();
    final Map<Integer, String> paths = new HashMap<>();
    final Set<Integer> derived = new HashSet<>();
    final Set<Integer> tested = new HashSet<>();
    final Set<Integer> computed = new HashSet<>();
    String unclear = "";

    DraftRelation(long oid, String schema, String name, char kind) {
        this.oid = oid;
        this.schema = schema;
        this.name = name;
        this.kind = kind;
    }

    boolean system() {
        return schema.equals("pg_catalog") || schema.equals("information_schema");
    }

    String path(int number) {
        return schema + "." + name + "." + columns.getOrDefault(number, "");
    }

    boolean label(int number, Label label, boolean exact) {
        var before = labels.putIfAbsent(number, label);
        if (before != null) {
            // two that mask parts of one document both hold
            return !before.equals(labels.merge(number, label, Label::and));
        }
        if (!exact) {
            derived.add(number);
        }
        return true;
    }

    /// Its columns as far as they are known by now.
    List<Column> columns() {
        var out = new ArrayList<Column>();
        columns.forEach((number, called) ->
                out.add(
                        new Column(
                                number,
                                called,
                                types.getOrDefault(number, 0L),
                                kinds.getOrDefault(number, Schema.Kind.FOREIGN),
                                labels.get(number),
                                !derived.contains(number),
                                paths.getOrDefault(number, path(number)),
                                tested.contains(number),
                                computed.contains(number))));
        return out;
    }
}
