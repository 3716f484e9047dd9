package dev.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// What reaches the target on a client's connection, byte for byte: the statements that people
/// approved, as the client wrote them, each once, and nothing of any other.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HeldBytesTest {
    private static final String POISON = "refused by countersign";

    @TempDir static Path directory;

    private House house;
    private Tap tap;

    @BeforeAll
    void open() throws Exception {
        house = new House(directory, HeldCases.POLICY);
        try (var owner = house.direct();
                var statement = owner.createStatement()) {
            statement.execute("CREATE TABLE ledger (id int, note text)");
            statement.execute("CREATE TABLE expired (id int)");
            statement.execute("GRANT ALL ON ledger, expired TO agent");
        }
        tap = new Tap(house.database.getPort());
        house.plainBehind(tap.port());
        house.restart();
    }

    @AfterAll
    void close() throws Exception {
        house.close();
        tap.close();
    }

    /// Whatever the client's own messages have become, on the connection of the session that asked
    /// for `about`.
    private List<String> reached(String about, String tags) {
        var all = tap.heard();
        int connection =
                all.stream()
                        .filter(message -> message.body().contains(about))
                        .findFirst()
                        .orElseThrow()
                        .connection();
        var out = new ArrayList<String>();
        for (var message : all) {
            if (message.connection() == connection && tags.indexOf(message.tag()) >= 0) {
                out.add(message.body());
            }
        }
        return out;
    }

    /// From the session's first own statement on: before it the gateway makes the session ready.
    private static List<String> since(String first, List<String> all) {
        return all.subList(all.indexOf(first), all.size());
    }

    private void decide(Desk dana, String statement, boolean yes) throws Exception {
        var review = dana.waitsFor(statement);
        if (!yes) {
            dana.reject(review, "");
            return;
        }
        var now = dana.approve(review);
        assertThat(now.status()).as(now.body().text()).isEqualTo(200);
    }

    /// What the gateway asks around a write whose rows people were shown.
    private static final String COUNT =
            "SELECT pg_catalog.sum(n_tup_ins), pg_catalog.sum(n_tup_upd),"
                    + " pg_catalog.sum(n_tup_del), pg_catalog.current_setting('track_counts'),"
                    + " (SELECT pg_catalog.concat_ws(' ', pg_catalog.sum(n_tup_ins),"
                    + " pg_catalog.sum(n_tup_upd), pg_catalog.sum(n_tup_del))"
                    + " FROM pg_catalog.pg_stat_xact_sys_tables"
                    + " WHERE schemaname OPERATOR(pg_catalog.!~) '^pg_toast')"
                    + " FROM pg_catalog.pg_stat_xact_user_tables";

    @Test
    void queries_reach_the_target_as_they_were_written_and_only_approved_ones() throws Exception {
        var dana = house.desk("dana", "dba");
        var hello = "SELECT 'hello, query'";
        var first = "insert  into ledger\n\tVALUES (1, 'na\u00efve \u2603') -- as written ";
        var refused = "INSERT INTO ledger (note, id) VALUES ('never', 2)";
        var unanswered = "INSERT INTO expired VALUES (3)";
        var two = "UPDATE ledger SET note = 'x'; ;UPDATE ledger SET note='y' WHERE id=1";
        try (var eve = new WireClient(house)) {
            eve.query(hello);
            var one = HeldStatementsTest.meanwhile(() -> eve.query(latin(first)));
            decide(dana, "insert  into ledger", true);
            assertThat(one.get()).contains("INSERT 0 1");
            var no = HeldStatementsTest.meanwhile(() -> eve.query(refused));
            decide(dana, "'never'", false);
            assertThat(no.get()).contains("ZC002");
            assertThat(eve.query(unanswered)).contains("ZC003");
            var both = HeldStatementsTest.meanwhile(() -> eve.query(two));
            decide(dana, "'y'", true);
            assertThat(both.get()).contains("UPDATE 1");
        }

        var reached = since(hello + "\0", reached("hello, query", "QPBEFdcf"));

        assertThat(reached)
                .containsExactly(
                        hello + "\0",
                        "BEGIN\0",
                        COUNT + "\0",
                        latin(first) + "\0",
                        "SET CONSTRAINTS ALL IMMEDIATE\0",
                        COUNT + "\0",
                        "COMMIT\0",
                        POISON + "\0",
                        POISON + "\0",
                        two + "\0");
    }

    @Test
    void what_was_prepared_reaches_the_target_as_it_was_sent_and_once() throws Exception {
        var dana = house.desk("dana", "dba");
        var hello = "SELECT 'hello, parse'";
        var insert = "INSERT INTO ledger VALUES (4, 'prepared')";
        var never = "DELETE FROM ledger";
        try (var eve = new WireClient(house)) {
            eve.query(hello);
            var done =
                    HeldStatementsTest.meanwhile(
                            () -> eve.parse("s", insert).bind("", "s").execute("").sync());
            decide(dana, "'prepared'", true);
            assertThat(done.get()).contains("INSERT 0 1");
            var no =
                    HeldStatementsTest.meanwhile(
                            () -> eve.parse("n", never).bind("", "n").execute("").sync());
            decide(dana, never, false);
            assertThat(no.get()).contains("ZC002");
        }

        var reached = reached("hello, parse", "QPBEFdcf");

        var own = since(hello + "\0", reached);
        var executed = "\0\0\0\0\0";
        assertThat(own)
                .containsExactly(
                        hello + "\0",
                        "s\0" + insert + "\0\0\0",
                        "\0s\0\0\0\0\0\0\0",
                        "countersign_count\0" + COUNT + "\0\0\0",
                        "countersign_count\0countersign_count\0\0\0\0\0\0\0",
                        "countersign_count" + executed,
                        executed,
                        "countersign_count\0SET CONSTRAINTS ALL IMMEDIATE\0\0\0",
                        "countersign_count\0countersign_count\0\0\0\0\0\0\0",
                        "countersign_count" + executed,
                        "countersign_count\0" + COUNT + "\0\0\0",
                        "countersign_count\0countersign_count\0\0\0\0\0\0\0",
                        "countersign_count" + executed,
                        "n\0" + never + "\0\0\0",
                        "countersign_poison\0" + POISON + "\0\0\0");
    }

    /// One character for each byte of its UTF-8, as [WireClient] sends and [Tap] writes it down.
    private static String latin(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
