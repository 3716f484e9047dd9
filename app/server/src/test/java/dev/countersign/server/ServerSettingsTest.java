package dev.countersign.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.settings.Binder;
import dev.countersign.settings.Documents;
import dev.countersign.settings.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerSettingsTest {
    @TempDir Path folder;

    private final List<Problem> problems = new ArrayList<>();

    private static final String LEAST =
            """
            listen:
              postgres: {at: "127.0.0.1:6432", tls: {certificate: file:gw.crt, key: file:gw.key}}
            data-dir: data
            origin: example.com/countersign/test
            issuers:
              - {issuer: "https://idp.example", audience: countersign}
            """;

    private ServerSettings good(String yaml) throws IOException {
        problems.clear();
        var found = bind(yaml);
        assertThat(problems).isEmpty();
        return found.orElseThrow();
    }

    private java.util.Optional<ServerSettings> bind(String yaml) throws IOException {
        var file = Files.writeString(folder.resolve("a.yaml"), yaml);
        return new Binder(Documents.read(file).getFirst(), problems).bind(ServerSettings.class);
    }

    private String wrong(String yaml) throws IOException {
        problems.clear();
        assertThat(bind(yaml)).isEmpty();
        return String.join("\n", problems.stream().map(Problem::message).toList());
    }

    @Test
    void the_defaults_are_the_strict_ones() throws IOException {
        var settings = good(LEAST);
        var listen = settings.listen().values().iterator().next();
        var issuer = settings.issuers().getFirst();

        assertThat(listen.plaintext()).isFalse();
        assertThat(listen.tls()).isPresent();
        assertThat(settings.dataDir()).isEqualTo(folder.resolve("data"));
        assertThat(settings.guardFile()).isEmpty();
        assertThat(settings.keys()).isEmpty();
        assertThat(settings.administrators()).as("nobody").isEmpty();
        assertThat(issuer.idTokens()).isFalse();
        assertThat(issuer.maxLifetime()).hasMinutes(60);
        assertThat(issuer.peopleClients()).as("everybody is an agent").isEmpty();
    }

    @Test
    void every_key_can_be_said() throws IOException {
        var settings =
                good(
                        LEAST
                                + """
                                guard-file: /var/lib/guard
                                keys: {log: file:l, payload: file:p}
                                administrators: [security]
                                """);

        assertThat(settings.guardFile()).contains(Path.of("/var/lib/guard"));
        assertThat(settings.administrators()).containsExactly("security");
        assertThat(settings.keys()).contains(new ServerSettings.KeySettings("file:l", "file:p"));
    }

    @Test
    void a_listener_has_tls_or_says_that_it_has_not() throws IOException {
        assertThat(wrong(LEAST.replaceAll(", tls: \\{.*\\}\\}", "}")))
                .contains("`listen.postgres` needs one of `tls:`");
        assertThat(wrong(LEAST.replace(", tls:", ", plaintext: true, tls:")))
                .contains("`listen.postgres` needs one of `tls:`");
        assertThat(
                        good(LEAST.replaceAll(", tls: \\{.*\\}\\}", ", plaintext: true}"))
                                .listen()
                                .get("postgres"))
                .matches(one -> one != null && one.plaintext());
    }

    @Test
    void all_that_is_wrong_is_told_at_once() throws IOException {
        assertThat(
                        wrong(
                                """
                                listen: {api: {at: "127.0.0.1:1"}}
                                data-dir: data
                                origin: "/no"
                                issuers: []
                                """))
                .contains("names no protocol", "`origin` is the log's name", "nobody could prove");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "localhost", ":1", "a:b", "127.0.0.1:123456", "::1:6432", "a b:1"})
    void what_is_no_address_is_told(String at) throws IOException {
        assertThat(wrong(LEAST.replace("127.0.0.1:6432", at))).contains("`at` must be");
    }

    @Test
    void a_port_above_the_last_is_told() throws IOException {
        assertThat(wrong(LEAST.replace(":6432", ":65536"))).contains("`at` must be");
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:6432, 127.0.0.1, 6432",
        "'[::1]:0', ::1, 0",
        "gw.internal:65535, gw.internal, 65535"
    })
    void addresses(String at, String host, int port) throws IOException {
        var listen = good(LEAST.replace("127.0.0.1:6432", at)).listen().values().iterator().next();

        assertThat(listen.host()).isEqualTo(host);
        assertThat(listen.port()).isEqualTo(port);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ab", "/absolute", "with blank", "a\u00e9b", "x;y", "a\\nb"})
    void what_is_no_origin_is_told(String origin) throws IOException {
        assertThat(wrong(LEAST.replace("example.com/countersign/test", '"' + origin + '"')))
                .contains("`origin`");
    }

    @Test
    void a_monitor_is_plain_and_takes_in_no_clients() throws IOException {
        var plain = LEAST.replace("data-dir", "  monitor: {at: \"0.0.0.0:9464\"}\ndata-dir");
        assertThat(good(plain).listen()).containsKey("monitor");
        assertThat(
                        wrong(
                                plain.replace(
                                        "9464\"",
                                        "9464\", tls: {certificate: file:gw.crt, key: file:gw.key}")))
                .contains("`listen.monitor` has no `tls`");
        assertThat(wrong(LEAST.replaceAll("postgres: .*", "monitor: {at: \"127.0.0.1:9464\"}")))
                .contains("names no protocol");
    }
}
