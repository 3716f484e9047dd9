package dev.countersign.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.model.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What of a startup packet a client gets.
class StartupTest {
    private static final byte[] PASSWORD = Packet.of('p').cstring("t").bytes();

    private static Caller with(String... parameters) {
        var all = new ArrayList<>(List.of("user", "eve", "database", "shop"));
        all.addAll(List.of(parameters));
        return new Caller()
                .send(Packet.startup(Messages.VERSION_3_0, all.toArray(String[]::new)), PASSWORD);
    }

    private static Map<String, String> settings(Caller caller) {
        assertThat(caller.malformed).isNull();
        assertThat(caller.hungUp).as(caller.text()).isNull();
        return Objects.requireNonNull(caller.wanted).settings();
    }

    @Test
    void a_string_without_an_end_is_malformed() {
        var packet = Packet.first(Messages.VERSION_3_0).cstring("user").text("eve").bytes();

        assertThat(new Caller().send(packet).malformed).contains("no end");
    }

    @Test
    void a_name_without_a_value_is_malformed() {
        var packet = Packet.first(Messages.VERSION_3_0).cstring("user").bytes();

        assertThat(new Caller().send(packet).malformed).contains("no end");
    }

    @Test
    void a_missing_terminator_is_malformed() {
        var packet = Packet.first(Messages.VERSION_3_0).cstring("user").cstring("eve").bytes();

        assertThat(new Caller().send(packet).malformed).contains("no end");
    }

    @Test
    void bytes_behind_the_terminator_are_malformed() {
        var packet =
                Packet.first(Messages.VERSION_3_0)
                        .cstring("user")
                        .cstring("eve")
                        .int8(0)
                        .cstring("replication")
                        .bytes();

        assertThat(new Caller().send(packet).malformed).contains("too many");
    }

    @Test
    void a_parameter_that_comes_twice_is_malformed() {
        assertThat(with("user", "admin").malformed).contains("twice");
        assertThat(with("database", "shop").malformed).contains("twice");
    }

    @Test
    void what_is_no_utf8_is_malformed() {
        var packet =
                Packet.first(Messages.VERSION_3_0)
                        .cstring("user")
                        .int8(0xC3)
                        .int8(0x28)
                        .int8(0)
                        .int8(0)
                        .bytes();

        assertThat(new Caller().send(packet).malformed).contains("UTF-8");
    }

    @Test
    void somebody_without_a_name_is_refused() {
        var caller = new Caller().send(Packet.startup(Messages.VERSION_3_0, "database", "shop"));

        assertThat(caller.text()).contains("28000").contains("no user name");
    }

    @Test
    void the_target_is_the_database_and_else_the_user() {
        var caller =
                new Caller().send(Packet.startup(Messages.VERSION_3_0, "user", "shop"), PASSWORD);

        assertThat(Objects.requireNonNull(caller.wanted).target()).isEqualTo("shop");
    }

    @Test
    void a_database_name_that_can_be_no_targets_is_not_repeated() {
        var caller =
                new Caller()
                        .send(
                                Packet.startup(
                                        Messages.VERSION_3_0,
                                        "user",
                                        "eve",
                                        "database",
                                        "canary".repeat(11)));

        assertThat(caller.text()).contains("3D000").doesNotContain("canary");
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "on", "yes", "1", "t", "database", "DATABASE", "", "maybe"})
    void replication_is_refused_whatever_it_is_called(String value) {
        var caller = with("replication", value);

        assertThat(caller.text()).contains("0A000").contains("replication is not served");
        assertThat(caller.token).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "off", "no", "0", "f", "n", "FALSE"})
    void no_replication_is_no_replication(String value) {
        assertThat(settings(with("replication", value))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "DateStyle, ISO",
        "TimeZone, Europe/Berlin",
        "IntervalStyle, iso_8601",
        "extra_float_digits, 3",
        "jit, off",
        "bytea_output, hex",
        "application_name, psql",
        "client_min_messages, warning",
        "statement_timeout, 30s",
        "lock_timeout, 500"
    })
    void what_drivers_ask_for_is_pinned(String name, String value) {
        assertThat(settings(with(name, value)))
                .containsExactly(Map.entry(name.toLowerCase(java.util.Locale.ROOT), value));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "role",
                "ROLE",
                "session_authorization",
                "is_superuser",
                "session_preload_libraries",
                "local_preload_libraries",
                "row_security",
                "enable_seqscan",
                "app.tenant",
                "lo_compat_privileges",
                "jit_provider",
                "default_tablespace"
            })
    void what_is_not_on_the_list_is_refused(String name) {
        var direct = with(name, "x");
        var option = with("options", "-c " + name + "=x");
        var dashed = with("options", "--" + name.replace('_', '-') + "=x");

        for (var caller : List.of(direct, option, dashed)) {
            assertThat(caller.hungUp).as(caller.text()).isEqualTo("refused");
            assertThat(caller.text()).contains("ZC014");
            assertThat(caller.token).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"LATIN1", "SJIS", "GBK", "EUC_JP", "WIN1252", "", "utf16"})
    void another_encoding_is_refused(String encoding) {
        assertThat(with("client_encoding", encoding).text()).contains("22023").contains("UTF8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF8", "utf-8", "Unicode", "SQL_ASCII"})
    void utf8_by_any_name_is_served(String encoding) {
        assertThat(settings(with("client_encoding", encoding))).isEmpty();
    }

    @Test
    void standard_conforming_strings_can_be_asked_for_as_they_are_only() {
        assertThat(settings(with("options", "-c standard_conforming_strings=on"))).isEmpty();
        assertThat(with("options", "-c standard_conforming_strings=off").text()).contains("ZC014");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "0ms", "0.4", "00", "", "forever", "1.5s", "99999999999"})
    void a_time_limit_can_not_be_lifted(String limit) {
        assertThat(with("statement_timeout", limit).text()).contains("22023");
        assertThat(with("options", "-cstatement_timeout=" + limit).hungUp).isEqualTo("refused");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sales|sales",
                "Sales, public|sales, public",
                "\"Odd\",b|\"Odd\", b",
                "pg_catalog, sales|sales",
                "a,a|a"
            })
    void a_search_path_is_a_list_of_plain_names(String asked, String pinned) {
        assertThat(settings(with("search_path", asked)))
                .containsExactly(Map.entry("search_path", pinned));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",",
                "pg_temp",
                "PG_TEMP, public",
                "\"pg_temp\"",
                "public, pg_catalog",
                "pg_toast",
                "$user",
                "\"$user\"",
                "a;b",
                "a b",
                "\"a\"\"b\"",
                "pg_temp_3"
            })
    void a_search_path_that_could_shadow_the_built_ins_is_refused(String asked) {
        assertThat(with("search_path", asked).hungUp).isEqualTo("refused");
    }

    @Test
    void options_are_split_as_the_server_does() {
        assertThat(StartupOptions.split(" a\\ b \t c\\\\d\\")).containsExactly("a b", "c\\d");
        assertThat(StartupOptions.split("")).isEmpty();
        assertThat(
                        settings(
                                with(
                                        "options",
                                        "-c DateStyle=ISO,\\ MDY  --extra-float-digits=2"
                                                + " -cTimeZone=UTC")))
                .containsOnly(
                        Map.entry("datestyle", "ISO, MDY"),
                        Map.entry("extra_float_digits", "2"),
                        Map.entry("timezone", "UTC"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-c", "-c =", "-c=", "-c x", "--", "--=1", "-d 5", "-W 1", "x=1", "-S 1", "-"
            })
    void options_that_are_no_settings_are_refused(String options) {
        assertThat(with("options", options).hungUp).isEqualTo("refused");
    }

    @Test
    void a_parameter_of_its_own_beats_the_options() {
        assertThat(settings(with("options", "-c TimeZone=UTC", "TimeZone", "Asia/Tokyo")))
                .containsExactly(Map.entry("timezone", "Asia/Tokyo"));
    }

    @Test
    void plan_and_step_are_read_and_taken_out() {
        var caller = with("options", "-c countersign.plan=p1 -c countersign.step=s2");

        assertThat(settings(caller)).isEmpty();
        assertThat(Objects.requireNonNull(caller.wanted).work())
                .isEqualTo(new Work("p1", "s2", "", "", Work.Assurance.B1));
    }

    @Test
    void a_plan_with_control_characters_or_too_long_is_refused() {
        assertThat(with("countersign.plan", "a\nb").text()).contains("22023");
        assertThat(with("countersign.plan", "x".repeat(Work.MAX_LENGTH + 1)).text())
                .contains("22023");
    }

    @Test
    void a_token_in_the_startup_packet_is_refused_wherever_it_stands_and_never_repeated() {
        var jwt = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJldmUifQ.";
        for (var caller :
                List.of(
                        with("application_name", jwt),
                        with("options", "-c application_name=" + jwt),
                        with("options", "-c " + jwt + "=x"),
                        with("countersign.token", "x"),
                        with("options", "-c app.password=hunter2"),
                        with("access_token", "hunter2"))) {
            assertThat(caller.hungUp).isEqualTo("refused");
            assertThat(caller.text())
                    .contains("a token stands in the startup packet")
                    .doesNotContain("eyJ")
                    .doesNotContain("hunter2");
        }
    }

    @Test
    void a_token_in_place_of_the_user_or_database_is_refused_too() {
        var jwt = "eyJhbGciOiJub25lIn0.x.";

        assertThat(new Caller().send(Packet.startup(Messages.VERSION_3_0, "user", jwt)).text())
                .contains("a token stands")
                .doesNotContain("eyJ");
    }

    @Test
    void a_token_as_the_name_of_a_parameter_is_not_repeated() {
        var jwt = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJldmUifQ.";

        var caller = with(jwt, "x");

        assertThat(caller.hungUp).isEqualTo("refused");
        assertThat(caller.text().toLowerCase(java.util.Locale.ROOT)).doesNotContain("eyj");
    }
}
