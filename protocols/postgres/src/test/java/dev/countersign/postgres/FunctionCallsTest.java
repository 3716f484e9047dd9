package dev.countersign.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.gate.MalformedFrame;
import dev.countersign.model.Bytes;
import dev.countersign.model.Outcome;
import dev.countersign.model.Seen;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// FunctionCalls through a conversation, from clients and targets that are honest or not. [Judge]
/// admits the functions 952 and 954, and lets the answer of 954 have 100 bytes.
class FunctionCallsTest {
    private static final int LO_OPEN = 952;
    private static final int FEW = 954;

    private final Talk talk = new Talk();

    @AfterEach
    void nothing_leaks() {
        talk.close();
    }

    private static byte[] call(int function, String... arguments) {
        var packet = Packet.of('F').int32(function).int16(0).int16(arguments.length);
        for (var argument : arguments) {
            packet.int32(argument.length()).text(argument);
        }
        return packet.int16(1).bytes();
    }

    private static byte[] result(String value) {
        return Packet.of('V').int32(value.length()).text(value).bytes();
    }

    @Test
    void one_that_is_admitted_goes_out_as_it_came_and_its_result_comes_in() {
        var call = call(LO_OPEN, "4711", "393216");
        talk.client(call);

        talk.target(result("\0\0\0\1"), Packet.ready('T'));

        assertThat(talk.forwarded()).isEqualTo("F");
        assertThat(talk.sent.getFirst().bytes()).isEqualTo(Bytes.of(call));
        assertThat(talk.heard()).isEqualTo("V ZT");
        assertThat(talk.settledFrames).isOne();
        assertThat(talk.outcomes)
                .singleElement()
                .matches(one -> one.status() == Outcome.Status.OK)
                .matches(one -> one.rows() == 1)
                .matches(one -> one.response() != null);
        assertThat(talk.seen)
                .containsExactly(
                        new Seen.Table(
                                List.of("result"),
                                List.of(
                                        new Seen.Row(
                                                List.of(new Seen.Cell(Bytes.utf8("\0\0\0\1")))))));
        assertThat(talk.catalogueChanges).isZero();
    }

    /// A server takes it for the end of the group, and loses what the group has written.
    @Test
    void one_inside_of_a_pipeline_ends_the_session() {
        talk.client(Packet.parse("", "SELECT 1"), call(LO_OPEN, "1", "2"));

        assertThat(talk.malformed).contains("a FunctionCall inside of a pipeline");
        assertThat(talk.forwarded()).doesNotContain("F");
    }

    @Test
    void its_arguments_are_what_is_judged() {
        talk.client(
                Packet.of('F')
                        .int32(LO_OPEN)
                        .int16(2)
                        .int16(1)
                        .int16(0)
                        .int16(2)
                        .int32(4)
                        .int32(7)
                        .int32(-1)
                        .int16(1)
                        .bytes());

        var permit = (dev.countersign.gate.ActionPermit) talk.sent.getFirst().permit();
        var request = permit.action().request();
        assertThat(request.command()).isEqualTo(Bytes.utf8("\0F952"));
        assertThat(request.parameters())
                .containsExactly(
                        new dev.countersign.model.Request.Parameter(
                                0, 1, Bytes.of(new byte[] {0, 0, 0, 7})),
                        new dev.countersign.model.Request.Parameter(0, 0, null));
        assertThat(request.resultFormats()).containsExactly(1);
    }

    @Test
    void a_result_may_be_nothing() {
        talk.client(call(LO_OPEN));

        talk.target(Packet.of('V').int32(-1).bytes(), Packet.ready('I'));

        assertThat(talk.heard()).isEqualTo("V ZI");
    }

    @Test
    void it_may_fail() {
        talk.client(call(LO_OPEN), Packet.query("select name"));

        talk.target(Packet.error("42704", "large object 1 does not exist"), Packet.ready('E'));
        talk.target(Packet.error("25P02", "no"), Packet.ready('E'));

        assertThat(talk.heard()).isEqualTo("E ZE E ZE");
        assertThat(talk.outcomes).hasSize(2).allMatch(one -> one.status() == Outcome.Status.ERROR);
    }

    @Test
    void one_that_is_refused_is_a_real_error_in_its_place() {
        talk.client(Packet.query("select 1"), call(815), Packet.query("select 2"));
        var target = new Pretender();
        Pretender.serve(talk, target);

        assertThat(talk.forwarded()).isEqualTo("QqQ");
        assertThat(talk.heard()).isEqualTo("T D D D D C ZI E ZI T D D D D C ZI");
    }

    @Test
    void behind_an_error_it_is_passed_over_as_the_server_does() {
        talk.client(Packet.parse("", "select fail"), Packet.flush());
        talk.target(Packet.error("42601", "no"));

        talk.client(call(LO_OPEN), Packet.sync());
        talk.target(Packet.ready('I'));

        assertThat(talk.forwarded()).isEqualTo("Phs");
        assertThat(talk.heard()).isEqualTo("E ZI");
    }

    @Test
    void a_notice_may_come_before_its_result() {
        talk.client(call(LO_OPEN));

        talk.target(
                Packet.report('N', "NOTICE", "00000", "he said " + Talk.CANARY),
                result("x"),
                Packet.ready('I'));

        assertThat(talk.heard()).isEqualTo("N V ZI");
        assertThat(talk.text()).doesNotContain(Talk.CANARY);
    }

    @Test
    void a_large_result_is_handed_on_in_pieces_and_not_recorded() throws MalformedFrame {
        talk.client(call(LO_OPEN));

        talk.inPieces(result("x".repeat(5_000)), 900);
        talk.target(Packet.ready('I'));

        assertThat(talk.heard()).isEqualTo("V ZI");
        assertThat(talk.seen).isEmpty();
        assertThat(talk.outcomes.getFirst().bytes()).isEqualTo(5_009);
    }

    @Test
    void a_result_beyond_what_policy_allows_is_our_error() throws MalformedFrame {
        talk.client(call(FEW));

        talk.inPieces(result(Talk.CANARY.repeat(50)), 90);
        talk.target(Packet.ready('T'));

        assertThat(talk.heard()).isEqualTo("E ZT");
        assertThat(talk.text()).contains("ZC013").doesNotContain(Talk.CANARY);
        assertThat(talk.cancels).isZero();
        assertThat(talk.outcomes).singleElement().matches(one -> one.code().equals(SqlState.LIMIT));
    }

    // ---- clients

    static Stream<Arguments> malformed() {
        return Stream.of(
                Arguments.of("nothing", Packet.of('F').bytes()),
                Arguments.of("half a number", Packet.of('F').int16(0).bytes()),
                Arguments.of("no counts", Packet.of('F').int32(LO_OPEN).bytes()),
                Arguments.of(
                        "fewer formats than it says",
                        Packet.of('F').int32(LO_OPEN).int16(9).int16(1).bytes()),
                Arguments.of(
                        "two formats for three values",
                        Packet.of('F')
                                .int32(LO_OPEN)
                                .int16(2)
                                .int16(0)
                                .int16(0)
                                .int16(3)
                                .int32(-1)
                                .int32(-1)
                                .int32(-1)
                                .int16(0)
                                .bytes()),
                Arguments.of(
                        "fewer values than it says",
                        Packet.of('F').int32(LO_OPEN).int16(0).int16(0xFFFF).int32(-1).bytes()),
                Arguments.of(
                        "a value of length -2",
                        Packet.of('F').int32(LO_OPEN).int16(0).int16(1).int32(-2).int16(0).bytes()),
                Arguments.of(
                        "a value longer than itself",
                        Packet.of('F').int32(LO_OPEN).int16(0).int16(1).int32(99).int16(0).bytes()),
                Arguments.of(
                        "no result format",
                        Packet.of('F').int32(LO_OPEN).int16(0).int16(0).bytes()),
                Arguments.of(
                        "more behind it",
                        Packet.of('F').int32(LO_OPEN).int16(0).int16(0).int16(0).int8(0).bytes()),
                Arguments.of(
                        "one above the longest",
                        Packet.of('F').bytes(PostgresFraming.MAX_BIND + 5)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void one_that_cannot_be_read_ends_the_session(String what, byte[] message) {
        talk.client(message, Packet.query("select 1"));

        assertThat(talk.malformed).startsWith("CLIENT");
        assertThat(talk.text()).contains("FATAL", "08P01");
        assertThat(talk.sent).isEmpty();
    }

    @Test
    void it_may_come_in_any_pieces() {
        var call = call(LO_OPEN, "a", "");
        for (byte one : call) {
            assertThat(talk.sent).isEmpty();
            talk.client(new byte[] {one});
        }

        assertThat(talk.forwarded()).isEqualTo("F");
    }

    // ---- targets

    private void closed() {
        assertThat(talk.malformed).startsWith("TARGET");
        assertThat(talk.hungUp).isEqualTo("target-protocol");
        assertThat(talk.text()).contains("08P01").doesNotContain(Talk.CANARY);
    }

    @Test
    void a_result_that_nobody_asked_for_ends_the_session() {
        talk.target(result(Talk.CANARY));

        closed();
    }

    @Test
    void a_result_in_the_place_of_rows_ends_the_session() {
        talk.client(Packet.query("select name"));

        talk.target(result(Talk.CANARY));

        closed();
    }

    static Stream<Arguments> notToACall() {
        return Stream.of(
                Arguments.of("a row", Packet.row(Talk.CANARY)),
                Arguments.of(
                        "a description",
                        Packet.rowDescription(new Packet.Column(Talk.CANARY, 0, 0, 25))),
                Arguments.of("an end", Packet.complete("SELECT 1")),
                Arguments.of("a copy", Packet.of('H').int8(0).int16(0).bytes()),
                Arguments.of("nothing but ReadyForQuery", Packet.ready('I')),
                Arguments.of("ParseComplete", Packet.empty('1')),
                Arguments.of(
                        "a result shorter than it says",
                        Packet.of('V').int32(99).text(Talk.CANARY).bytes()),
                Arguments.of(
                        "a result longer than it says",
                        Packet.of('V').int32(1).text(Talk.CANARY).bytes()),
                Arguments.of(
                        "a result of length -2",
                        Packet.of('V').int32(-2).text(Talk.CANARY).bytes()),
                Arguments.of(
                        "nothing, and more behind it",
                        Packet.of('V').int32(-1).text(Talk.CANARY).bytes()),
                Arguments.of("half a length", Packet.of('V').int16(0).bytes()),
                Arguments.of(
                        "a result above the longest",
                        Packet.of('V').bytes(PostgresFraming.MAX_ROW + 5)),
                Arguments.of("the greatest length", Packet.of('V').bytes(Integer.MAX_VALUE)),
                Arguments.of("a negative length", Packet.of('V').bytes(-1)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("notToACall")
    void what_is_no_result_ends_the_session(String what, byte[] message) {
        talk.client(call(LO_OPEN));

        talk.target(message);

        closed();
    }

    @ParameterizedTest
    @ValueSource(chars = {'V', 'E'})
    void there_is_one_result(char first) {
        talk.client(call(LO_OPEN));
        talk.target(first == 'V' ? result("1") : Packet.error("42704", "no"));

        talk.target(result(Talk.CANARY));

        closed();
    }
}
