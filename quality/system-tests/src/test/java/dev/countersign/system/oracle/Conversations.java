package dev.countersign.system.oracle;

import static dev.countersign.system.oracle.Frames.TEXT;

import java.util.List;

/// Roads that are no statements: names that are given anew, portals that outlive what they were
/// made of, messages that no driver sends. Each is sent one by one and then all at once.
final class Conversations {
    private static final String PLAIN = "SELECT id, note FROM public_t";
    private static final String SSN = "SELECT id, ssn FROM customers";
    private static final String UPPER = "SELECT id, upper(ssn) FROM customers";

    static final List<List<Ask>> ALL =
            List.of(
                    // a statement's name, given anew
                    List.of(
                            Ask.synced("s is plain", Frames.parse("s", PLAIN)),
                            Ask.synced("s is closed", Frames.close('S', "s")),
                            Ask.synced("s is ssn", Frames.parse("s", SSN)),
                            run("s", Frames.BINARY),
                            Ask.synced(
                                    "s closed", Frames.close('S', "s"), Frames.parse("s", UPPER)),
                            run("s", TEXT)),
                    List.of(
                            Ask.synced("twice", Frames.parse("d", PLAIN), Frames.parse("d", UPPER)),
                            run("d", TEXT)),
                    // a portal that outlives its statement
                    List.of(
                            Ask.query("BEGIN"),
                            Ask.synced(
                                    "p of ssn",
                                    Frames.parse("o", SSN),
                                    Frames.bind("p", "o", TEXT, List.of())),
                            Ask.synced(
                                    "o is plain", Frames.close('S', "o"), Frames.parse("o", PLAIN)),
                            Ask.synced("p", Frames.execute("p", 2), Frames.execute("p", 0)),
                            Ask.query("ROLLBACK")),
                    List.of(
                            Ask.query("BEGIN"),
                            Ask.synced(
                                    "q of plain",
                                    Frames.parse("", PLAIN),
                                    Frames.bind("q", "", TEXT, List.of())),
                            Ask.query("CLOSE q"),
                            Ask.query("DECLARE q CURSOR FOR " + SSN),
                            Ask.synced("q", Frames.execute("q", 0)),
                            Ask.query("ROLLBACK")),
                    List.of(
                            Ask.query("BEGIN"),
                            Ask.query("DECLARE k CURSOR FOR " + SSN),
                            Ask.synced(
                                    "k as a portal",
                                    Frames.describe('P', "k"),
                                    Frames.execute("k", 3),
                                    Frames.execute("k", 0)),
                            Ask.query("ROLLBACK")),
                    // a portal over several Syncs
                    List.of(
                            Ask.query("BEGIN"),
                            Ask.synced(
                                    "page 1",
                                    Frames.parse("", SSN),
                                    Frames.bind("g", "", Frames.BINARY, List.of()),
                                    Frames.execute("g", 3)),
                            Ask.synced("page 2", Frames.execute("g", 3)),
                            Ask.synced(
                                    "the rest",
                                    Frames.flush(),
                                    Frames.execute("g", 0),
                                    Frames.close('P', "g")),
                            Ask.query("ROLLBACK")),
                    List.of(
                            Ask.query("DECLARE h CURSOR WITH HOLD FOR " + SSN),
                            Ask.synced("h as a portal", Frames.execute("h", 2)),
                            Ask.query("FETCH 2 FROM h; FETCH ALL FROM h"),
                            Ask.query("CLOSE ALL")),
                    // the unnamed one, replaced in between
                    List.of(
                            Ask.synced(
                                    "replaced",
                                    Frames.parse("", PLAIN),
                                    Frames.bind("", "", TEXT, List.of()),
                                    Frames.parse("", SSN),
                                    Frames.execute("", 0)),
                            Ask.synced(
                                    "again",
                                    Frames.bind("", "", TEXT, List.of()),
                                    Frames.execute("", 0))),
                    List.of(
                            Ask.query("PREPARE z AS " + SSN),
                            Ask.synced(
                                    "z",
                                    Frames.parse("", "EXECUTE z"),
                                    Frames.bind("", "", Frames.BINARY, List.of()),
                                    Frames.execute("", 0)),
                            Ask.query("DEALLOCATE z"),
                            Ask.synced(
                                    "z is other",
                                    Frames.parse("z", PLAIN),
                                    Frames.bind("", "z", TEXT, List.of()),
                                    Frames.execute("", 0)),
                            Ask.query("EXECUTE z; DEALLOCATE z")),
                    // parameters
                    List.of(
                            parameters("SELECT ssn FROM customers WHERE id = $1", "3"),
                            parameters("SELECT id FROM customers WHERE ssn < $1", "5"),
                            parameters("SELECT id FROM customers WHERE meta ->> $1 > 'm'", "city"),
                            parameters("SELECT meta ->> $1 FROM customers", "ssn"),
                            parameters(
                                    "UPDATE public_t SET note = $1 WHERE id = 1 RETURNING note",
                                    "x"),
                            parameters("SELECT query_to_xml($1, true, true, '')", SSN),
                            parameters(
                                    "INSERT INTO customers (id, name, email) VALUES (300, 'x', $1)",
                                    "guess")),
                    // COPY by the extended protocol
                    List.of(
                            Ask.synced(
                                    "copy",
                                    Frames.parse("", "COPY customers TO STDOUT"),
                                    Frames.bind("", "", TEXT, List.of()),
                                    Frames.execute("", 0)),
                            Ask.synced(
                                    "copy csv",
                                    Frames.parse("c", "COPY (" + SSN + ") TO STDOUT (FORMAT csv)"),
                                    Frames.bind("", "c", TEXT, List.of()),
                                    Frames.describe('P', ""),
                                    Frames.execute("", 0))),
                    // functions without a statement
                    List.of(new Ask("lo_get by its oid", Frames.call(3458, List.of("4711")), 1)),
                    List.of(new Ask("loread by its oid", Frames.call(954, List.of("0", "100")), 1)),
                    // out of place
                    List.of(
                            new Ask(
                                    "data for no COPY",
                                    Frames.message('d', "x")
                                            + Frames.message('c', "")
                                            + Frames.query(SSN),
                                    1),
                            Ask.query(""),
                            Ask.query(";"),
                            Ask.synced("nothing")),
                    List.of(
                            new Ask(
                                    "out of step",
                                    Frames.query("BEGIN")
                                            + Frames.parse("", "SET LOCAL bytea_output = 'x'")
                                            + Frames.bind("", "", TEXT, List.of())
                                            + Frames.execute("", 2)
                                            + Frames.execute("", 2)
                                            + Frames.sync()
                                            + Frames.query("ROLLBACK")
                                            + Frames.query("SELECT 1")
                                            + Frames.query("SELECT 2"),
                                    5)));

    private Conversations() {}

    private static Ask run(String statement, int format) {
        return Ask.synced(
                statement + " runs",
                Frames.bind("", statement, format, List.of()),
                Frames.execute("", 0));
    }

    private static Ask parameters(String sql, String parameter) {
        return Ask.synced(
                sql,
                Frames.parse("", sql),
                Frames.bind("", "", TEXT, List.of(parameter)),
                Frames.execute("", 0));
    }
}
