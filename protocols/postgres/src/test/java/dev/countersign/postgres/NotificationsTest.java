package dev.countersign.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.gate.Conversation;
import dev.countersign.model.Evidence;
import dev.countersign.model.Seen;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the target says without being asked, from targets that are honest and from one that is not.
class NotificationsTest {
    private static final String CARD = "4111 1111 1111 1111";

    private Talk talk = new Talk();

    @AfterEach
    void nothing_leaks() {
        talk.close();
    }

    static byte[] notification(int process, String channel, String payload) {
        return Packet.of('A').int32(process).cstring(channel).cstring(payload).bytes();
    }

    private static byte[] of(String channel, String payload) {
        return notification(1, channel, payload);
    }

    private void listens(String sql) {
        talk.client(Packet.query(sql));
        talk.target(Packet.complete("LISTEN"), Packet.ready('I'));
        talk.said.reset();
    }

    private List<String> recorded() {
        return talk.seen.stream()
                .filter(seen ->
                        seen instanceof Seen.Text(var role, _) && role.equals("notification"))
                .map(seen -> ((Seen.Text) seen).text())
                .toList();
    }

    private void closed() {
        assertThat(talk.hungUp).isEqualTo("target-protocol");
        assertThat(talk.heard()).isEqualTo("E");
        assertThat(talk.text()).contains("FATAL", "08P01").doesNotContain(CARD);
        assertThat(recorded()).isEmpty();
    }

    // ---- what is passed on

    @Test
    void what_was_listened_to_comes_while_nothing_runs_and_is_recorded() {
        listens("listen orders");

        talk.target(of("orders", "17 paid"));

        assertThat(talk.said.toByteArray()).isEqualTo(notification(0, "orders", "17 paid"));
        assertThat(recorded()).containsExactly("orders: 17 paid");
        assertThat(talk.hungUp).isNull();
    }

    @Test
    void a_recording_keeps_only_so_many_and_the_client_hears_all() {
        listens("listen orders");

        for (int i = 0; i < 50; i++) {
            talk.target(of("orders", "x".repeat(7_900)));
        }

        assertThat(talk.heard().split(" ")).hasSize(50).containsOnly("A");
        assertThat(recorded()).hasSize(34);
        assertThat(recorded().getLast()).isEqualTo("(later ones are not kept)");
        assertThat(talk.hungUp).isNull();
    }

    @Test
    void it_comes_in_its_place() {
        listens("listen orders");

        talk.client(Packet.query("select name"));
        talk.target(
                Packet.rowDescription(new Packet.Column("name", Talk.THINGS, 1, 25)),
                Packet.row("Ada"),
                Packet.complete("SELECT 1"),
                of("orders", ""),
                Packet.ready('I'));

        assertThat(talk.heard()).isEqualTo("T D C A ZI");
    }

    @Test
    void it_may_come_before_the_answer_to_its_listen_has_ended() {
        talk.client(Packet.query("listen orders"));

        talk.target(Packet.complete("LISTEN"), of("orders", "x"), Packet.ready('I'));

        assertThat(talk.heard()).isEqualTo("C A ZI");
    }

    @Test
    void a_listen_may_be_prepared() {
        talk.client(
                Packet.parse("", "listen orders"),
                Packet.bind("", ""),
                Packet.execute("", 0),
                Packet.sync());

        talk.target(
                Packet.empty('1'),
                Packet.empty('2'),
                Packet.complete("LISTEN"),
                of("orders", "x"),
                Packet.ready('I'));

        assertThat(talk.heard()).isEqualTo("1 2 C A ZI");
    }

    @Test
    void a_name_is_folded_as_the_server_does_it() {
        listens("listen ORDERS; listen \"Mixed \"\" Case\"");

        talk.target(of("orders", "a"), of("Mixed \" Case", "b"));

        assertThat(talk.heard()).isEqualTo("A A");
    }

    @Test
    void a_client_knows_its_own_and_nobody_elses_process() {
        listens("listen orders");

        talk.target(notification(Talk.PROCESS, "orders", ""), notification(815, "orders", ""));

        assertThat(Talk.messages(talk.said.toByteArray()))
                .extracting(message -> ByteBuffer.wrap(message).getInt(5))
                .containsExactly(Talk.TOLD, 0);
    }

    @Test
    void what_was_under_way_when_it_stopped_listening_still_comes() {
        listens("listen orders");
        listens("unlisten orders");

        talk.target(of("orders", "late"));

        assertThat(talk.heard()).isEqualTo("A");
    }

    @Test
    void it_may_come_in_any_pieces() {
        listens("listen orders");
        var message = of("orders", "pieces");
        for (int cut = 1; cut < message.length; cut++) {
            talk.said.reset();
            talk.target(java.util.Arrays.copyOfRange(message, 0, cut));
            assertThat(talk.heard()).isEmpty();

            talk.target(java.util.Arrays.copyOfRange(message, cut, message.length));

            assertThat(talk.said.toByteArray()).isEqualTo(notification(0, "orders", "pieces"));
        }
    }

    // ---- detectors

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 63, 64, 4_000, 7_979})
    void a_payload_of_the_longest_is_looked_through_wherever_it_stands(int at) {
        talk = Talk.detecting();
        listens("listen orders");
        var payload = "x ".repeat(4_000).substring(0, at) + " " + CARD + " ";
        payload += "x".repeat(8_000 - payload.length());

        talk.target(of("orders", payload));

        assertThat(talk.text()).contains("[CREDIT_CARD]").doesNotContain("4111");
        assertThat(recorded().getFirst()).contains("[CREDIT_CARD]").doesNotContain("4111");
    }

    @Test
    void nothing_is_looked_for_where_no_detectors_are() {
        listens("listen orders");

        talk.target(of("orders", CARD));

        assertThat(talk.text()).contains(CARD);
    }

    @Test
    void a_copy_that_is_under_way_is_not_disturbed() {
        talk = Talk.detecting();
        listens("listen orders");
        talk.client(Packet.query("copy things to stdout"));

        talk.target(
                Packet.of('H').int8(0).int16(1).int16(0).bytes(),
                Packet.of('d').text("pay 4111 1111 ").bytes(),
                of("orders", "to a@example.org"),
                Packet.of('d').text("1111 1111, Ada\n").bytes(),
                Packet.empty('c'),
                Packet.complete("COPY 1"),
                Packet.ready('I'));

        assertThat(talk.text()).contains("pay [CREDIT_CARD], Ada\n", "to [EMAIL]");
    }

    // ---- what is not

    @ParameterizedTest
    @ValueSource(strings = {"secrets", "ORDERS", "orders ", "", "Mixed \" Case"})
    void a_channel_that_was_not_listened_to_ends_the_session(String channel) {
        listens("listen orders");

        talk.target(of(channel, CARD));

        closed();
        assertThat(talk.text()).contains("may not hear", "`listen-channels`");
        assertThat(talk.evidence.written())
                .anyMatch(one ->
                        one instanceof Evidence.Alert(var code, _)
                                && code.equals("unheard-channel"));
    }

    @Test
    void a_listed_channel_that_a_function_listened_to_ends_the_session() {
        talk.target(of("orders", CARD));

        closed();
    }

    @Test
    void a_text_that_was_refused_listens_to_nothing() {
        talk.client(Packet.query("bad; listen orders"));
        talk.target(Packet.error("42601", "no"), Packet.ready('I'));
        talk.said.reset();

        talk.target(of("orders", CARD));

        closed();
    }

    static Stream<Arguments> broken() {
        return Stream.of(
                Arguments.of("no process", Packet.of('A').int16(1).bytes()),
                Arguments.of("no channel", Packet.of('A').int32(1).bytes()),
                Arguments.of(
                        "a channel without an end", Packet.of('A').int32(1).text("orders").bytes()),
                Arguments.of("no payload", Packet.of('A').int32(1).cstring("orders").bytes()),
                Arguments.of(
                        "a payload without an end",
                        Packet.of('A').int32(1).cstring("orders").text(CARD).bytes()),
                Arguments.of("a zero in the payload", of("orders", "a\0" + CARD)),
                Arguments.of(
                        "more behind it",
                        Packet.of('A').int32(1).cstring("orders").cstring("").int8(0).bytes()),
                Arguments.of(
                        "no UTF-8",
                        Packet.of('A')
                                .int32(1)
                                .cstring("orders")
                                .int8(0xC0)
                                .int8(0x80)
                                .int8(0)
                                .bytes()),
                Arguments.of(
                        "the longest and one more",
                        Packet.of('A').bytes(PostgresFraming.MAX_NOTIFICATION + 5)),
                Arguments.of("a gigabyte", Packet.of('A').bytes(1 << 30)),
                Arguments.of("a length below its own", Packet.of('A').bytes(3)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("broken")
    void one_that_cannot_be_read_ends_the_session(String what, byte[] message) {
        listens("listen orders");

        talk.target(message);

        closed();
    }

    @Test
    void who_only_listens_hears_nothing_after_the_end_of_the_token() {
        listens("listen orders");
        talk.conversation.due(Conversation.Timer.EXPIRY, talk);

        talk.target(of("orders", CARD));

        assertThat(talk.heard()).isEqualTo("E");
        assertThat(talk.text()).contains("57P01", "expired").doesNotContain(CARD);
        assertThat(talk.hungUp).isEqualTo("expired");
    }
}
