package dev.countersign.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.gate.Reception;
import dev.countersign.gate.Wanted;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresGreetingTest {
    private static final byte[] SSL = Packet.first(Messages.SSL_REQUEST).bytes();
    private static final byte[] GSS = Packet.first(Messages.GSSENC_REQUEST).bytes();
    private static final byte[] STARTUP =
            Packet.startup(Messages.VERSION_3_0, "user", "eve", "database", "shop");
    private static final byte[] PASSWORD = Packet.of('p').cstring("t0ken").bytes();
    private static final byte[] ASKS_PASSWORD = Packet.of('R').int32(3).bytes();

    private static Wanted wanted(Caller caller) {
        return Objects.requireNonNull(caller.wanted);
    }

    @Test
    void a_login_in_clear_where_that_is_allowed_comes_through() {
        var caller = new Caller().send(STARTUP, PASSWORD);

        assertThat(Objects.requireNonNull(caller.token).reveal()).isEqualTo("t0ken");
        assertThat(wanted(caller).target()).isEqualTo("shop");
        assertThat(wanted(caller).protocol()).isEqualTo("3.0");
        assertThat(wanted(caller).cancelKeyLength()).isEqualTo(4);
        assertThat(caller.bytes()).isEqualTo(ASKS_PASSWORD);
        assertThat(caller.hungUp).isNull();
    }

    @Test
    void it_does_not_matter_where_the_bytes_are_cut() {
        var caller = new Caller().byteByByte(Packet.all(GSS, SSL, STARTUP)).byteByByte(PASSWORD);

        assertThat(caller.token).isNotNull();
        assertThat(caller.bytes()).isEqualTo(Packet.all(new byte[] {'N', 'N'}, ASKS_PASSWORD));
    }

    @Test
    void tls_is_offered_once_and_the_startup_comes_inside_it() {
        var caller = Caller.overTls().send(GSS, SSL);

        assertThat(caller.text()).isEqualTo("NS");
        assertThat(caller.handshake).isTrue();

        caller.secured().send(STARTUP, PASSWORD);

        assertThat(caller.token).isNotNull();
    }

    @Test
    void a_token_is_not_asked_for_in_clear_on_a_listener_with_tls() {
        var caller = Caller.overTls().send(STARTUP);

        assertThat(caller.text()).contains("28000").doesNotContain("\0\3");
        assertThat(caller.hungUp).isEqualTo("refused");
    }

    @Test
    void a_second_ssl_request_is_malformed_before_and_inside_tls() {
        assertThat(new Caller().send(SSL, SSL).malformed).isEqualTo("a second SSLRequest");
        assertThat(Caller.overTls().send(SSL).secured().send(SSL).malformed)
                .isEqualTo("a second SSLRequest");
    }

    @Test
    void a_second_gssenc_request_and_one_inside_tls_are_malformed() {
        assertThat(new Caller().send(GSS, GSS).malformed).contains("second GSSENCRequest");
        assertThat(Caller.overTls().send(SSL).secured().send(GSS).malformed).contains("inside TLS");
    }

    @ParameterizedTest
    @ValueSource(ints = {Messages.SSL_REQUEST, Messages.GSSENC_REQUEST})
    void a_request_of_eight_bytes_has_no_byte_more(int code) {
        assertThat(new Caller().send(Packet.first(code).int8(0).bytes()).malformed)
                .contains("too many");
    }

    @Test
    void a_cancel_request_is_handed_on_and_not_answered() {
        var caller =
                new Caller()
                        .send(
                                Packet.first(Messages.CANCEL_REQUEST)
                                        .int32(77)
                                        .int32(0x01020304)
                                        .bytes());

        var key = Objects.requireNonNull(caller.cancelled);
        assertThat(key.id()).isEqualTo(77);
        assertThat(key.secret().toArray()).containsExactly(1, 2, 3, 4);
        assertThat(caller.bytes()).isEmpty();
    }

    @Test
    void nothing_behind_a_cancel_request_is_looked_at() {
        var caller =
                new Caller()
                        .send(
                                Packet.first(Messages.CANCEL_REQUEST).int32(1).int32(2).bytes(),
                                STARTUP,
                                STARTUP);

        assertThat(caller.bytes()).isEmpty();
        assertThat(caller.wanted).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 257, 9_000})
    void a_cancel_key_has_four_to_256_bytes(int length) {
        var caller =
                new Caller()
                        .send(
                                Packet.first(Messages.CANCEL_REQUEST)
                                        .int32(1)
                                        .raw(new byte[length])
                                        .bytes());

        assertThat(caller.malformed).contains("cancel key of " + length);
        assertThat(caller.cancelled).isNull();
    }

    @Test
    void a_cancel_request_without_even_a_process_is_malformed() {
        assertThat(
                        new Caller()
                                .send(Packet.first(Messages.CANCEL_REQUEST).int8(1).bytes())
                                .malformed)
                .isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                2 << 16, // PostgreSQL before 7.4
                4 << 16,
                0,
                1234 << 16 | 5681,
                -1,
                Integer.MIN_VALUE
            })
    void another_major_version_is_refused_in_words(int code) {
        var caller = new Caller().send(Packet.startup(code, "user", "eve"));

        assertThat(caller.text()).contains("0A000").contains("version");
        assertThat(caller.hungUp).isEqualTo("refused");
    }

    @Test
    void protocol_3_2_is_served_without_a_negotiation_and_with_long_keys() {
        var caller =
                new Caller().send(Packet.startup(Messages.VERSION_3_2, "user", "eve"), PASSWORD);

        assertThat(caller.bytes()).isEqualTo(ASKS_PASSWORD);
        assertThat(wanted(caller).protocol()).isEqualTo("3.2");
        assertThat(wanted(caller).cancelKeyLength()).isEqualTo(32);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 9_999, 0xFFFF})
    void a_newer_minor_version_is_told_the_newest_that_is_served_and_goes_on(int minor) {
        var caller = new Caller().send(Packet.startup(3 << 16 | minor, "user", "eve"));

        assertThat(caller.bytes())
                .isEqualTo(
                        Packet.all(
                                Packet.of('v').int32(Messages.VERSION_3_2).int32(0).bytes(),
                                ASKS_PASSWORD));
        assertThat(wanted(caller.send(PASSWORD)).protocol()).isEqualTo("3.2");
    }

    @Test
    void unknown_protocol_extensions_are_named_to_the_client_and_not_taken() {
        var caller =
                new Caller()
                        .send(
                                Packet.startup(
                                        Messages.VERSION_3_0,
                                        "user",
                                        "eve",
                                        "_pq_.grease",
                                        "on",
                                        "_pq_.compression",
                                        "zstd"),
                                PASSWORD);

        assertThat(caller.bytes())
                .isEqualTo(
                        Packet.all(
                                Packet.of('v')
                                        .int32(Messages.VERSION_3_0)
                                        .int32(2)
                                        .cstring("_pq_.grease")
                                        .cstring("_pq_.compression")
                                        .bytes(),
                                ASKS_PASSWORD));
        assertThat(wanted(caller).settings()).isEmpty();
    }

    @Test
    void a_password_before_the_startup_is_malformed() {
        assertThat(new Caller().send(PASSWORD).malformed).contains("no PostgreSQL startup packet");
    }

    @ParameterizedTest
    @ValueSource(chars = {'Q', 'P', 'X', 'S', 'd', 'R', '\0'})
    void anything_but_a_password_after_the_startup_is_malformed(char tag) {
        var caller = new Caller().send(STARTUP, Packet.of(tag).cstring("select 1").bytes());

        assertThat(caller.malformed).isNotNull();
        assertThat(caller.token).isNull();
        assertThat(caller.hungUp).isEqualTo("protocol");
    }

    @Test
    void a_second_startup_while_a_password_is_waited_for_is_malformed() {
        var other = Packet.startup(Messages.VERSION_3_0, "user", "admin", "database", "secret");

        var caller = new Caller().send(STARTUP, other);

        assertThat(caller.malformed).isNotNull();
        assertThat(caller.token).isNull();
    }

    @Test
    void a_password_message_above_the_longest_token_is_refused_by_its_header() {
        var caller = new Caller().send(STARTUP, Packet.of('p').bytes(4 + 65_536 + 1));

        assertThat(caller.malformed).contains("allowed is 4 to 65540");
    }

    @Test
    void the_longest_token_is_taken() {
        var longest = "x".repeat(65_535);

        var caller = new Caller().send(STARTUP, Packet.of('p').cstring(longest).bytes());

        assertThat(Objects.requireNonNull(caller.token).reveal()).hasSize(65_535);
    }

    @Test
    void a_password_without_an_end_with_more_behind_it_or_no_utf8_is_malformed() {
        assertThat(new Caller().send(STARTUP, Packet.of('p').text("t").bytes()).malformed)
                .contains("no end");
        assertThat(
                        new Caller()
                                .send(STARTUP, Packet.of('p').cstring("t").int8(1).bytes())
                                .malformed)
                .contains("too many");
        assertThat(
                        new Caller()
                                .send(STARTUP, Packet.of('p').int8(0xFF).int8(0xFE).int8(0).bytes())
                                .malformed)
                .contains("UTF-8");
        assertThat(new Caller().send(STARTUP, Packet.of('p').bytes()).malformed).contains("no end");
    }

    @Test
    void an_empty_password_is_refused_without_asking_anybody() {
        var caller = new Caller().send(STARTUP, Packet.of('p').cstring("").bytes());

        assertThat(caller.token).isNull();
        assertThat(caller.text()).contains("28P01");
        assertThat(caller.hungUp).isEqualTo("refused");
    }

    @Test
    void what_comes_while_somebody_is_identified_is_malformed() {
        var caller = new Caller().send(STARTUP, PASSWORD);
        caller.claim = null; // as if the listener went on reading

        caller.send(STARTUP);

        assertThat(caller.malformed).contains("none is waited for");
    }

    @ParameterizedTest
    @EnumSource(Reception.Why.class)
    void whoever_is_turned_away_is_told_once_and_never_in_their_own_words(Reception.Why why) {
        var caller = new Caller().send(STARTUP, PASSWORD);

        caller.greeting.turnedAway(why, "not here", caller);
        caller.greeting.turnedAway(why, "not here", caller);

        assertThat(caller.hangUps).isEqualTo(1);
        assertThat(caller.text())
                .contains("FATAL")
                .contains(SqlState.of(why))
                .contains("not here")
                .doesNotContain("t0ken")
                .doesNotContain("eve");
    }

    @Test
    void in_the_middle_of_a_handshake_nothing_is_said_in_clear() {
        var caller = Caller.overTls().send(SSL);

        caller.greeting.malformed("too late", caller);

        assertThat(caller.text()).isEqualTo("S");
        assertThat(caller.hungUp).isEqualTo("protocol");
    }

    @Test
    void tls_that_nobody_began_is_a_mistake_of_ours() {
        var caller = new Caller();

        assertThatThrownBy(() -> caller.greeting.secured("TLSv1.3", caller))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void an_http_request_is_no_startup_and_is_not_repeated() {
        var caller =
                new Caller().send("GET /secret HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII));

        assertThat(caller.malformed).isNotNull();
        assertThat(caller.text()).doesNotContain("secret");
    }

    @Test
    void direct_tls_is_named_in_the_refusal() {
        assertThat(new Caller().send(new byte[] {0x16, 3, 1}).malformed)
                .contains("sslnegotiation=direct");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4, 7, 10_001, 0xFF_FFFF})
    void a_first_packet_of_an_impossible_length_is_refused_by_its_first_four_bytes(int length) {
        var header = Arrays.copyOf(Packet.first(0).bytes(length), 4);

        assertThat(new Caller().send(header).malformed).contains("length " + length);
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, Integer.MAX_VALUE})
    void a_negative_or_huge_length_is_no_startup(int length) {
        assertThat(new Caller().send(Packet.first(0).bytes(length)).malformed).isNotNull();
    }

    @Test
    void the_longest_startup_packet_is_taken() {
        int rest = StartupFraming.MAX - STARTUP.length - "application_name".length() - 2;
        var longest =
                Packet.startup(
                        Messages.VERSION_3_0,
                        "user",
                        "eve",
                        "database",
                        "shop",
                        "application_name",
                        "x".repeat(rest));

        assertThat(longest).hasSize(StartupFraming.MAX);
        assertThat(new Caller().send(longest, PASSWORD).token).isNotNull();
    }
}
