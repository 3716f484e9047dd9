package dev.countersign.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.gate.Conversation;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// A client that breaks the protocol after the login, leaves, or outlives its token.
class HostileClientTest {
    private final Talk talk = new Talk();
    private final Pretender target = new Pretender();

    @AfterEach
    void nothing_leaks() {
        talk.close();
    }

    static Stream<Arguments> malformed() {
        return Stream.of(
                Arguments.of("an unknown kind", Packet.of('?').bytes()),
                Arguments.of("a kind above ASCII", Packet.of('\u00FF').bytes()),
                Arguments.of("a password", Packet.of('p').cstring("again").bytes()),
                Arguments.of("a startup", Packet.startup(Messages.VERSION_3_0, "user", "somebody")),
                Arguments.of("a message of the target's", Packet.ready('I')),
                Arguments.of("a length below its own", Packet.of('Q').bytes(3)),
                Arguments.of("a negative length", Packet.of('Q').bytes(-1)),
                Arguments.of("the least length", Packet.of('Q').bytes(Integer.MIN_VALUE)),
                Arguments.of("the greatest length", Packet.of('Q').bytes(Integer.MAX_VALUE)),
                Arguments.of(
                        "a statement above the longest",
                        Packet.of('Q').bytes(PostgresFraming.MAX_STATEMENT + 5)),
                Arguments.of(
                        "a Bind above the longest",
                        Packet.of('B').bytes(PostgresFraming.MAX_BIND + 5)),
                Arguments.of("a Sync with a body", Packet.of('S').int8(0).bytes()),
                Arguments.of("a query without an end", Packet.of('Q').text("select 1").bytes()),
                Arguments.of("an empty query message", Packet.of('Q').bytes()),
                Arguments.of(
                        "two queries in one",
                        Packet.of('Q').cstring("select 1").cstring("drop").bytes()),
                Arguments.of(
                        "a query that is no UTF-8",
                        Packet.of('Q').int8(0xC0).int8(0x80).int8(0).bytes()),
                Arguments.of(
                        "an overlong zero inside",
                        Packet.of('Q').text("a").int8(0xC0).int8(0x80).text("b").int8(0).bytes()),
                Arguments.of(
                        "a Parse with a count and no types",
                        Packet.of('P').cstring("").cstring("select 1").int16(3).bytes()),
                Arguments.of(
                        "a Parse without a count", Packet.of('P').cstring("").cstring("x").bytes()),
                Arguments.of(
                        "a Bind of two formats for three parameters",
                        Packet.of('B')
                                .cstring("")
                                .cstring("")
                                .int16(2)
                                .int16(0)
                                .int16(1)
                                .int16(3)
                                .int32(-1)
                                .int32(-1)
                                .int32(-1)
                                .int16(0)
                                .bytes()),
                Arguments.of(
                        "a Bind of a parameter of length -2",
                        Packet.of('B')
                                .cstring("")
                                .cstring("")
                                .int16(0)
                                .int16(1)
                                .int32(-2)
                                .int16(0)
                                .bytes()),
                Arguments.of(
                        "a Bind of a parameter longer than itself",
                        Packet.of('B')
                                .cstring("")
                                .cstring("")
                                .int16(0)
                                .int16(1)
                                .int32(99)
                                .int16(0)
                                .bytes()),
                Arguments.of(
                        "a Bind of 65,535 parameters and none",
                        Packet.of('B').cstring("").cstring("").int16(0).int16(-1).bytes()),
                Arguments.of("an Execute without a limit", Packet.of('E').cstring("").bytes()),
                Arguments.of("a Describe of neither", Packet.of('D').int8('X').cstring("").bytes()),
                Arguments.of("a Close of neither", Packet.of('C').int8(0).cstring("").bytes()),
                Arguments.of("a Describe of nothing", Packet.of('D').bytes()),
                Arguments.of(
                        "a Describe with more behind it",
                        Packet.of('D').int8('S').cstring("").int8(0).bytes()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void what_cannot_be_read_ends_the_session_and_reaches_nobody(String what, byte[] message) {
        talk.client(message, Packet.query("select 1"));

        assertThat(talk.malformed).startsWith("CLIENT");
        assertThat(talk.text()).contains("FATAL", "08P01");
        assertThat(talk.hungUp).isEqualTo("client-protocol");
        assertThat(talk.sent).isEmpty();
    }

    @Test
    void what_is_left_of_a_copy_is_passed_over() {
        talk.client(
                Packet.of('d').text("1\t2\n").bytes(),
                Packet.empty('c'),
                Packet.of('f').cstring("no").bytes(),
                Packet.query("select 1"));
        Pretender.serve(talk, target);

        assertThat(talk.heard()).isEqualTo("T D D D D C ZI");
    }

    @Test
    void a_client_that_vanishes_cancels_what_runs_and_frees_the_target() {
        talk.client(Packet.query("select 1"));

        talk.conversation.clientGone(talk);

        assertThat(talk.cancels).isOne();
        assertThat(talk.forwarded()).isEqualTo("Qx");
        assertThat(talk.hungUp).isEqualTo("client-gone");
    }

    @Test
    void at_rest_a_shutdown_ends_the_session_and_in_a_transaction_it_waits() {
        talk.client(Packet.query("begin"));
        Pretender.serve(talk, target);
        talk.conversation.shutdown(talk);
        assertThat(talk.hungUp).isNull();

        talk.client(Packet.query("commit"));
        Pretender.serve(talk, target);

        assertThat(talk.heard()).isEqualTo("C ZT C ZI E");
        assertThat(talk.text()).contains("57P01", "shutting down");
        assertThat(talk.forwarded()).isEqualTo("QQx");
        assertThat(talk.hungUp).isEqualTo("shutdown");
    }

    @Test
    void the_end_of_the_token_is_the_end_of_the_session_at_its_next_request() {
        assertThat(talk.wakes).containsExactly(Duration.ofMinutes(5));
        talk.conversation.due(Conversation.Timer.EXPIRY, talk);

        talk.client(Packet.query("select 1"));

        assertThat(talk.sent).extracting(Talk.Sent::tag).containsExactly('X');
        assertThat(talk.text()).contains("57P01", "expired");
        assertThat(talk.hungUp).isEqualTo("expired");
    }

    @Test
    void names_by_the_thousand_are_bounded_by_the_batch() {
        for (int i = 0; i < 3 * Gathering.MAX_BATCH; i++) {
            talk.client(Packet.parse("s" + i, "select 1"));
        }
        talk.client(Packet.sync());
        Pretender.serve(talk, target);

        assertThat(talk.heard()).endsWith("1 ZI");
        assertThat(talk.outcomes).hasSize(3 * Gathering.MAX_BATCH);
    }

    @Test
    void statements_that_would_fill_the_gateway_end_the_session() {
        var large = "select '" + "x".repeat(1_000_000) + "'";
        for (int i = 0; i < 80 && !talk.ended; i++) {
            talk.client(Packet.parse("s" + i, large), Packet.sync());
            Pretender.serve(talk, target);
        }

        assertThat(talk.text()).contains("at most 10000 statements");
        assertThat(talk.hungUp).isEqualTo("client-protocol");
    }

    @Test
    void values_of_portals_that_would_fill_the_gateway_end_the_session() {
        talk.client(Packet.query("begin"), Packet.parse("s", "select 1"), Packet.sync());
        Pretender.serve(talk, target);
        for (int i = 0; i < 12 && !talk.ended; i++) {
            talk.client(
                    Packet.of('B')
                            .cstring("p" + i)
                            .cstring("s")
                            .int16(0)
                            .int16(1)
                            .int32(8 << 20)
                            .raw(new byte[8 << 20])
                            .int16(0)
                            .bytes(),
                    Packet.sync());
            Pretender.serve(talk, target);
        }

        assertThat(talk.text()).contains("at most 10000 portals");
    }
}
