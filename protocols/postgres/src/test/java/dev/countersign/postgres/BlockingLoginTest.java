package dev.countersign.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.gate.Leg;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The gateway's own connections, to a real server with TLS and SCRAM.
class BlockingLoginTest {
    private final RealPostgres real = RealPostgres.get();

    @TempDir Path folder;

    private static PostgresTarget.TlsSettings tls(String mode, Path ca, String name) {
        return new PostgresTarget.TlsSettings(mode, Optional.of(ca), name);
    }

    private static void refused(PostgresTarget target, String password, String why) {
        assertThatThrownBy(() -> RealPostgres.connect(target, password).close())
                .isInstanceOf(IOException.class)
                .hasMessageContaining(why)
                .hasMessageNotContaining(password);
    }

    private void refused(PostgresTarget target, String why) {
        refused(target, RealPostgres.PASSWORD, why);
    }

    @Test
    void a_good_target_lets_the_gateway_in_over_tls() throws Exception {
        try (var queries = RealPostgres.connect(real.target(), RealPostgres.PASSWORD)) {
            assertThat(
                            queries.rows(
                                    "SELECT ssl, version FROM pg_stat_ssl WHERE pid ="
                                            + " pg_backend_pid()"))
                    .containsExactly(List.of("t", "TLSv1.3"));
            assertThat(queries.rows("SHOW search_path"))
                    .containsExactly(List.of("public, pg_temp"));
            assertThat(queries.ready().reported()).containsKey("server_version");
        }
    }

    @Test
    void another_authority_is_not_believed() throws IOException {
        var other = new Certificates(folder, "other");

        refused(
                real.target("agent", tls("verify-full", other.ca, "")),
                "its certificate is not good");
    }

    @Test
    void another_name_is_not_believed() {
        refused(
                real.target("agent", tls("verify-full", real.authority.ca, "db.example")),
                "its certificate is not good");
    }

    @Test
    void a_certificate_that_has_ended_is_not_believed() throws Exception {
        real.show(real.authority.issue(folder, "ended", Duration.ofHours(-1)));
        try {
            refused(real.target(), "its certificate is not good");
        } finally {
            real.show(real.authority.issue(folder, "again", Duration.ofDays(1)));
        }
        RealPostgres.connect(real.target(), RealPostgres.PASSWORD).close();
    }

    @Test
    void authorities_that_cannot_be_read_let_nobody_in() {
        refused(
                real.target("agent", tls("verify-full", folder.resolve("none.crt"), "")),
                "none.crt");
    }

    @Test
    void a_plain_leg_to_a_server_that_wants_tls_ends_in_our_words() {
        refused(
                real.target("agent", tls("plain", real.authority.ca, "")),
                "it does not take the gateway's credential (SQLSTATE 28000)");
    }

    @Test
    void a_wrong_password_ends_in_our_words() {
        refused(
                real.target(),
                "hunter2",
                "does not take the gateway's credential (SQLSTATE 28P01)");
    }

    @Test
    void a_server_that_trusts_everybody_is_not_trusted() {
        refused(real.target("trusted", real.tls()), "without proof of who it is (trust)");
    }

    @Test
    void a_server_that_wants_the_password_in_clear_does_not_get_it() {
        refused(real.target("clear", real.tls()), "wants the password in clear");
    }

    @Test
    void a_query_that_fails_leaves_the_connection_and_no_words_of_the_target() throws Exception {
        try (var queries = RealPostgres.connect(real.target(), RealPostgres.PASSWORD)) {
            assertThatThrownBy(() -> queries.rows("SELECT '536-90-4399'::int"))
                    .isInstanceOf(QueryFailed.class)
                    .hasMessageContaining("22P02")
                    .hasMessageNotContaining("536-90");
            assertThat(queries.rows("SELECT NULL, ''"))
                    .singleElement()
                    .satisfies(row -> assertThat(row).containsExactly(null, ""));
        }
    }

    @Test
    void an_answer_above_its_bounds_closes_the_connection() throws Exception {
        try (var queries = RealPostgres.connect(real.target(), RealPostgres.PASSWORD)) {
            assertThatThrownBy(() -> queries.rows("SELECT repeat('x', 5 << 20)"))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> queries.rows("SELECT 1")).isInstanceOf(IOException.class);
        }
    }

    @Test
    void a_second_answer_to_one_query_closes_the_connection() throws Exception {
        try (var queries = RealPostgres.connect(real.target(), RealPostgres.PASSWORD)) {
            assertThatThrownBy(() -> queries.rows("SELECT 1; SELECT 2"))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void a_target_that_says_nothing_is_given_its_time_and_no_more() throws IOException {
        try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            for (var mode : Leg.Tls.values()) {
                var leg = new Leg("127.0.0.1", silent.getLocalPort(), mode, "", "localhost");
                var dialer = RealPostgres.dialer(real.target(), RealPostgres.PASSWORD);
                assertThatThrownBy(
                                () -> PostgresQueries.connect(leg, dialer, Duration.ofMillis(300)))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("longer than PT0.3S");
            }
        }
    }
}
