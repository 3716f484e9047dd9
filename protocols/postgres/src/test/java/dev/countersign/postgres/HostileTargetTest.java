package dev.countersign.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.gate.MalformedFrame;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A target that lies, or breaks the protocol, after the login.
class HostileTargetTest {
    private static final Packet.Column SSN = new Packet.Column("ssn", Talk.PEOPLE, 2, 25);
    private static final Packet.Column NAME = new Packet.Column("name", Talk.THINGS, 1, 25);

    private final Talk talk = new Talk();

    @AfterEach
    void no_value_came_through_and_nothing_leaks() {
        assertThat(talk.text()).doesNotContain(Talk.CANARY);
        talk.close();
    }

    private void closed() {
        assertThat(talk.malformed).startsWith("TARGET");
        assertThat(talk.hungUp).isEqualTo("target-protocol");
        assertThat(talk.text())
                .contains("08P01")
                .containsAnyOf("the target broke the protocol", "may not hear");
    }

    static Stream<Arguments> unasked() {
        return Stream.of(
                Arguments.of("a row", Packet.row(Talk.CANARY)),
                Arguments.of("a description", Packet.rowDescription(NAME)),
                Arguments.of("an end", Packet.complete("SELECT 1")),
                Arguments.of("an empty end", Packet.empty('I')),
                Arguments.of("ReadyForQuery", Packet.ready('I')),
                Arguments.of("ParseComplete", Packet.empty('1')),
                Arguments.of("BindComplete", Packet.empty('2')),
                Arguments.of("CloseComplete", Packet.empty('3')),
                Arguments.of("PortalSuspended", Packet.empty('s')),
                Arguments.of("NoData", Packet.empty('n')),
                Arguments.of("ParameterDescription", Packet.of('t').int16(0).bytes()),
                Arguments.of(
                        "a notification",
                        Packet.of('A').int32(1).cstring("c").cstring(Talk.CANARY).bytes()),
                Arguments.of("a login", Packet.of('R').int32(0).bytes()),
                Arguments.of("a password request", Packet.of('R').int32(3).bytes()),
                Arguments.of("a key", Packet.of('K').int32(1).int32(2).bytes()),
                Arguments.of("CopyInResponse", Packet.of('G').int8(0).int16(0).bytes()),
                Arguments.of("CopyOutResponse", Packet.of('H').int8(0).int16(0).bytes()),
                Arguments.of("CopyBothResponse", Packet.of('W').int8(0).int16(0).bytes()),
                Arguments.of("CopyData", Packet.of('d').text(Talk.CANARY).bytes()),
                Arguments.of("CopyDone", Packet.empty('c')),
                Arguments.of("a function's result", Packet.of('V').int32(-1).bytes()),
                Arguments.of(
                        "a negotiation",
                        Packet.of('v').int32(Messages.VERSION_3_0).int32(0).bytes()),
                Arguments.of("a message of the client's", Packet.query("select 1")),
                Arguments.of("no message", Packet.of('\0').bytes()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unasked")
    void what_nobody_asked_for_ends_the_session(String what, byte[] message) {
        talk.target(message);

        closed();
    }

    static Stream<Arguments> notInAQuery() {
        return unasked()
                .filter(one ->
                        !Stream.of(
                                        "a row",
                                        "a description",
                                        "an end",
                                        "an empty end",
                                        "ReadyForQuery")
                                .toList()
                                .contains(one.get()[0]));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("notInAQuery")
    void what_does_not_belong_to_a_query_ends_the_session(String what, byte[] message) {
        talk.client(Packet.query("select name"));

        talk.target(message);

        closed();
    }

    static Stream<Arguments> notToAnExecute() {
        return unasked()
                .filter(one ->
                        !Stream.of("a row", "an end", "an empty end", "PortalSuspended")
                                .toList()
                                .contains(one.get()[0]));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("notToAnExecute")
    void what_does_not_belong_to_an_execute_ends_the_session(String what, byte[] message) {
        talk.client(
                Packet.parse("", "select name"),
                Packet.bind("", ""),
                Packet.execute("", 0),
                Packet.sync());
        talk.target(Packet.empty('1'), Packet.empty('2'));

        talk.target(message);

        closed();
    }

    @Test
    void replies_out_of_order_end_the_session() {
        talk.client(Packet.parse("", "select name"), Packet.bind("", ""), Packet.sync());

        talk.target(Packet.empty('2'));

        closed();
    }

    @Test
    void a_row_of_more_columns_than_described_is_not_passed_on() {
        talk.client(Packet.query("select ssn"));

        talk.target(Packet.rowDescription(SSN), Packet.row("1", Talk.CANARY));

        closed();
    }

    @Test
    void a_row_of_fewer_columns_than_described_is_not_passed_on() {
        talk.client(Packet.query("select ssn"));

        talk.target(Packet.rowDescription(NAME, SSN), Packet.row(Talk.CANARY));

        closed();
    }

    static Stream<Arguments> brokenRows() {
        return Stream.of(
                Arguments.of("no count", Packet.of('D').int8(0).bytes()),
                Arguments.of("no length", Packet.of('D').int16(1).int16(0).bytes()),
                Arguments.of(
                        "a cell longer than the row",
                        Packet.of('D').int16(1).int32(400).text(Talk.CANARY).bytes()),
                Arguments.of(
                        "a cell of length -2",
                        Packet.of('D').int16(1).int32(-2).text(Talk.CANARY).bytes()),
                Arguments.of(
                        "a cell of the least length",
                        Packet.of('D').int16(1).int32(Integer.MIN_VALUE).text(Talk.CANARY).bytes()),
                Arguments.of(
                        "a cell of the greatest length",
                        Packet.of('D').int16(1).int32(Integer.MAX_VALUE).text(Talk.CANARY).bytes()),
                Arguments.of(
                        "more behind the cells",
                        Packet.of('D').int16(1).int32(0).text(Talk.CANARY).bytes()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenRows")
    void a_row_that_is_to_be_masked_must_be_whole(String what, byte[] row) {
        talk.client(Packet.query("select ssn"));

        talk.target(Packet.rowDescription(SSN), row);

        closed();
    }

    @Test
    void a_row_above_the_longest_that_can_be_masked_ends_the_session_in_words() {
        talk.client(Packet.query("select ssn"));

        talk.target(Packet.rowDescription(SSN), Packet.of('D').bytes(Replies.MAX_MASKED_ROW + 5));

        assertThat(talk.text()).contains("ZC012", "cannot be masked");
        assertThat(talk.hungUp).isEqualTo("target-protocol");
    }

    static Stream<Arguments> brokenDescriptions() {
        return Stream.of(
                Arguments.of("no count", Packet.of('T').int8(0).bytes()),
                Arguments.of("too many", Packet.of('T').int16(0xFFFF).bytes()),
                Arguments.of("cut off", Packet.of('T').int16(1).cstring("a").int32(1).bytes()),
                Arguments.of("a name without an end", Packet.of('T').int16(1).text("a").bytes()),
                Arguments.of("more behind it", Packet.of('T').int16(0).int8(0).bytes()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenDescriptions")
    void a_description_that_cannot_be_read_ends_the_session(String what, byte[] description) {
        talk.client(Packet.query("select ssn"));

        talk.target(description);

        closed();
    }

    @ParameterizedTest
    @ValueSource(chars = {'X', '\0', 'i', 'Z'})
    void a_transaction_status_that_does_not_exist_ends_the_session(char status) {
        talk.client(Packet.query("select name"));

        talk.target(Packet.complete("SELECT 0"), Packet.ready(status));

        closed();
    }

    @ParameterizedTest
    @ValueSource(strings = {"client_encoding", "standard_conforming_strings", "search_path"})
    void a_pinned_setting_that_changes_ends_the_session(String name) {
        var reported = new java.util.HashMap<>(java.util.Map.of("client_encoding", "SJIS"));
        reported.put("search_path", "evil");

        talk.target(Packet.parameterStatus(name, reported.getOrDefault(name, "off")));

        if (name.equals("standard_conforming_strings")) {
            assertThat(talk.malformed).as("it was never reported as anything else").isNull();
        } else {
            closed();
        }
    }

    @Test
    void another_setting_is_told_to_the_client() {
        talk.target(Packet.parameterStatus("DateStyle", "ISO"));

        assertThat(talk.heard()).isEqualTo("S");
    }

    @Test
    void a_setting_of_free_text_is_told_only_if_the_client_has_said_it() {
        talk.target(Packet.parameterStatus("application_name", Talk.CANARY));
        assertThat(talk.heard()).isEmpty();

        talk.client(Packet.query("set application_name = 'mine'"));
        talk.target(Packet.parameterStatus("application_name", "mine"));

        assertThat(talk.heard()).isEqualTo("S");
    }

    @ParameterizedTest
    @CsvSource({"53690, P0001", "42P01, 42P01", "23505, 23505", "ZZZZZ, P0001"})
    void a_code_that_the_server_does_not_raise_itself_is_told_to_nobody(String code, String told) {
        talk.client(Packet.query("select ssn from people"));
        talk.target(Packet.report('E', "ERROR", code, "no"), Packet.ready('I'));

        assertThat(talk.text()).contains(told);
        assertThat(talk.outcomes.getFirst().code()).isEqualTo(told);
    }

    @Test
    void an_error_that_nobody_asked_for_is_neutral() {
        talk.target(Packet.report('E', "FATAL", "57P01", "bye " + Talk.CANARY));

        assertThat(talk.heard()).isEqualTo("E");
        assertThat(talk.text()).contains("FATAL", "57P01");
    }

    @ParameterizedTest
    @ValueSource(chars = {'E', 'N'})
    void an_error_that_cannot_be_read_ends_the_session(char tag) {
        talk.target(Packet.of(tag).int8('M').text(Talk.CANARY).bytes());

        closed();
    }

    @Test
    void rows_whose_shape_nobody_knows_are_not_passed_on() {
        talk.client(
                Packet.parse("", "select ssn"),
                Packet.bind("", ""),
                Packet.execute("", 0),
                Packet.sync());

        talk.target(Packet.empty('1'), Packet.empty('2'), Packet.row(Talk.CANARY));

        closed();
    }

    @Test
    void a_target_that_says_no_data_and_sends_rows_is_not_believed() {
        talk.client(
                Packet.parse("", "select ssn"),
                Packet.bind("", ""),
                Packet.execute("", 0),
                Packet.sync());

        talk.target(
                Packet.empty('1'), Packet.empty('2'), Packet.empty('n'), Packet.row(Talk.CANARY));

        closed();
    }

    @Test
    void a_target_that_goes_away_is_told_to_the_client_except_in_the_middle_of_a_row()
            throws MalformedFrame {
        talk.client(Packet.query("select name"));
        talk.target(Packet.rowDescription(NAME));
        talk.inPieces(Packet.row("half"), 9);
        assertThat(talk.heard()).isEqualTo("T D");

        talk.conversation.targetGone(talk);

        assertThat(talk.heard()).isEqualTo("T D E");
        assertThat(talk.text()).contains("08006");
        assertThat(talk.hungUp).isEqualTo("target-lost");
    }

    @Test
    void nothing_is_said_in_the_middle_of_a_row() throws MalformedFrame {
        talk.client(Packet.query("select name"));
        talk.target(Packet.rowDescription(NAME));
        var row = io.netty.buffer.Unpooled.wrappedBuffer(Packet.row("half"));
        talk.conversation.fromTarget(
                new dev.countersign.gate.Frame(row).at(row, 'D', 0, 9, 15, true, false), talk);
        int before = talk.said.size();

        talk.conversation.targetGone(talk);

        assertThat(talk.said.size()).isEqualTo(before);
        assertThat(talk.hungUp).isEqualTo("target-lost");
    }

    @Test
    void after_the_end_nothing_is_heard_any_more() {
        talk.target(Packet.ready('I'));
        int before = talk.said.size();

        talk.conversation.targetGone(talk);
        talk.conversation.clientGone(talk);
        talk.conversation.shutdown(talk);

        assertThat(talk.said.size()).isEqualTo(before);
    }
}
