package dev.countersign.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The policies of `dist/policies`, each with its tests, by what `countersign policy test` runs.
class PolicyPacksTest {
    private static final Path PACKS = Path.of("../../dist/policies");

    @ParameterizedTest
    @ValueSource(
            strings = {"read-only-analyst", "careful-writer", "production-guard", "pci-columns"})
    void a_pack_decides_as_its_tests_say_and_they_look_at_each_of_its_rules(String pack) {
        var report =
                PolicyTestRun.run(List.of(PACKS.resolve(pack + "-tests.yaml")), Optional.empty());

        assertThat(report.results().stream().filter(ran -> !ran.wrong().isEmpty()))
                .extracting(ran -> ran.at() + " " + ran.wrong())
                .isEmpty();
        assertThat(report.results()).hasSizeBetween(10, 25);
        assertThat(report.coverage())
                .allSatisfy(cover -> {
                    assertThat(cover.matched()).as(cover.rule()).isPositive();
                    assertThat(cover.always() || cover.unmatched() > 0).as(cover.rule()).isTrue();
                });
    }

    @Test
    void every_pack_has_tests() throws IOException {
        try (var files = Files.list(PACKS)) {
            var names = files.map(file -> file.getFileName().toString()).toList();
            assertThat(names)
                    .allSatisfy(name ->
                            assertThat(names)
                                    .contains(
                                            name.endsWith("-tests.yaml")
                                                    ? name.replace("-tests.yaml", ".yaml")
                                                    : name.replace(".yaml", "-tests.yaml")));
        }
    }
}
