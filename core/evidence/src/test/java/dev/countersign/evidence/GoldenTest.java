package dev.countersign.evidence;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.model.Hash;
import dev.countersign.model.Json;
import dev.countersign.verifier.LogReader;
import dev.countersign.verifier.Proof;
import dev.countersign.verifier.Verifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The format as it was promised, in committed bytes (`src/test/resources/golden` and what lies
/// beside it).
///
/// A log that the format's first version wrote must read the same for ever, so these files are
/// never written again. Whoever adds a kind or a member adds a folder beside them and leaves this
/// one alone: `-Dcountersign.golden=write` writes files that are missing, and no other.
class GoldenTest {
    private static final Path RESOURCES = Path.of("src/test/resources");

    private static final String NEVER =
            "%s is not what is committed: the evidence format may never change, only grow. Records"
                    + " that were written must be read by every later version; so let this file be,"
                    + " change the code, and put what is new into a golden folder of its own";

    @TempDir Path folder;

    /// A committed log: what the format grew by has a folder of its own.
    enum Golden {
        /// the format's first version
        FIRST("golden"),
        /// what people are asked, and what they say
        APPROVALS("golden-approvals"),
        /// what it takes to take a review up after a restart
        RESTART("golden-restart"),
        /// a ruling whose ID token is kept whole
        SIGNED("golden-signed");

        final Path folder;

        Golden(String folder) {
            this.folder = RESOURCES.resolve(folder);
        }

        void tell(GoldenWriter.Pen pen) {
            switch (this) {
                case FIRST -> GoldenStory.whole().forEach(pen::write);
                case APPROVALS -> GoldenApprovals.tell(pen);
                case RESTART -> GoldenRestart.tell(pen);
                case SIGNED -> GoldenSigned.tell(pen);
            }
        }

        Path data() {
            return folder.resolve("data");
        }

        /// The records of the committed log.
        List<Json.Obj> records() {
            var out = new ArrayList<Json.Obj>();
            try {
                LogReader.read(data(), (_, _, json, _) -> out.add((Json.Obj) Json.parse(json)));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
            return out;
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_writer_makes_exactly_the_committed_bytes(Golden golden) throws Exception {
        var data = folder.resolve("data");
        GoldenWriter.write(data, golden::tell);
        opened(data, folder.resolve("opened"));
        var made = files(folder);
        if ("write".equals(System.getProperty("countersign.golden"))) {
            writeWhatIsMissing(made, golden.folder);
        }

        var committed = files(golden.folder);

        committed.remove("README.md");
        made.forEach((name, bytes) ->
                assertThat(bytes)
                        .as(NEVER, name)
                        .isEqualTo(committed.getOrDefault(name, new byte[0])));
        assertThat(made.keySet())
                .as(NEVER, "the list of files")
                .containsExactlyElementsOf(committed.keySet());
    }

    @ParameterizedTest
    @EnumSource
    void the_committed_log_verifies(Golden golden) throws Exception {
        var report = Verifier.verify(golden.data(), Verifier.Options.DEFAULT);

        assertThat(report.findings()).isEmpty();
        assertThat(report.size()).isEqualTo(golden.records().size());
        assertThat(report.running()).isZero();
        CheckLog.whole(golden.data());
    }

    @Test
    void rulings_are_counted_by_their_assurance() {
        var report = Verifier.verify(Golden.APPROVALS.data(), Verifier.Options.DEFAULT);

        assertThat(report.rulings()).hasToString("rulings: 3, of which 2 signed, 1 by session");
    }

    @Test
    void the_signature_of_a_ruling_verifies_and_one_that_was_not_kept_is_missed() throws Exception {
        assertThat(proofs(Golden.SIGNED))
                .singleElement()
                .hasToString(
                        "ruling apr_golden000005 approved by bob: verified, by key k1 of"
                                + " https://idp.example");
        assertThat(proofs(Golden.APPROVALS))
                .extracting(Proof::state)
                .containsExactly(Proof.State.MISSING, Proof.State.MISSING);
    }

    private static List<Proof> proofs(Golden golden) throws IOException {
        var key = Files.readString(golden.data().resolve("keys/payload"));
        return Verifier.verify(golden.data(), new Verifier.Options("", key)).proofs();
    }

    @ParameterizedTest
    @EnumSource
    void the_committed_payloads_open(Golden golden) throws Exception {
        opened(golden.data(), folder);

        assertThat(files(folder)).isNotEmpty();
        files(folder)
                .forEach((name, bytes) ->
                        assertThat(golden.folder.resolve("opened").resolve(name))
                                .hasBinaryContent(bytes));
    }

    /// What an auditor does with an opened ruling: the issuer signed a nonce, and it is the hash of
    /// the statement in the record.
    @Test
    void the_nonce_of_a_signed_ruling_is_the_hash_of_its_statement() throws Exception {
        var golden = Golden.APPROVALS;
        var reader = PayloadReader.open(golden.data(), golden.data().resolve("keys/payload"));
        int signed = 0;
        for (var record : golden.records()) {
            var x = record.object("x").orElseThrow();
            if (!x.text("assurance").equals(Optional.of("signed"))) {
                continue;
            }
            var payload = (Json.Obj) Json.parse(new String(reader.read(record).toArray(), UTF_8));
            var token = payload.text("id_token").orElseThrow().split("\\.", -1);
            var claims = new String(Base64.getUrlDecoder().decode(token[1]), UTF_8);
            var statement = x.object("statement").orElseThrow();

            assertThat(((Json.Obj) Json.parse(claims)).text("nonce"))
                    .contains(
                            Base64.getUrlEncoder()
                                    .withoutPadding()
                                    .encodeToString(Hash.sha256(statement.canonical()).bytes()));
            signed++;
        }
        assertThat(signed).isEqualTo(2);
    }

    /// The records of all committed logs.
    static List<Json.Obj> records() {
        return Arrays.stream(Golden.values()).flatMap(golden -> golden.records().stream()).toList();
    }

    /// What is in the payloads, each in a file that is named after its record.
    private static void opened(Path data, Path to) throws IOException {
        Files.createDirectories(to);
        var reader = PayloadReader.open(data, data.resolve("keys/payload"));
        LogReader.read(
                data,
                (index, _, json, _) -> {
                    var record = (Json.Obj) Json.parse(json);
                    var kind = record.text("k").orElse("");
                    if (record.object("x").flatMap(x -> x.object("payload")).isPresent()) {
                        var name = "%02d-%s".formatted(index, kind);
                        try {
                            Files.write(to.resolve(name), reader.read(record).toArray());
                        } catch (IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        }
                    }
                });
    }

    /// All files below `root` but those that are the gateway's own, by name.
    private static Map<String, byte[]> files(Path root) throws IOException {
        var out = new TreeMap<String, byte[]>();
        try (var all = Files.walk(root)) {
            for (var file : all.filter(Files::isRegularFile).toList()) {
                var name = root.relativize(file).toString();
                if (!name.contains("evidence/wal/") && !name.endsWith("evidence/lock")) {
                    out.put(name, Files.readAllBytes(file));
                }
            }
        }
        return out;
    }

    private static void writeWhatIsMissing(Map<String, byte[]> made, Path golden)
            throws IOException {
        for (var file : made.entrySet()) {
            var to = golden.resolve(file.getKey());
            if (!Files.exists(to)) {
                Files.createDirectories(to.resolveSibling(""));
                Files.write(to, file.getValue());
            }
        }
    }
}
