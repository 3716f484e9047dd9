package dev.countersign.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countersign.gate.Leg;
import dev.countersign.postgres.Postgres;
import dev.countersign.settings.ConfigurationProblems;
import dev.countersign.settings.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {
    private static final Postgres POSTGRES = new Postgres(Clock.systemUTC());

    private static final String SERVER =
            """
            listen:
              postgres: {at: "127.0.0.1:0", plaintext: true}
            data-dir: data
            origin: example.com/countersign/test
            issuers:
              - {issuer: "https://idp.example", audience: countersign}
            """;
    private static final String TARGET =
            """
            ---
            kind: Target
            name: shop
            protocol: postgres
            address: "db.internal:5432"
            database: shop
            role: agent
            secret: file:shop.secret
            labels: {env: prod}
            columns:
              public.customers.ssn: {label: pii.ssn, mask: redact}
            """;

    @TempDir Path folder;

    @AfterAll
    static void close() {
        POSTGRES.close();
    }

    private Configuration read(String yaml) throws IOException {
        var file = Files.writeString(folder.resolve("countersign.yaml"), yaml);
        return Configuration.read(file, Map.of(POSTGRES.id(), POSTGRES), Clock.systemUTC());
    }

    private List<Problem> problems(String yaml) {
        return catchThrowableOfType(ConfigurationProblems.class, () -> read(yaml)).problems();
    }

    private String told(String yaml) {
        return String.join("\n", problems(yaml).stream().map(Problem::toString).toList());
    }

    @Test
    void a_whole_configuration() throws IOException {
        var configuration = read(SERVER + TARGET);

        assertThat(configuration.targets()).containsOnlyKeys("shop");
        assertThat(configuration.notServed()).isEmpty();
        assertThat(configuration.folder()).isEqualTo(folder);
        var leg = configuration.targets().values().iterator().next().leg();
        assertThat(leg.tls()).as("the default").isEqualTo(Leg.Tls.VERIFY_FULL);
        assertThat(leg.serverName()).isEqualTo("db.internal");
    }

    @Test
    void without_a_server_there_is_nothing_to_start() {
        assertThat(told(TARGET)).contains("must say where to listen");
    }

    @Test
    void there_is_one_server_and_one_target_of_a_name() {
        assertThat(told(SERVER + "---\n" + SERVER)).contains("a second document without a `kind`");
        assertThat(told(SERVER + TARGET + TARGET)).contains("a second target named `shop`");
    }

    @Test
    void a_kind_or_protocol_that_does_not_exist_is_told() {
        assertThat(told(SERVER + "---\nkind: Taget\n")).contains(":8:7: there is no kind `Taget`");
        assertThat(told(SERVER + TARGET.replace("protocol: postgres", "protocol: mysql")))
                .contains("there is no protocol `mysql`; there are [postgres]");
        assertThat(told(SERVER.replace("  postgres:", "  oracle:")))
                .contains("there is no protocol `oracle`");
    }

    @Test
    void a_panel_tells_only_channels_that_there_are() throws IOException {
        var panel = "---\nkind: Panel\nname: dba\ngroups: [dba]\nchannels: [ops]\n";
        var channel =
                """
                ---
                kind: Channel
                name: ops
                webhook: {url: "https://hooks.example/x", secret: "file:hook.secret"}
                """;

        assertThat(told(SERVER + TARGET + panel)).contains("panel `dba` tells channel `ops`");
        assertThat(told(SERVER + TARGET + channel.replace("file:hook.secret", "hunter2")))
                .contains("never stands in the configuration")
                .doesNotContain("hunter2");
        assertThat(read(SERVER + TARGET + panel + channel).channels())
                .extracting("name")
                .containsExactly("ops");
    }

    @Test
    void a_rule_asks_only_panels_that_there_are() throws IOException {
        var policy =
                """
                ---
                kind: Policy
                name: p
                rules:
                  - name: r
                    on: [sql]
                    require: {approval: {panel: dba, within: 15m}}
                """;

        assertThat(told(SERVER + TARGET + policy)).contains("rule `r` asks panel `dba`");
        var configuration =
                read(SERVER + TARGET + policy + "---\nkind: Panel\nname: dba\ngroups: [dba]\n");
        assertThat(configuration.panels()).singleElement().hasFieldOrPropertyWithValue("quorum", 1);
        assertThat(configuration.notServed())
                .singleElement()
                .asString()
                .contains("rule p/r gives people 900 s, and clients are held for 600 s at most");
    }

    @Test
    void problems_of_all_documents_come_at_once_with_their_places() {
        var yaml =
                SERVER.replace("data-dir", "datadir")
                        + TARGET.replace("db.internal:5432", "nowhere").replace("role:", "rule:")
                        + "---\nkind: Policy\nname: p\nrules: nothing\n";

        assertThat(told(yaml))
                .contains(
                        ":3:1: there is no key `datadir` here; did you mean `data-dir`?",
                        ":1:1: the key `data-dir` is missing",
                        "there is no key `rule` here; did you mean `role`?",
                        "expected a list");
    }

    @Test
    void a_secret_that_was_written_in_place_of_a_reference_is_never_repeated() {
        var told = told(SERVER + TARGET.replace("file:shop.secret", "hunter2"));

        assertThat(told)
                .contains("it never stands in the configuration itself")
                .doesNotContain("hunter2");
        assertThat(told(SERVER + TARGET.replace("file:shop.secret", "{value: hunter2}")))
                .doesNotContain("hunter2");
    }

    @Test
    void a_column_is_named_by_schema_table_and_column() {
        assertThat(told(SERVER + TARGET.replace("public.customers.ssn", "customers.ssn")))
                .contains("schema.table.column");
    }

    @Test
    void there_is_no_tls_that_does_not_verify() {
        assertThat(told(SERVER + TARGET + "tls: {mode: require}\n"))
                .contains("verify-full or plain");
        assertThat(told(SERVER + TARGET + "tls: {mode: prefer}\n"))
                .contains("verify-full or plain");
    }

    @Test
    void the_digest_changes_with_what_is_said_and_with_nothing_else() throws IOException {
        var digest = read(SERVER + TARGET).digest();

        assertThat(read("# a comment\n" + SERVER + TARGET).digest()).isEqualTo(digest);
        assertThat(
                        read(SERVER + TARGET.replace("mask: redact", "mask: {partial: {last: 4}}"))
                                .digest())
                .isNotEqualTo(digest);
        assertThat(read(SERVER + TARGET.replace("role: agent", "role: owner")).digest())
                .isNotEqualTo(digest);
    }

    @Test
    void the_summary_names_targets_and_issuers_and_no_secret() throws IOException {
        var summary =
                new String(read(SERVER + TARGET).summary().canonical(), StandardCharsets.UTF_8);

        assertThat(summary).contains("shop", "https://idp.example").doesNotContain("secret");
    }

    @Test
    void tokens_are_never_taken_in_clear_but_on_loopback() throws IOException {
        var yaml = SERVER.replace("127.0.0.1:0", "0.0.0.0:0") + TARGET;
        Files.writeString(folder.resolve("countersign.yaml"), yaml);

        assertThatThrownBy(() -> Server.start(folder.resolve("countersign.yaml")).close())
                .hasStackTraceContaining("not loopback");
    }

    @Test
    void the_file_of_the_reference_page_is_one_that_is_read() throws Exception {
        var page = Files.readString(Path.of("../../docs/configuration.md"));
        var yaml = page.substring(page.indexOf("```yaml\n") + 8, page.indexOf("\n```\n"));

        var read = read(yaml);

        assertThat(read.targets()).containsOnlyKeys("shop");
        assertThat(read.notServed()).isEmpty();
    }

    @Test
    void what_the_page_of_approval_policies_adds_is_a_configuration() throws IOException {
        var page = Files.readString(Path.of("../../docs/approval-policies.md"));
        var yaml = page.substring(page.indexOf("```yaml\n") + 8, page.indexOf("\n```\n"));

        var read = read(SERVER + yaml + "\n" + TARGET);

        assertThat(read.panels()).extracting("name").containsExactly("dba", "finance-owners");
        assertThat(read.notServed()).isEmpty();
    }
}
