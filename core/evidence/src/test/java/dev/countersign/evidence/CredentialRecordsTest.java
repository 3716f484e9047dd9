package dev.countersign.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.model.CredentialId;
import dev.countersign.model.Evidence;
import dev.countersign.model.Json;
import dev.countersign.model.Principal;
import dev.countersign.model.Reviewer;
import dev.countersign.model.Session;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the log says of minted credentials.
class CredentialRecordsTest {
    private static final CredentialId ID = new CredentialId("cs_k3f9m2x7q4abcdef");
    private static final Session.Source FROM =
            new Session.Source("127.0.0.1:4712", "api 127.0.0.1:8443", "");

    @TempDir Path folder;

    /// Of a log in which one was minted and then revoked, by a person and by its own principal.
    static List<Json.Obj> records(Path data) throws Exception {
        var dana =
                new Reviewer(
                        new Principal.Party("https://idp.example", "dana"),
                        List.of("dana"),
                        Set.of("dba"),
                        "cli",
                        Instant.EPOCH,
                        Instant.MAX);
        try (var log = FileEvidenceLog.open(Samples.settings(data))) {
            log.append(
                            List.of(
                                    new Evidence.CredentialMinted(
                                            Samples.EVE,
                                            FROM,
                                            ID,
                                            "shop",
                                            Instant.parse("2026-11-03T10:00:00.123Z"),
                                            true),
                                    new Evidence.CredentialRevoked(
                                            ID, new Evidence.Revoker.Own(Samples.EVE), FROM),
                                    new Evidence.CredentialRevoked(
                                            ID, new Evidence.Revoker.Person(dana), FROM)))
                    .toCompletableFuture()
                    .join();
        }
        return CheckLog.whole(data).stream()
                .filter(record -> record.text("k").orElse("").startsWith("credential."))
                .toList();
    }

    /// The same, somewhere.
    static List<Json.Obj> records() {
        try {
            return records(Files.createTempDirectory("credentials").resolve("data"));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void minting_and_revoking_say_who_where_and_which() throws Exception {
        var all = records(folder.resolve("data"));

        assertThat(all).hasSize(3);
        assertThat(all.getFirst().object("x").orElseThrow().text())
                .contains(
                        "\"credential\":\"cs_k3f9m2x7q4abcdef\",\"expires\":\"2026-11-03T10:00:00Z\","
                                + "\"fixed\":true,\"target\":\"shop\"")
                .contains("\"actor\":{");
        assertThat(all.getFirst().object("src").orElseThrow().text()).contains("127.0.0.1:4712");
        assertThat(all.get(1).object("x").orElseThrow().members())
                .containsOnlyKeys("actor", "credential");
        assertThat(all.get(2).object("x").orElseThrow().text()).contains("\"sub\":\"dana\"");
    }
}
