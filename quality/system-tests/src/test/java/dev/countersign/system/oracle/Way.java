package dev.countersign.system.oracle;

import java.util.List;

/// How one query is sent: by which messages, or wrapped in what else. Whatever way it goes, it
/// leaves nothing behind.
enum Way {
    SIMPLE(sql -> rolledBack(List.of(sql))),
    EXTENDED(sql ->
            within(
                    Ask.synced(
                            "extended: " + sql,
                            Frames.parse("", sql),
                            Frames.bind("", "", Frames.TEXT, List.of()),
                            Frames.describe('P', ""),
                            Frames.execute("", 0)))),
    BINARY(sql ->
            within(
                    Ask.synced(
                            "extended, binary: " + sql,
                            Frames.parse("", sql),
                            Frames.describe('S', ""),
                            Frames.bind("", "", Frames.BINARY, List.of()),
                            Frames.execute("", 0)))),

    /// Executed without anybody asking for its shape, and once more.
    UNDESCRIBED(sql ->
            within(
                    Ask.synced(
                                    "extended, not described: " + sql,
                                    Frames.parse("", sql),
                                    Frames.bind("", "", Frames.TEXT, List.of()),
                                    Frames.execute("", 0))
                            .then(
                                    Ask.synced(
                                            "again in binary",
                                            Frames.bind("", "", Frames.BINARY, List.of()),
                                            Frames.execute("", 0))))),

    /// Two rows at a time, then the rest.
    LIMITED(sql ->
            within(
                    Ask.synced(
                            "extended, two rows at a time: " + sql,
                            Frames.parse("", sql),
                            Frames.bind("p_", "", Frames.TEXT, List.of()),
                            Frames.execute("p_", 2),
                            Frames.execute("p_", 2),
                            Frames.flush(),
                            Frames.execute("p_", 0),
                            Frames.close('P', "p_")))),
    CURSOR(sql ->
            rolledBack(
                    List.of(
                            "DECLARE c_ SCROLL CURSOR FOR " + sql,
                            "FETCH 2 FROM c_",
                            "FETCH ALL FROM c_",
                            "FETCH FIRST FROM c_"))),
    BINARY_CURSOR(
            sql -> rolledBack(List.of("DECLARE c_ BINARY CURSOR FOR " + sql, "FETCH ALL FROM c_"))),
    PREPARED(sql ->
            Ask.queries("PREPARE p_ AS " + sql, "EXECUTE p_", "EXECUTE p_", "DEALLOCATE ALL")),

    /// Prepared in SQL, bound by the protocol.
    BOUND(sql ->
            Ask.query("PREPARE p_ AS " + sql)
                    .then(
                            Ask.synced(
                                    "bound, binary",
                                    Frames.bind("", "p_", Frames.BINARY, List.of()),
                                    Frames.execute("", 0)))
                    .then(Ask.query("DEALLOCATE ALL"))),
    COPIED(sql -> rolledBack(List.of("COPY (" + sql + ") TO STDOUT"))),
    COPIED_CSV(sql ->
            rolledBack(
                    List.of("COPY (" + sql + ") TO STDOUT (FORMAT csv, HEADER, FORCE_QUOTE *)"))),
    COPIED_BINARY(sql -> rolledBack(List.of("COPY (" + sql + ") TO STDOUT (FORMAT binary)"))),
    NESTED(query("SELECT * FROM (%s) q_")),
    MATERIALIZED(query("WITH q_ AS MATERIALIZED (%s) SELECT * FROM q_")),
    DOUBLED(query("(%1$s) UNION ALL (%1$s)")),
    DISTINCT(query("(%1$s) UNION (%1$s)")),
    REDUCED(query("SELECT * FROM (%1$s) a_ EXCEPT ALL SELECT * FROM (%1$s) b_ WHERE false")),
    ROW(query("SELECT q_ FROM (%s) q_")),
    ROW_TEXT(query("SELECT q_::text, 'x' || q_::text FROM (%s) q_")),
    JSON(query("SELECT row_to_json(q_) FROM (%s) q_")),
    JSON_LIST(query("SELECT jsonb_agg(to_jsonb(q_)) FROM (%s) q_")),
    JOINED(query("SELECT string_agg(q_::text, '|') FROM (%s) q_")),
    LISTED(query("SELECT array_agg(q_) FROM (%s) q_")),
    XML(query("SELECT xmlagg(xmlelement(name a, q_::text)) FROM (%s) q_")),
    SPELT(
            query(
                    "SELECT ascii(substr(q_::text, n_, 1)) FROM (SELECT * FROM (%s) z_ LIMIT 2) q_, generate_series(1, 80) n_")),
    HEX(query("SELECT encode(q_::text::bytea, 'hex') FROM (%s) q_")),
    BASE64(query("SELECT encode(q_::text::bytea, 'base64') FROM (%s) q_")),
    ERROR(query("SELECT ('x' || q_::text)::int FROM (%s) q_")),
    COMPARED(query("SELECT count(*) FROM (%s) q_ WHERE md5(q_::text) < '8'")),
    ORDERED(
            query(
                    "SELECT row_number() OVER (ORDER BY md5(q_::text)), n_ FROM (SELECT *, row_number() OVER () AS n_ FROM (%s) z_) q_ ORDER BY n_")),
    LAST(query("SELECT * FROM (%s) q_ ORDER BY 1 DESC LIMIT 1")),
    SCALAR(query("SELECT id, (SELECT q_::text FROM (%s) q_ LIMIT 1) FROM public_t")),
    LATERAL(query("SELECT q_.* FROM public_t p_, LATERAL (%s) q_ WHERE p_.id = 1")),
    EXPLAINED(
            query(
                    "EXPLAIN (ANALYZE, VERBOSE, TIMING OFF, SUMMARY OFF, BUFFERS OFF, COSTS OFF) %s")),
    ESTIMATED(query("EXPLAIN (FORMAT JSON) %s")),
    STRING(sql -> rolledBack(List.of("SELECT query_to_xml(" + literal(sql) + ", true, true, '')"))),
    DYNAMIC(sql ->
            rolledBack(
                    List.of(
                            "SELECT f_dynamic("
                                    + literal("SELECT q_::text FROM (" + sql + ") q_")
                                    + ")"))),
    RAISED(sql ->
            rolledBack(
                    List.of(
                            "DO $do$ DECLARE r record; BEGIN FOR r IN "
                                    + sql
                                    + " LOOP RAISE NOTICE '%', r; END LOOP; END $do$"))),
    TEMP_TABLE(sql -> rolledBack(List.of("CREATE TEMP TABLE t_ AS " + sql, "TABLE t_"))),
    VIEW(sql -> rolledBack(List.of("CREATE VIEW w_ AS " + sql, "TABLE w_"))),
    FUNCTION(sql ->
            rolledBack(
                    List.of(
                            "CREATE FUNCTION g_() RETURNS SETOF record LANGUAGE sql AS "
                                    + literal(sql),
                            "SELECT g_()"))),
    LAUNDERED(sql ->
            rolledBack(
                    List.of(
                            "INSERT INTO public_t SELECT 900 + row_number() OVER (), q_::text FROM ("
                                    + sql
                                    + ") q_ RETURNING note",
                            "SELECT note FROM public_t WHERE id > 900"))),
    UPDATED(sql ->
            rolledBack(
                    List.of(
                            "UPDATE public_t SET note = (SELECT string_agg(q_::text, '|') FROM ("
                                    + sql
                                    + ") q_) WHERE id = 1",
                            "TABLE public_t"))),
    SETTING(sql ->
            rolledBack(
                    List.of(
                            "SELECT set_config('application_name', left(q_::text, 60), true) FROM ("
                                    + sql
                                    + ") q_ LIMIT 1",
                            "SHOW application_name"))),
    NOTIFIED(sql ->
            Ask.queries(
                    "LISTEN l_",
                    "SELECT pg_notify('l_', left(q_::text, 200)) FROM (" + sql + ") q_",
                    "UNLISTEN *"));

    @SuppressWarnings("ImmutableEnumChecker") // a function without state
    private final Sent sent;

    private interface Sent {
        Ask ask(String sql);
    }

    Way(Sent sent) {
        this.sent = sent;
    }

    Ask of(String sql) {
        return sent.ask(sql);
    }

    private static Sent query(String around) {
        return sql -> rolledBack(List.of(around.formatted(sql)));
    }

    /// BEGIN and ROLLBACK around queries, unless they have transactions of their own.
    static Ask rolledBack(List<String> statements) {
        return Ask.query("BEGIN").then(Ask.queries(statements)).then(Ask.query("ROLLBACK"));
    }

    private static Ask within(Ask ask) {
        return Ask.query("BEGIN").then(ask).then(Ask.query("ROLLBACK"));
    }

    private static String literal(String sql) {
        return "$q$" + sql + "$q$";
    }
}
