package dev.countersign.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Files of the tree that are missing, cut, longer, swapped or links. The log has 300 records: one
/// full tile and bundle, one of each at the edge, and a tile above.
class TilesTest {
    private static final int SIZE = 300;

    @TempDir Path folder;

    private static Tale tale() {
        var tale = Tale.begun();
        while (tale.entries().size() < SIZE) {
            tale.tell("alert", Map.of("code", "c", "facts", Map.of()));
        }
        return tale;
    }

    @BeforeEach
    void aGoodLog() {
        HandLog.write(folder, tale());
    }

    private Path file(String level, int number) {
        return HandLog.tile(
                folder, level, number, number == 1 ? SIZE - 256 : level.equals("1") ? 1 : 256);
    }

    private List<Code> codes() {
        return HandLog.codes(folder);
    }

    @ParameterizedTest
    @CsvSource({"0,0", "0,1", "1,0"})
    void a_tile_that_is_missing_cut_or_longer_is_found(String level, int number) throws Exception {
        var file = file(level, number);
        var right = Files.readAllBytes(file);
        for (int length :
                new int[] {
                    0,
                    1,
                    right.length - 32,
                    right.length - 1,
                    right.length + 1,
                    right.length + 32,
                    1 << 20
                }) {
            Files.write(file, Arrays.copyOf(right, length));

            assertThat(codes()).as(length + " bytes").containsExactly(Code.UNREADABLE);
        }
        Files.delete(file);
        assertThat(codes()).containsExactly(Code.UNREADABLE);
    }

    @ParameterizedTest
    @CsvSource({"0", "1"})
    void a_bundle_that_is_missing_or_cut_is_found(int number) throws Exception {
        var file = file("entries", number);
        var right = Files.readAllBytes(file);
        for (int length : new int[] {0, 1, 2, 3, right.length - 1}) {
            Files.write(file, Arrays.copyOf(right, length));

            assertThat(codes()).as(length + " bytes").containsExactly(Code.ENTRY_MISSING);
        }
        Files.delete(file);
        assertThat(codes()).containsExactly(Code.ENTRY_MISSING);
    }

    /// Somebody who reads a bundle to its end would take for an entry what nobody signed.
    @ParameterizedTest
    @CsvSource({"0", "1"})
    void a_bundle_that_goes_on_behind_its_last_entry_is_found(int number) throws Exception {
        var file = file("entries", number);
        var right = Files.readAllBytes(file);
        for (var more : List.of("\0", "\0\2{}", "x".repeat(100))) {
            var longer = Arrays.copyOf(right, right.length + more.length());
            System.arraycopy(
                    more.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                    0,
                    longer,
                    right.length,
                    more.length());
            Files.write(file, longer);

            assertThat(codes()).containsExactly(Code.UNREADABLE);
        }
    }

    @Test
    void files_that_no_checkpoint_speaks_of_are_nothing() {
        for (var name : List.of("0/002", "0/001.p/3", "3/000.p/1", "entries/009", "x")) {
            HandLog.put(folder.resolve("evidence/log/tile/" + name), "anything");
        }

        assertThat(codes()).isEmpty();
    }

    @Test
    void tiles_and_bundles_that_changed_places_are_found() throws Exception {
        swap(file("entries", 0), file("entries", 1));
        assertThat(codes()).isNotEmpty().doesNotContain(Code.MORE);
        swap(file("entries", 0), file("entries", 1));
        assertThat(codes()).isEmpty();

        swap(file("0", 0), file("0", 1));
        assertThat(codes()).containsExactly(Code.UNREADABLE);
    }

    private static void swap(Path a, Path b) throws IOException {
        var bytes = Files.readAllBytes(a);
        Files.write(a, Files.readAllBytes(b));
        Files.write(b, bytes);
    }

    @Test
    void records_in_another_order_are_found_though_every_tile_fits_them() {
        var entries = new ArrayList<>(tale().entries());
        Collections.swap(entries, 10, 11);
        HandLog.tree(folder, entries);

        assertThat(codes())
                .containsExactlyInAnyOrder(
                        Code.CHAIN_GAP, Code.TIME_REGRESSION, Code.ROOT_MISMATCH);
    }

    @Test
    void records_in_another_order_are_found_though_they_are_signed() {
        var entries = new ArrayList<>(tale().entries());
        Collections.swap(entries, 10, 11);
        HandLog.write(folder, entries, new byte[0]);

        assertThat(codes()).containsExactlyInAnyOrder(Code.CHAIN_GAP, Code.TIME_REGRESSION);
    }

    @Test
    void a_record_that_was_taken_out_is_found_though_the_rest_is_signed() {
        var entries = new ArrayList<>(tale().entries());
        entries.remove(10);
        HandLog.write(folder, entries, new byte[0]);

        assertThat(codes()).containsExactly(Code.CHAIN_GAP);
    }

    @Test
    void the_record_that_a_finding_is_about_is_told() throws Exception {
        var file = file("0", 1);
        var bytes = Files.readAllBytes(file);
        bytes[7 * 32 + 5] ^= 1;
        Files.write(file, bytes);

        assertThat(HandLog.verify(folder).findings())
                .singleElement()
                .hasToString(
                        "LEAF_MISMATCH record 263: tile/0/001.p/44 has another hash than what lies"
                                + " below it");
    }

    /// Whoever unpacks a log that somebody sent must not be led elsewhere.
    @ParameterizedTest
    @CsvSource({
        "checkpoint, UNREADABLE",
        "../log.vkey, UNREADABLE",
        "tile/0/000, UNREADABLE",
        "tile/entries/000, ENTRY_MISSING"
    })
    void a_link_is_not_followed(String name, Code code) throws Exception {
        var file = folder.resolve("evidence/log").resolve(name).normalize();
        var elsewhere = folder.resolve("elsewhere");
        Files.move(file, elsewhere);
        Files.createSymbolicLink(file, elsewhere);

        assertThat(codes()).containsExactly(code);
    }

    @Test
    void a_folder_in_the_place_of_a_file_is_found() throws Exception {
        Files.delete(file("0", 0));
        Files.createDirectories(file("0", 0));

        assertThat(codes()).containsExactly(Code.UNREADABLE);
    }

    /// The publisher replaces the right edge while somebody reads.
    @Test
    void the_edge_of_the_checkpoint_may_go_while_the_log_is_read() throws Exception {
        var entries = tale().entries();
        var tree = new Tree(folder.resolve("evidence/log"), SIZE);
        Files.delete(file("entries", 1));
        Files.delete(file("0", 1));
        Files.delete(file("1", 0));
        var wrong = new ArrayList<String>();

        for (var entry : entries) {
            tree.append(tree.leaf(entry), (code, record, message) -> wrong.add(message));
        }
        tree.finish((code, record, message) -> wrong.add(message));

        assertThat(tree.bundle(1)).isPresent();
        assertThat(wrong).isEmpty();
    }
}
