package dev.countersign.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.gate.Framed;
import dev.countersign.gate.Leg;
import dev.countersign.gate.MalformedFrame;
import dev.countersign.gate.Ready;
import dev.countersign.gate.TargetSettings;
import dev.countersign.model.Bytes;
import dev.countersign.model.Target;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The gateway's login against a target that may be anybody.
class PostgresDialerTest {
    private static final String SECRET = "pencil";
    private static final String NONCE = "rOprNGfwEbeRWgbNEkqO";
    private static final String WHOLE = NONCE + "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    private static final byte[] OFFER =
            Packet.of('R').int32(10).cstring("SCRAM-SHA-256").int8(0).bytes();
    private static final byte[] CHALLENGE =
            Packet.of('R')
                    .int32(11)
                    .text("r=" + WHOLE + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")
                    .bytes();
    private static final byte[] SIGNATURE =
            Packet.of('R').int32(12).text("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=").bytes();
    private static final byte[] OK = Packet.of('R').int32(0).bytes();
    private static final byte[] KEY = Packet.of('K').int32(42).int32(7).bytes();
    private static final byte[] PINS =
            Packet.all(
                    Packet.parameterStatus("client_encoding", "UTF8"),
                    Packet.parameterStatus("standard_conforming_strings", "on"));

    private record Settings(Leg.Tls tls) implements TargetSettings {
        @Override
        public Target target() {
            return new Target("shop", "postgres", "db:5432", "shop", "agent", Map.of());
        }

        @Override
        public Leg leg() {
            return new Leg("db", 5432, tls, "", "db");
        }

        @Override
        public String secret() {
            return "env:PW";
        }

        @Override
        public List<String> notServed() {
            return List.of();
        }
    }

    private static TargetDesk desk(Leg.Tls tls, boolean readOnly, Map<String, String> settings) {
        return new TargetDesk(
                new PostgresDialer(
                        new Settings(tls),
                        SECRET::toCharArray,
                        new Framed.Terms("countersign s1", readOnly, settings),
                        new ScramKeys(),
                        new ScramClient("user", NONCE)));
    }

    private static TargetDesk plain() {
        return desk(Leg.Tls.PLAIN, false, Map.of());
    }

    private static void malformed(TargetDesk desk, byte[]... says) {
        assertThatThrownBy(() -> desk.says(says)).isInstanceOf(MalformedFrame.class);
        assertThat(desk.ready).isNull();
    }

    private static TargetDesk loggedIn() throws MalformedFrame {
        return plain().says(OFFER, CHALLENGE, SIGNATURE, OK);
    }

    @Test
    void a_whole_login() throws MalformedFrame {
        var desk = loggedIn().says(PINS, KEY, Packet.ready('I'));

        var ready = Objects.requireNonNull(desk.ready);
        assertThat(ready.reported()).containsEntry("client_encoding", "UTF8");
        assertThat(ready.cancelRequest())
                .isEqualTo(
                        Bytes.of(Packet.first(Messages.CANCEL_REQUEST).int32(42).int32(7).bytes()));
        assertThat(desk.ends).isOne();
    }

    @Test
    void the_startup_packet_pins_what_decides_how_statements_are_read() {
        var desk =
                desk(
                        Leg.Tls.PLAIN,
                        true,
                        Map.of(
                                "search_path", "sales",
                                "application_name", "mine",
                                "transaction_read_only", "off",
                                "default_transaction_read_only", "off"));

        assertThat(desk.text())
                .contains("user\0agent\0", "database\0shop\0")
                .contains("search_path\0sales, pg_temp\0")
                .contains("client_encoding\0UTF8\0", "standard_conforming_strings\0on\0")
                .contains("application_name\0countersign s1\0")
                .contains("default_transaction_read_only\0on\0")
                .doesNotContain("mine", "\0off\0", SECRET);
    }

    @Test
    void nothing_is_said_in_clear_on_a_verified_leg() throws MalformedFrame {
        var desk = desk(Leg.Tls.VERIFY_FULL, false, Map.of());

        assertThat(desk.sent.toByteArray()).isEqualTo(Packet.first(Messages.SSL_REQUEST).bytes());
        desk.says(new byte[] {'S'});
        assertThat(desk.handshake).isTrue();
        assertThat(desk.sent.size()).isEqualTo(8);
        desk.secured();
        assertThat(desk.text()).contains("agent");
    }

    @Test
    void a_target_without_tls_is_not_talked_to() throws MalformedFrame {
        var desk = desk(Leg.Tls.VERIFY_FULL, false, Map.of()).says(new byte[] {'N'});

        assertThat(desk.failed).contains("no TLS");
        assertThat(desk.sent.size()).isEqualTo(8);
    }

    @ParameterizedTest
    @ValueSource(bytes = {'E', 0, 'R', (byte) 0xFF, 's'})
    void anything_else_in_answer_to_ssl_request_is_malformed(byte answer) {
        malformed(desk(Leg.Tls.VERIFY_FULL, false, Map.of()), new byte[] {answer});
    }

    @ParameterizedTest
    @CsvSource({"3, clear", "5, MD5"})
    void a_password_in_clear_or_md5_is_not_given(int kind, String word) throws MalformedFrame {
        var desk = plain().says(Packet.of('R').int32(kind).int32(0x01020304).bytes());

        assertThat(desk.failed).contains(word).contains("scram-sha-256");
        assertThat(desk.text()).doesNotContain(SECRET);
    }

    @Test
    void md5_in_the_middle_of_scram_is_not_given_either() throws MalformedFrame {
        var desk = plain().says(OFFER, Packet.of('R').int32(5).int32(1).bytes());

        assertThat(desk.failed).contains("MD5");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 6, 7, 8, 9, 13, -1, Integer.MAX_VALUE})
    void another_kind_of_login_is_not_served(int kind) throws MalformedFrame {
        assertThat(plain().says(Packet.of('R').int32(kind).bytes()).failed).contains("not served");
    }

    @Test
    void only_mechanisms_that_are_known_count() throws MalformedFrame {
        assertThat(
                        plain().says(
                                        Packet.of('R')
                                                .int32(10)
                                                .cstring("SCRAM-SHA-256-PLUS")
                                                .cstring("OAUTHBEARER")
                                                .int8(0)
                                                .bytes())
                                .failed)
                .contains("does not offer SCRAM-SHA-256");
        malformed(plain(), Packet.of('R').int32(10).cstring("SCRAM-SHA-256").bytes());
        malformed(plain(), Packet.of('R').int32(10).int8(0).int8(0).bytes());
    }

    @Test
    void to_be_let_in_without_proof_is_refused_at_every_step() throws MalformedFrame {
        assertThat(plain().says(OK).failed).contains("trust");
        assertThat(plain().says(OFFER, OK).failed).contains("trust");
        assertThat(plain().says(OFFER, CHALLENGE, OK).failed).contains("trust");
        assertThat(plain().says(OFFER, CHALLENGE, OK, KEY, Packet.ready('I')).ready).isNull();
    }

    @Test
    void a_wrong_signature_is_refused() throws MalformedFrame {
        var wrong =
                Packet.of('R')
                        .int32(12)
                        .text("v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")
                        .bytes();

        var desk = plain().says(OFFER, CHALLENGE, wrong, OK, PINS, KEY, Packet.ready('I'));

        assertThat(desk.failed).contains("cannot prove");
        assertThat(desk.ready).isNull();
        assertThat(desk.ends).isOne();
    }

    @Test
    void the_steps_of_scram_come_once_and_in_order() {
        malformed(plain(), CHALLENGE);
        malformed(plain(), SIGNATURE);
        malformed(plain(), OFFER, OFFER);
        malformed(plain(), OFFER, SIGNATURE);
        malformed(plain(), OFFER, CHALLENGE, CHALLENGE);
        malformed(plain(), OFFER, CHALLENGE, SIGNATURE, SIGNATURE);
    }

    @Test
    void nothing_of_a_session_comes_before_the_login_is_over() {
        for (var early : List.of(PINS, KEY, Packet.ready('I'))) {
            malformed(plain(), early);
            malformed(plain(), OFFER, CHALLENGE, SIGNATURE, early);
        }
    }

    @Test
    void rows_and_results_have_no_place_in_a_login() {
        for (char tag : "DTC123sntIGHWAdcv".toCharArray()) {
            malformed(plain(), Packet.of(tag).int16(0).bytes());
        }
    }

    @Test
    void iterations_that_would_give_the_password_away_cheaply_are_refused() {
        var cheap =
                Packet.of('R')
                        .int32(11)
                        .text("r=" + WHOLE + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=1")
                        .bytes();

        malformed(plain(), OFFER, cheap);
    }

    @Test
    void a_login_ends_at_rest_with_a_key_of_four_to_256_bytes() throws MalformedFrame {
        malformed(loggedIn(), PINS, Packet.ready('I'));
        malformed(loggedIn(), PINS, KEY, KEY);
        malformed(loggedIn(), PINS, KEY, Packet.ready('T'));
        malformed(loggedIn(), Packet.of('K').int32(1).raw(new byte[3]).bytes());
        malformed(loggedIn(), Packet.of('K').int32(1).raw(new byte[257]).bytes());
        var desk =
                loggedIn()
                        .says(
                                PINS,
                                Packet.of('K').int32(1).raw(new byte[256]).bytes(),
                                Packet.ready('I'));
        assertThat(Objects.requireNonNull(desk.ready).cancelRequest().length()).isEqualTo(268);
    }

    @ParameterizedTest
    @CsvSource({
        "client_encoding, SQL_ASCII",
        "standard_conforming_strings, off",
        "search_path, 'evil, pg_temp'",
        "session_authorization, postgres"
    })
    void a_target_that_does_not_hold_a_pin_is_refused(String name, String value)
            throws MalformedFrame {
        var desk =
                loggedIn().says(PINS, Packet.parameterStatus(name, value), KEY, Packet.ready('I'));

        assertThat(desk.failed).contains(name);
        assertThat(desk.ready).isNull();
    }

    @Test
    void a_pin_that_every_version_reports_must_be_reported() throws MalformedFrame {
        assertThat(loggedIn().says(KEY, Packet.ready('I')).failed).contains("does not hold");
    }

    @Test
    void a_read_only_session_that_the_target_does_not_hold_so_is_refused() throws MalformedFrame {
        var desk =
                desk(Leg.Tls.PLAIN, true, Map.of())
                        .says(
                                OFFER,
                                CHALLENGE,
                                SIGNATURE,
                                OK,
                                PINS,
                                Packet.parameterStatus("default_transaction_read_only", "off"),
                                KEY,
                                Packet.ready('I'));

        assertThat(desk.failed).contains("default_transaction_read_only");
    }

    @Test
    void a_target_that_never_comes_to_an_end_is_refused() throws MalformedFrame {
        var notice = Packet.report('N', "NOTICE", "00000", "and another");
        var desk = loggedIn();
        for (int i = 4; i < PostgresDialer.MAX_MESSAGES; i++) {
            desk.says(notice);
        }

        malformed(desk, notice);
    }

    @Test
    void what_a_target_reports_is_bounded() throws MalformedFrame {
        var desk = loggedIn();
        for (int i = 0; i < 6; i++) {
            desk.says(Packet.parameterStatus("a" + i, "x".repeat(10_000)));
        }

        malformed(desk, Packet.parameterStatus("b", "x".repeat(10_000)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"28P01", "3D000", "53300", "57P03", "XX000"})
    void the_targets_own_words_never_leave(String code) throws MalformedFrame {
        var desk = plain().says(Packet.report('E', "FATAL", code, "canary 536-90-4399"));

        assertThat(desk.failed).contains(code).doesNotContain("canary");
    }

    @Test
    void an_error_without_an_sqlstate_is_malformed() {
        malformed(plain(), Packet.of('E').int8('M').cstring("no code").int8(0).bytes());
        malformed(plain(), Packet.of('E').int8('C').cstring("ab").int8(0).bytes());
        malformed(plain(), Packet.of('E').int8('C').text("28P01").bytes());
        malformed(plain(), Packet.of('E').bytes());
    }

    @Test
    void a_secret_that_cannot_be_used_ends_the_login_and_is_not_told() throws MalformedFrame {
        var desk =
                new TargetDesk(
                        new PostgresDialer(
                                new Settings(Leg.Tls.PLAIN),
                                () -> new char[0],
                                new Framed.Terms("s", false, Map.of()),
                                new ScramKeys(),
                                new ScramClient("user", NONCE)));

        assertThat(desk.says(OFFER, CHALLENGE).failed).contains("cannot be used");
    }

    @Test
    void a_cancel_request_takes_the_same_way() throws MalformedFrame {
        var request = Packet.first(Messages.CANCEL_REQUEST).int32(42).int32(7).bytes();
        var login = new Ready(Map.of(), Bytes.of(request));

        var plain = new TargetDesk(new PostgresCanceller(Leg.Tls.PLAIN, login));
        var tls = new TargetDesk(new PostgresCanceller(Leg.Tls.VERIFY_FULL, login));

        assertThat(plain.sent.toByteArray()).isEqualTo(request);
        assertThat(plain.ready).isNotNull();
        assertThat(tls.sent.size()).isEqualTo(8);
        tls.says(new byte[] {'S'}).secured();
        assertThat(tls.sent.toByteArray())
                .isEqualTo(Packet.all(Packet.first(Messages.SSL_REQUEST).bytes(), request));
        assertThat(
                        new TargetDesk(new PostgresCanceller(Leg.Tls.VERIFY_FULL, login))
                                .says(new byte[] {'N'})
                                .failed)
                .contains("no TLS");
    }
}
