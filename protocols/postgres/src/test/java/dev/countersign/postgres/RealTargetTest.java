package dev.countersign.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.gate.MalformedFrame;
import dev.countersign.sql.Statements;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A conversation with a real server behind it: what [Pretender] only claims.
class RealTargetTest {
    private static final Statements STATEMENTS = new Statements();
    private static final RealPostgres REAL = RealPostgres.get();

    private final PostgresTarget target = REAL.target("public.people.ssn");
    private final BlockingChannel channel = new BlockingChannel(target.leg());
    private Talk talk = new Talk();
    private int sent;

    @BeforeAll
    static void schema() throws SQLException {
        REAL.execute(
                "DROP TABLE IF EXISTS public.people, public.things",
                "CREATE TABLE public.people (id int, ssn text)",
                "CREATE TABLE public.things (name text)",
                "INSERT INTO public.people VALUES (1, '" + Talk.CANARY + "')",
                "INSERT INTO public.things VALUES ('Ada')",
                "GRANT ALL ON public.people, public.things TO agent");
    }

    @BeforeEach
    void connect() throws Exception {
        var catalogues =
                new Catalogues(target, RealPostgres.reader(target, STATEMENTS), Runnable::run);
        talk = new Talk(catalogues.toJudgeBy().toCompletableFuture().join());
        channel.connect(Duration.ofSeconds(5));
        new BlockingLogin(channel, RealPostgres.dialer(target, RealPostgres.PASSWORD)).run();
    }

    @AfterEach
    void close() {
        channel.close();
        talk.close();
    }

    /// Until that many ReadyForQuery came.
    private void serve(int readies) throws IOException, MalformedFrame {
        forward();
        for (int left = readies; left > 0; ) {
            var frame = channel.read(PostgresFraming.target());
            left -= frame.tag() == 'Z' ? 1 : 0;
            talk.target(frame.copy());
            forward();
        }
    }

    private void forward() throws IOException {
        while (sent < talk.sent.size()) {
            channel.write(Unpooled.wrappedBuffer(talk.sent.get(sent++).bytes().toArray()));
        }
    }

    private static byte[][] changedBehindABind() {
        return new byte[][] {
            Packet.parse("e", "execute s"),
            Packet.bind("p", "e"),
            Packet.close('S', "s"),
            Packet.parse("s", "select ssn from people"),
            Packet.execute("p", 0),
            Packet.sync()
        };
    }

    @Test
    void the_server_runs_what_a_name_stands_for_when_it_runs() throws Exception {
        channel.write(
                Unpooled.wrappedBuffer(
                        Packet.all(Packet.parse("s", "select name from things"), Packet.sync())));
        channel.write(Unpooled.wrappedBuffer(Packet.all(changedBehindABind())));
        var heard = new StringBuilder();
        for (int readies = 0; readies < 2; ) {
            var frame = channel.read(PostgresFraming.target());
            readies += frame.tag() == 'Z' ? 1 : 0;
            heard.append(new String(frame.copy(), java.nio.charset.StandardCharsets.UTF_8));
        }

        assertThat(heard.toString()).contains(Talk.CANARY);
    }

    @Test
    void the_conversation_does_not_let_it_through() throws Exception {
        talk.client(Packet.parse("s", "select name from things"), Packet.sync());
        serve(1);
        talk.client(changedBehindABind());
        serve(1);

        assertThat(talk.malformed).contains("before anybody knew their shape");
        assertThat(talk.text()).doesNotContain(Talk.CANARY);
    }

    @Test
    void a_masked_row_is_what_the_server_described() throws Exception {
        talk.client(Packet.query("select id, ssn from people"));
        serve(1);

        assertThat(talk.heard()).isEqualTo("T D C ZI");
        assertThat(talk.text()).contains("[pii.ssn]").doesNotContain(Talk.CANARY);
    }

    @Test
    void binary_results_are_masked_too() throws Exception {
        talk.client(
                Packet.parse("", "select ssn from people"),
                Packet.bind("", "", 1),
                Packet.execute("", 0),
                Packet.sync());
        serve(1);

        assertThat(talk.heard()).isEqualTo("1 2 D C ZI");
        assertThat(talk.text()).contains("[pii.ssn]").doesNotContain(Talk.CANARY);
    }

    @Test
    void the_poison_fails_and_leaves_the_transaction_as_an_error_would() throws Exception {
        talk.client(Packet.query("begin"), Packet.query("bad"), Packet.query("rollback"));
        serve(3);

        assertThat(talk.heard()).isEqualTo("C ZT E ZE C ZI");
    }

    @Test
    void a_deferred_failure_at_the_end_is_no_success() throws Exception {
        talk.client(
                Packet.parse("", "update things set name = name where name::int = 1"),
                Packet.bind("", ""),
                Packet.execute("", 0),
                Packet.sync());
        serve(1);

        assertThat(talk.heard()).isEqualTo("1 2 E ZI");
        assertThat(talk.text()).contains("22P02").doesNotContain("Ada");
        assertThat(talk.outcomes)
                .anyMatch(one -> one.status() == dev.countersign.model.Outcome.Status.ERROR);
    }
}
