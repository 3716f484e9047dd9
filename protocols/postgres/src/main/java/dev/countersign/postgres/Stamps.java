package dev.countersign.postgres;

import dev.countersign.model.Hash;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// By what it is noticed that something is no longer what it was: for each relation a digest over
/// the catalogue rows that say what using it does (its columns, defaults, constraints, rules,
/// policies, triggers and their functions, children), for each function of a user one over its own
/// rows, all by oid and xmin, which every change of such a row renews. What a trigger's function
/// calls in its turn no catalogue tells.
///
/// @param relations by oid
/// @param standsOn relations that a view's rule refers to
/// @param functions by name, all that share it together; only those that users made
record Stamps(
        Map<Long, String> relations, Map<Long, Set<Long>> standsOn, Map<String, String> functions) {
    static final Stamps NONE = new Stamps(Map.of(), Map.of(), Map.of());

    static final String OF_RELATIONS =
            """
            SELECT s.oid, pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(
                pg_catalog.string_agg(s.what, ',' ORDER BY s.what COLLATE "C"), 'UTF8')), 'hex')
            FROM (
              SELECT c.oid, 'c' || c.oid || '.' || c.xmin::pg_catalog.text AS what FROM pg_catalog.pg_class c
              UNION ALL
              SELECT a.attrelid, 'a' || a.attnum || '.' || a.xmin::pg_catalog.text FROM pg_catalog.pg_attribute a
              WHERE a.attnum > 0
              UNION ALL
              SELECT t.tgrelid, 't' || t.oid || '.' || t.xmin::pg_catalog.text || '.' || p.oid || '.' || p.xmin::pg_catalog.text
              FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid
              UNION ALL
              SELECT r.ev_class, 'r' || r.oid || '.' || r.xmin::pg_catalog.text FROM pg_catalog.pg_rewrite r
              UNION ALL
              SELECT d.adrelid, 'd' || d.oid || '.' || d.xmin::pg_catalog.text FROM pg_catalog.pg_attrdef d
              UNION ALL
              SELECT k.conrelid, 'k' || k.oid || '.' || k.xmin::pg_catalog.text FROM pg_catalog.pg_constraint k
              UNION ALL
              SELECT k.confrelid, 'f' || k.oid || '.' || k.xmin::pg_catalog.text FROM pg_catalog.pg_constraint k
              UNION ALL
              SELECT y.polrelid, 'y' || y.oid || '.' || y.xmin::pg_catalog.text FROM pg_catalog.pg_policy y
              UNION ALL
              SELECT i.inhparent, 'i' || i.inhrelid || '.' || i.xmin::pg_catalog.text FROM pg_catalog.pg_inherits i
            ) s
            WHERE s.oid >= 16384
              AND s.oid IN (SELECT c.oid FROM pg_catalog.pg_class c WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S'))
            GROUP BY s.oid\
            """;

    static final String OF_FUNCTIONS =
            """
            SELECT p.proname, pg_catalog.string_agg(p.oid || '.' || p.xmin::pg_catalog.text, ',' ORDER BY p.oid)
            FROM pg_catalog.pg_proc p WHERE p.oid >= 16384 GROUP BY p.proname\
            """;

    Stamps {
        relations = Map.copyOf(relations);
        standsOn = Map.copyOf(standsOn);
        functions = Map.copyOf(functions);
    }

    /// Of a relation and all that its rule refers to; `unknown` where nobody knows it.
    String relation(long oid) {
        var all = new TreeSet<String>();
        var seen = new TreeSet<Long>();
        var next = new ArrayDeque<Long>();
        next.add(oid);
        while (!next.isEmpty()) {
            long one = next.remove();
            if (seen.add(one)) {
                all.add(one + ":" + relations.getOrDefault(one, "unknown"));
                next.addAll(standsOn.getOrDefault(one, Set.of()));
            }
        }
        return Hash.sha256(String.join(",", all).getBytes(StandardCharsets.US_ASCII)).toString();
    }

    /// Of all functions of a name; empty where users made none.
    String function(String name) {
        return functions.getOrDefault(name, "");
    }
}
