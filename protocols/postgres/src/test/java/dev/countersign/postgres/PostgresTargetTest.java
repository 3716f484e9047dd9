package dev.countersign.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.gate.Leg;
import dev.countersign.masking.JsonPath;
import dev.countersign.masking.MaskSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresTargetTest {
    private static PostgresTarget target(
            String name, String address, String secret, String settings, String... columns) {
        var all = new java.util.HashMap<String, PostgresTarget.ColumnSettings>();
        for (var column : columns) {
            all.put(
                    column,
                    new PostgresTarget.ColumnSettings("pii.ssn", MaskSettings.REDACT, "equality"));
        }
        return target(name, address, secret, settings, all);
    }

    private static PostgresTarget at(
            String address, Map<String, PostgresTarget.ColumnSettings> columns) {
        return target("shop", address, "env:PW", "pinned", columns);
    }

    private static PostgresTarget target(
            String name,
            String address,
            String secret,
            String settings,
            Map<String, PostgresTarget.ColumnSettings> all) {
        return new PostgresTarget(
                name,
                "postgres",
                address,
                "shop",
                "agent",
                Optional.empty(),
                secret,
                Map.of(),
                all,
                60,
                Optional.empty(),
                List.of(),
                List.of(),
                true,
                "hidden",
                Optional.empty(),
                settings);
    }

    private static PostgresTarget at(String address) {
        return target("shop", address, "env:PW", "pinned");
    }

    @ParameterizedTest
    @CsvSource({
        "db.internal:5432, db.internal, 5432",
        "'[::1]:1', ::1, 1",
        "10.0.0.1:65535, 10.0.0.1, 65535"
    })
    void a_leg_is_verified_by_the_name_it_is_reached_by_unless_told_otherwise(
            String address, String host, int port) {
        assertThat(at(address).leg()).isEqualTo(new Leg(host, port, Leg.Tls.VERIFY_FULL, "", host));
    }

    @Test
    void a_leg_may_name_its_authorities_and_the_certificates_name() {
        var tls =
                new PostgresTarget.TlsSettings(
                        "verify-full", Optional.of(Path.of("/ca.pem")), "db.example");
        var target =
                new PostgresTarget(
                        "shop",
                        "postgres",
                        "10.0.0.1:5432",
                        "shop",
                        "agent",
                        Optional.of(tls),
                        "env:PW",
                        Map.of(),
                        Map.of(),
                        60,
                        Optional.empty(),
                        List.of(),
                        List.of(),
                        true,
                        "hidden",
                        Optional.empty(),
                        "pinned");

        assertThat(target.leg())
                .isEqualTo(new Leg("10.0.0.1", 5432, Leg.Tls.VERIFY_FULL, "/ca.pem", "db.example"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"db", "db:", ":5432", "db:65536", "db:123456", "a b:1", "::1:5432"})
    void what_is_no_address_is_told(String address) {
        assertThatThrownBy(() -> at(address)).hasMessageContaining("`address`");
    }

    @ParameterizedTest
    @ValueSource(strings = {"require", "prefer", "disable", "verify-ca", ""})
    void there_is_no_mode_that_encrypts_without_verifying(String mode) {
        assertThatThrownBy(() -> new PostgresTarget.TlsSettings(mode, Optional.empty(), ""))
                .hasMessageContaining("verify-full or plain");
    }

    @Test
    void a_recording_keeps_the_first_rows_or_none_and_nothing_else_can_be_asked_for() {
        assertThat(new PostgresTarget.RecordSettings("head", 7, "all").kept()).isEqualTo(7);
        assertThat(new PostgresTarget.RecordSettings("none", 7, "all").kept()).isZero();
        assertThatThrownBy(() -> new PostgresTarget.RecordSettings("all", 7, "all"))
                .hasMessageContaining("head or none");
        assertThatThrownBy(() -> new PostgresTarget.RecordSettings("head", 7, "none"))
                .hasMessageContaining("proves nothing");
    }

    @Test
    void all_that_is_wrong_is_told_at_once_and_no_secret_with_it() {
        assertThatThrownBy(() -> target("no name", "nowhere", "hunter2", "pinned", "customers.ssn"))
                .hasMessageContaining("`name`")
                .hasMessageContaining("`address`")
                .hasMessageContaining("schema.table.column")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void a_key_may_name_a_place_inside_of_documents() {
        var columns =
                Map.of(
                        "public.people.meta.$.home.zip",
                        new PostgresTarget.ColumnSettings("pii.zip", MaskSettings.REDACT, "none"));

        assertThat(at("db:1", columns).columns()).isEqualTo(columns);
        assertThat(PostgresTarget.Place.parse("public.people.meta.$.home.zip"))
                .isEqualTo(
                        new PostgresTarget.Place(
                                "public.people",
                                "meta",
                                Optional.of(JsonPath.parse("$.home.zip"))));
    }

    @Test
    void what_is_wrong_with_a_place_inside_of_documents_is_told() {
        var none = new PostgresTarget.ColumnSettings("pii.zip", MaskSettings.REDACT, "none");
        var equal = new PostgresTarget.ColumnSettings("pii.zip", MaskSettings.REDACT, "equality");

        assertThatThrownBy(() -> at("db:1", Map.of("public.people.meta.$..zip", none)))
                .hasMessageContaining("`$..zip` is no path");
        assertThatThrownBy(() -> at("db:1", Map.of("people.meta.$.zip", none)))
                .hasMessageContaining("schema.table.column.$.path");
        assertThatThrownBy(() -> at("db:1", Map.of("public.people.meta.$.zip", equal)))
                .hasMessageContaining("has no `filter`");
        assertThatThrownBy(() ->
                        at(
                                "db:1",
                                Map.of(
                                        "public.people.meta.$.zip",
                                        none,
                                        "public.people.meta",
                                        none)))
                .hasMessageContaining("all of the column has a label");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a\0b",
                "0123456789012345678901234567890123456789012345678901234567890123"
            })
    void what_no_channel_can_be_called_is_told(String channel) {
        assertThatThrownBy(() ->
                        new PostgresTarget(
                                "shop",
                                "postgres",
                                "db:1",
                                "shop",
                                "agent",
                                Optional.empty(),
                                "env:PW",
                                Map.of(),
                                Map.of(),
                                60,
                                Optional.empty(),
                                List.of(),
                                List.of("orders", channel),
                                true,
                                "hidden",
                                Optional.empty(),
                                "pinned"))
                .hasMessageContaining("`listen-channels`")
                .hasMessageContaining("63 bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "lo_import", "lo_export", "lower", "pg_catalog.lo_open", "LO_OPEN"})
    void what_is_no_function_of_the_list_is_told(String function) {
        assertThatThrownBy(() ->
                        new PostgresTarget(
                                "shop",
                                "postgres",
                                "db:1",
                                "shop",
                                "agent",
                                Optional.empty(),
                                "env:PW",
                                Map.of(),
                                Map.of(),
                                60,
                                Optional.empty(),
                                List.of("lo_open", function),
                                List.of(),
                                true,
                                "hidden",
                                Optional.empty(),
                                "pinned"))
                .hasMessageContaining("`function-calls`")
                .hasMessageContaining("lo_open, lo_tell");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "PII", "pii ssn", "pii/ssn"})
    void what_is_no_label_is_told(String label) {
        assertThatThrownBy(
                        () -> new PostgresTarget.ColumnSettings(label, MaskSettings.REDACT, "none"))
                .hasMessageContaining("`label`");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "exact", "like", "EQUALITY"})
    void what_is_no_filter_is_told(String filter) {
        assertThatThrownBy(() ->
                        new PostgresTarget.ColumnSettings("pii.ssn", MaskSettings.REDACT, filter))
                .hasMessageContaining("`filter`");
    }

    @Test
    void what_is_not_served_is_taken_at_its_strictest_and_told() {
        assertThat(target("shop", "db:1", "env:PW", "free", "a.b.c").notServed())
                .hasSize(1)
                .anyMatch(one -> one.contains("settings are pinned"));
        assertThat(at("db:1").notServed()).isEmpty();
        assertThat(at("db:1").recordedRows()).isEqualTo(200);
    }
}
