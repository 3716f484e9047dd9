package dev.countersign.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// For each code one change to a good log that is found under that code and no other.
class CodesTest {
    private static final Map<Code, Wrong> WAYS = new EnumMap<>(Code.class);

    @TempDir Path folder;

    /// Makes a log that is wrong in one way, and verifies it.
    private interface Wrong {
        Report in(Path directory) throws IOException;
    }

    /// A wrong tale, told rightly.
    private static void tale(Code code, Tale tale) {
        WAYS.put(code, directory -> HandLog.verify(HandLog.write(directory, tale)));
    }

    /// A right tale, with files that are changed afterwards.
    private static void files(Code code, Tale tale, Change change) {
        WAYS.put(
                code,
                directory -> {
                    HandLog.write(directory, tale);
                    change.in(directory);
                    return HandLog.verify(directory);
                });
    }

    private interface Change {
        void in(Path directory) throws IOException;
    }

    private static void flip(Path file, int at) throws IOException {
        var bytes = Files.readAllBytes(file);
        bytes[at] ^= 1;
        Files.write(file, bytes);
    }

    static {
        var whole = Tale.whole();
        int size = whole.entries().size();
        files(
                Code.BAD_SIGNATURE,
                whole,
                directory -> {
                    var thief = NoteKey.fresh(HandLog.KEY.name);
                    var root = HandLog.root(HandLog.leaves(whole.entries()));
                    HandLog.put(
                            HandLog.checkpoint(directory),
                            thief.sign(NoteKey.body(thief.name, size, root)));
                });
        files(Code.UNREADABLE, whole, at -> Files.delete(HandLog.tile(at, "0", 0, size)));
        files(Code.LEAF_MISMATCH, whole, at -> flip(HandLog.tile(at, "0", 0, size), 3 * 32));
        files(
                Code.TILE_MISMATCH,
                long1(),
                directory -> flip(HandLog.tile(directory, "1", 0, 1), 0));
        files(
                Code.ROOT_MISMATCH,
                whole,
                directory ->
                        HandLog.put(
                                HandLog.checkpoint(directory),
                                HandLog.KEY.sign(
                                        NoteKey.body(HandLog.KEY.name, size, new byte[32]))));
        files(
                Code.ENTRY_MISSING,
                whole,
                directory -> Files.delete(HandLog.tile(directory, "entries", 0, size)));
        tale(Code.NON_CANONICAL, Tale.begun().raw("{\"k\": 1}".getBytes(StandardCharsets.UTF_8)));
        tale(Code.SCHEMA, Tale.begun().twist("t", "yesterday").tell("alert", alert()));
        tale(Code.CHAIN_GAP, Tale.begun().twist("n", 7).tell("alert", alert()));
        tale(
                Code.TIME_REGRESSION,
                Tale.begun().twist("t", "2026-01-01T00:00:00.000000Z").tell("alert", alert()));
        tale(
                Code.DUPLICATE_ID,
                Tale.begun().twist("id", Tale.uuid("record 0")).tell("alert", alert()));
        tale(
                Code.INTENT_DRIFT,
                Tale.begun()
                        .open("1")
                        .intent("1", "a")
                        .twistBody("intent", "00".repeat(32))
                        .outcome("1", "a")
                        .close("1"));
        tale(Code.OUTCOME_MISSING, Tale.begun().open("1").intent("1", "a").close("1"));
        tale(
                Code.SESSION_OPEN,
                Tale.begun()
                        .open("1")
                        .boot()
                        .tell("log.start", Map.of("after", "crash", "size", 4)));
        files(
                Code.BLOB_MISMATCH,
                whole,
                directory -> flip(directory.resolve("evidence/blobs/00000000"), 40));
        files(
                Code.BLOB_MISSING,
                whole,
                directory -> Files.delete(directory.resolve("evidence/blobs/00000000")));
        tale(
                Code.RECORDING_MISMATCH,
                Tale.begun()
                        .open("1")
                        .chunk("1", "a")
                        .twistBody("root", "00".repeat(32))
                        .close("1"));
        approvals();
        WAYS.put(
                Code.ROLLBACK,
                directory -> {
                    HandLog.write(directory, Tale.begun().visit("1"));
                    var longer = HandLog.note(Tale.begun().visit("1").visit("2").entries());
                    return Verifier.verify(directory, new Verifier.Options(longer));
                });
        var many = Tale.begun();
        for (int i = 0; i <= Verifier.MAX_FINDINGS; i++) {
            many.raw(new byte[] {'!'});
        }
        tale(Code.MORE, many);
    }

    private static void approvals() {
        var review = "apr_aaaa";
        tale(Code.REQUEST_INVALID, Council.sits().request("1", "a", review).tale);
        tale(Code.RULING_INVALID, Council.whole().says(review, "dan", "approved").tale);
        tale(
                Code.RULING_MISMATCH,
                Council.sits()
                        .asks("1", "a", review)
                        .twistStatement("rows", "1")
                        .says(review, "bob", "approved")
                        .tale);
        tale(
                Code.SOD_VIOLATION,
                Council.sits().asks("1", "a", review).says(review, "eve", "approved").tale);
        tale(
                Code.APPROVAL_INVALID,
                Council.sits().asks("1", "a", review).uses("1", "a", review).runs("1", "a").tale);
        tale(
                Code.APPROVAL_MISMATCH,
                Council.sits().approved("1", "a", review).uses("2", "a", review).tale);
        tale(
                Code.APPROVAL_REUSED,
                Council.whole().intent("2", "b").uses("2", "b", review).runs("2", "b").tale);
        tale(Code.APPROVAL_MISSING, Council.sits().intent("1", "a").runs("1", "a").tale);
        proof(Code.PROOF_INVALID, it -> it + "AAAA");
        proof(Code.PROOF_MISSING, it -> it.substring(0, it.lastIndexOf('.')));
    }

    /// A signed ruling whose token is not as it was.
    private static void proof(Code code, UnaryOperator<String> token) {
        WAYS.put(
                code,
                directory -> {
                    var ruling = new SignedRuling();
                    ruling.token = token;
                    return ruling.verified(directory);
                });
    }

    private static Map<String, Object> alert() {
        return Map.of("code", "test", "facts", Map.of());
    }

    /// Long enough for a tile above the first.
    private static Tale long1() {
        var tale = Tale.begun();
        while (tale.entries().size() < 257) {
            tale.tell("alert", alert());
        }
        return tale;
    }

    @Test
    void each_code_has_a_way_to_come_about() {
        assertThat(WAYS).containsOnlyKeys(Code.values());
    }

    @ParameterizedTest
    @EnumSource(Code.class)
    void each_code_stands_in_the_formats_document(Code code) throws IOException {
        assertThat(Files.readString(Path.of("../../docs/evidence-format.md")))
                .contains("`" + code + "`" + (code.incomplete() ? "*" : ""));
    }

    @ParameterizedTest
    @EnumSource(Code.class)
    void one_change_is_found_under_its_code_and_no_other(Code code) throws IOException {
        var report = Objects.requireNonNull(WAYS.get(code)).in(folder);

        assertThat(report.findings().stream().map(Finding::code).distinct().toList())
                .as(report.findings().toString())
                .isEqualTo(
                        code == Code.MORE ? List.of(Code.NON_CANONICAL, Code.MORE) : List.of(code));
        assertThat(report.exitCode()).isEqualTo(code.incomplete() ? 9 : 7);
    }
}
