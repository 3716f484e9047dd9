package dev.countersign.postgres;

import dev.countersign.sql.Analysis;
import dev.countersign.sql.Builtins;
import dev.countersign.sql.Statements;
import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Asks a target for its catalogue, over a connection of the gateway's own. Blocks.
///
/// What the server does not keep dependencies of (its own functions and relations) is read out of
/// the rules themselves.
final class CatalogueReader {
    /// So that definitions of views name each relation with its schema, but for the system's own.
    private static final String EVERY_NAME_WITH_ITS_SCHEMA =
            "SET search_path = pg_catalog, pg_temp";

    private static final String RELATIONS =
            """
            SELECT c.oid, n.nspname, c.relname, c.relkind, c.relrowsecurity
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
              AND n.nspname NOT LIKE 'pg\\_temp%' AND n.nspname NOT LIKE 'pg\\_toast%'\
            """;

    private static final String COLUMNS =
            """
            SELECT a.attrelid, a.attnum, a.attname, a.atttypid, a.attgenerated <> ''
            FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
            WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')\
            """;

    private static final String INHERITS = "SELECT inhrelid, inhparent FROM pg_catalog.pg_inherits";

    /// What rules stand on, and which of them call functions or operators that are no built-ins, or
    /// make values of a domain, whose conditions do.
    private static final String RULES =
            """
            SELECT DISTINCT r.ev_class, d.refclassid <> 'pg_catalog.pg_class'::pg_catalog.regclass, d.refobjid
            FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_depend d
              ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = r.oid
            WHERE d.refobjid <> r.ev_class
              AND (d.refclassid IN ('pg_catalog.pg_class'::pg_catalog.regclass, 'pg_catalog.pg_proc'::pg_catalog.regclass,
                  'pg_catalog.pg_operator'::pg_catalog.regclass)
                OR d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass
                  AND EXISTS (SELECT FROM pg_catalog.pg_type t WHERE t.oid = d.refobjid AND t.typtype = 'd'))\
            """;

    /// The same for what is the system's own, on which the server keeps no dependencies: relations,
    /// and names of functions, that stand in the rules themselves. Functions of built-in casts are
    /// left out.
    private static final String PINNED =
            """
            SELECT DISTINCT r.ev_class, m[1] = 'relid', m[2], COALESCE(p.proname, '')
            FROM (SELECT r.ev_class, pg_catalog.regexp_matches(r.ev_action::pg_catalog.text,
                    ':(relid|funcid|aggfnoid|winfnoid) ([0-9]+)', 'g') AS m
                  FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class c ON c.oid = r.ev_class
                    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                  WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')) r
              LEFT JOIN pg_catalog.pg_proc p ON m[1] <> 'relid' AND p.oid = m[2]::pg_catalog.oid
            WHERE m[2] <> '0' AND m[2]::pg_catalog.int8 < 16384
              AND NOT EXISTS (SELECT FROM pg_catalog.pg_cast k WHERE k.castfunc = p.oid AND k.oid < 16384)\
            """;

    /// Names of functions: whether they take a row, and whether a user made them.
    private static final String FUNCTIONS =
            """
            SELECT p.proname, pg_catalog.bool_or(COALESCE(t.typtype IN ('c', 'd')
                OR t.typname IN ('record', 'any', 'anyelement', 'anynonarray', 'anycompatible',
                  'anycompatiblenonarray'), false)),
              pg_catalog.bool_or(p.oid >= 16384 AND e.objid IS NULL)
            FROM pg_catalog.pg_proc p
              LEFT JOIN pg_catalog.pg_type t ON t.oid = p.proargtypes[0]
              LEFT JOIN pg_catalog.pg_depend e ON e.objid = p.oid AND e.deptype = 'e'
                AND e.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
            GROUP BY p.proname\
            """;

    private static final String OPERATORS =
            """
            SELECT DISTINCT o.oprname FROM pg_catalog.pg_operator o
            WHERE o.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
              WHERE e.objid = o.oid AND e.deptype = 'e'
                AND e.classid = 'pg_catalog.pg_operator'::pg_catalog.regclass)\
            """;

    private static final String CASTS =
            """
            SELECT t.typname, pg_catalog.bool_or(c.castcontext = 'i')
            FROM pg_catalog.pg_cast c JOIN pg_catalog.pg_type t ON t.oid = c.casttarget
            WHERE c.oid >= 16384 AND c.castmethod = 'f' AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
              WHERE e.objid = c.oid AND e.deptype = 'e'
                AND e.classid = 'pg_catalog.pg_cast'::pg_catalog.regclass)
            GROUP BY t.typname\
            """;

    private static final String TYPES =
            """
            SELECT oid, typtype, typcategory, typelem, typbasetype, typrelid, typname FROM pg_catalog.pg_type\
            """;

    /// Which columns of a table a generated one is computed from: up to PostgreSQL 14 the column
    /// itself depends on them, later its expression.
    private static final String GENERATED =
            """
            SELECT a.adrelid, a.adnum, d.refobjsubid
            FROM pg_catalog.pg_attrdef a JOIN pg_catalog.pg_depend d
              ON d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND d.objid = a.oid
            WHERE d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
              AND d.refobjid = a.adrelid AND d.refobjsubid > 0 AND d.refobjsubid <> a.adnum
            UNION
            SELECT d.objid, d.objsubid, d.refobjsubid
            FROM pg_catalog.pg_depend d
            WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refclassid = d.classid
              AND d.objid = d.refobjid AND d.objsubid > 0 AND d.refobjsubid > 0\
            """;

    /// Columns of constraints and of unique indexes, each with the kind and the oid of its key.
    private static final String KEYS =
            """
            SELECT c.contype::pg_catalog.text || c.oid, d.refobjid, d.refobjsubid
            FROM pg_catalog.pg_constraint c JOIN pg_catalog.pg_depend d
              ON d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND d.objid = c.oid
            WHERE c.contype IN ('c', 'f', 'p', 'u', 'x') AND d.refobjsubid > 0
              AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
            UNION
            SELECT CASE WHEN i.indisunique OR i.indisexclusion THEN 'i' ELSE 'c' END || i.indexrelid,
              d.refobjid, d.refobjsubid
            FROM pg_catalog.pg_index i JOIN pg_catalog.pg_depend d
              ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = i.indexrelid
            WHERE (i.indisunique OR i.indisexclusion OR i.indexprs IS NOT NULL OR i.indpred IS NOT NULL)
              AND d.refobjsubid > 0
              AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass\
            """;

    /// Columns that an index keeps its rows in the order of, and whether it is of that one alone.
    private static final String ORDERS =
            """
            SELECT i.indrelid, k.attnum, i.indnatts = 1 AND i.indpred IS NULL
            FROM pg_catalog.pg_index i, pg_catalog.unnest(i.indkey) k (attnum)
            WHERE k.attnum > 0
            UNION
            SELECT i.indrelid, d.refobjsubid, false
            FROM pg_catalog.pg_index i JOIN pg_catalog.pg_depend d
              ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = i.indexrelid
            WHERE i.indexprs IS NOT NULL AND d.refclassid = d.classid AND d.refobjid = i.indrelid
              AND d.refobjsubid > 0\
            """;

    /// Columns that decide which part of a table a row is kept in. Those of an expression depend on
    /// the table itself, or in older servers it on them.
    private static final String PARTITIONED =
            """
            SELECT p.partrelid, k.attnum
            FROM pg_catalog.pg_partitioned_table p, pg_catalog.unnest(p.partattrs) k (attnum)
            WHERE k.attnum > 0
            UNION
            SELECT p.partrelid, d.objsubid + d.refobjsubid
            FROM pg_catalog.pg_partitioned_table p JOIN pg_catalog.pg_depend d
              ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = p.partrelid
            WHERE p.partexprs IS NOT NULL AND d.refclassid = d.classid AND d.refobjid = d.objid
              AND (d.objsubid = 0) <> (d.refobjsubid = 0)\
            """;

    /// Which column refers to which.
    private static final String REFERENCES =
            """
            SELECT c.conrelid, k.own, c.confrelid, k.its
            FROM pg_catalog.pg_constraint c, LATERAL ROWS FROM (pg_catalog.unnest(c.conkey), pg_catalog.unnest(c.confkey)) k (own, its)
            WHERE c.contype = 'f'\
            """;

    private static final String DEFINITIONS =
            "SELECT c.oid, pg_catalog.pg_get_viewdef(c.oid) FROM pg_catalog.pg_class c WHERE c.oid IN (";

    private final PostgresTarget target;
    private final Supplier<PostgresQueries> connect;
    private final Statements statements;

    /// @param connect opens a connection; throws [java.io.UncheckedIOException] if it cannot
    /// @param statements reads the definitions of views
    CatalogueReader(
            PostgresTarget target, Supplier<PostgresQueries> connect, Statements statements) {
        this.target = target;
        this.connect = connect;
        this.statements = statements;
    }

    /// @throws IllegalStateException if the target does not tell it
    Catalogue read() {
        try (var queries = connect.get()) {
            queries.rows(EVERY_NAME_WITH_ITS_SCHEMA);
            var builder = new CatalogueBuilder(target.columns());
            var types = types(queries);
            for (var row : queries.rows(RELATIONS)) {
                builder.relation(
                        number(row, 0), text(row, 1), text(row, 2), text(row, 3).charAt(0));
                if (text(row, 4).equals("t")) {
                    builder.secured(number(row, 0));
                }
            }
            for (var row : queries.rows(COLUMNS)) {
                column(row, types, builder);
            }
            for (var row : queries.rows(GENERATED)) {
                builder.generated(number(row, 0), (int) number(row, 1), (int) number(row, 2));
            }
            for (var row : queries.rows(KEYS)) {
                builder.key(text(row, 0), number(row, 1), (int) number(row, 2));
            }
            if (target.hidesRowOrder()) {
                for (var row : queries.rows(ORDERS)) {
                    builder.ordered(number(row, 0), (int) number(row, 1), text(row, 2).equals("t"));
                }
                for (var row : queries.rows(PARTITIONED)) {
                    builder.partitioned(number(row, 0), (int) number(row, 1));
                }
            }
            for (var row : queries.rows(REFERENCES)) {
                builder.references(
                        number(row, 0), (int) number(row, 1), number(row, 2), (int) number(row, 3));
            }
            for (var row : queries.rows(INHERITS)) {
                builder.inherits(number(row, 0), number(row, 1));
            }
            for (var row : queries.rows(RULES)) {
                if (text(row, 1).equals("t")) {
                    builder.calls(number(row, 0));
                } else {
                    builder.standsOn(number(row, 0), number(row, 2));
                }
            }
            for (var row : queries.rows(PINNED)) {
                if (text(row, 1).equals("t")) {
                    builder.standsOn(number(row, 0), number(row, 2));
                } else if (!Builtins.contains(text(row, 3))) {
                    builder.calls(number(row, 0));
                }
            }
            for (var row : queries.rows(Stamps.OF_RELATIONS)) {
                builder.stamp(number(row, 0), text(row, 1));
            }
            for (var row : queries.rows(Stamps.OF_FUNCTIONS)) {
                builder.stamp(text(row, 0), text(row, 1));
            }
            builder.code(code(queries, types));
            define(builder.viewsToRead(), queries, builder);
            return statements.follow(builder::build).toCompletableFuture().join();
        } catch (IOException | QueryFailed | CompletionException e) {
            throw new IllegalStateException(String.valueOf(e.getMessage()), e);
        }
    }

    /// Reads what the views select.
    private void define(Collection<Long> views, PostgresQueries queries, CatalogueBuilder builder)
            throws IOException, QueryFailed {
        if (views.isEmpty()) {
            return;
        }
        var oids = views.stream().map(String::valueOf).collect(Collectors.joining(", "));
        for (var row : queries.rows(DEFINITIONS + oids + ")")) {
            Analysis analysis = statements.analyse(text(row, 1)).toCompletableFuture().join();
            if (analysis.problem().isEmpty() && analysis.statements().size() == 1) {
                analysis.statements()
                        .getFirst()
                        .parsed()
                        .ifPresent(parsed -> builder.defined(number(row, 0), parsed));
            }
        }
    }

    private static TargetTypes types(PostgresQueries queries) throws IOException, QueryFailed {
        var out = new TargetTypes();
        for (var row : queries.rows(TYPES)) {
            out.add(
                    number(row, 0),
                    new TargetTypes.Type(
                            text(row, 6),
                            text(row, 1).charAt(0),
                            text(row, 2).equals("A"),
                            number(row, 3),
                            number(row, 4),
                            number(row, 5)));
        }
        return out;
    }

    private static void column(
            List<@Nullable String> row, TargetTypes types, CatalogueBuilder builder) {
        long relation = number(row, 0);
        int number = (int) number(row, 1);
        long oid = number(row, 3);
        builder.column(relation, number, text(row, 2), oid, types.kind(oid));
        if (text(row, 4).equals("t")) {
            builder.computed(relation, number);
        }
        long rows = types.rowsIn(oid);
        if (rows != 0) {
            builder.rowsOf(relation, number, rows);
        }
    }

    private static Catalogue.Code code(PostgresQueries queries, TargetTypes types)
            throws IOException, QueryFailed {
        var ofRows = new HashSet<String>();
        var functions = new HashSet<String>();
        for (var row : queries.rows(FUNCTIONS)) {
            if (text(row, 1).equals("t")) {
                ofRows.add(text(row, 0));
            }
            if (text(row, 2).equals("t")) {
                functions.add(text(row, 0));
            }
        }
        var casts = new HashSet<String>();
        boolean unnamed = false;
        for (var row : queries.rows(CASTS)) {
            casts.add(text(row, 0));
            unnamed |= text(row, 1).equals("t");
        }
        return new Catalogue.Code(
                ofRows, functions, names(queries, OPERATORS), casts, unnamed, types.system());
    }

    private static Set<String> names(PostgresQueries queries, String sql)
            throws IOException, QueryFailed {
        var out = new HashSet<String>();
        for (var row : queries.rows(sql)) {
            out.add(text(row, 0));
        }
        return out;
    }

    private static String text(List<@Nullable String> row, int index) {
        var value = row.get(index);
        if (value == null) {
            throw new IllegalStateException("the target's catalogue has a NULL where none can be");
        }
        return value;
    }

    private static long number(List<@Nullable String> row, int index) {
        return Long.parseLong(text(row, index));
    }
}
