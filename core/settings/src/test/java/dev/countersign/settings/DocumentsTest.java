package dev.countersign.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentsTest {
    @TempDir Path folder;

    private Path file(String name, String yaml) throws IOException {
        var file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, yaml);
    }

    private List<Problem> problems(Path file) {
        return catchThrowableOfType(ConfigurationProblems.class, () -> Documents.read(file))
                .problems();
    }

    private String canonical(String yaml) throws IOException {
        return Documents.read(file("canonical.yaml", yaml)).getFirst().canonical();
    }

    @Test
    void documents_of_one_file_come_in_their_order() throws IOException {
        var read = Documents.read(file("a.yaml", "x: 1\n---\nkind: Target\nname: shop\n"));

        assertThat(read).extracting(Document::kind).containsExactly("", "Target");
        assertThat(read.get(1).text("name")).isEqualTo("shop");
        assertThat(read.get(1).text("nothing")).isEmpty();
    }

    @Test
    void a_problem_is_told_at_the_value_that_a_path_leads_to_or_as_far_as_it_leads()
            throws IOException {
        var document = Documents.read(file("a.yaml", "x: 1\nlist:\n- {a: 2}\n")).getFirst();

        assertThat(
                        java.util.stream.Stream.of(
                                        document.problem("p"),
                                        document.problem("p", "list", 0, "a"),
                                        document.problem("p", "list", 1, "a"),
                                        document.problem("p", "nothing"))
                                .map(problem -> problem.line() + ":" + problem.column()))
                .containsExactly("1:1", "3:7", "3:1", "1:1");
    }

    @Test
    void what_is_included_is_read_once_and_in_order() throws IOException {
        file("b/two.yaml", "kind: Two\ninclude: ['../a.yaml', '*.yaml']\n");
        file("b/one.yaml", "kind: One\n");
        var main = file("a.yaml", "include: ['b/*.yaml', b/one.yaml]\n");

        assertThat(Documents.read(main))
                .extracting(Document::kind)
                .containsExactly("One", "Two", "");
    }

    @Test
    void every_file_that_is_no_yaml_is_told_with_its_place_and_all_at_once() throws IOException {
        file("b/one.yaml", "a: 1\nb: [1, 2\n");
        file("b/two.yaml", "a: 'open\n");
        var main = file("a.yaml", "include: ['b/*.yaml']\n");

        assertThat(problems(main))
                .hasSize(2)
                .allMatch(one -> one.message().startsWith("this is no YAML"))
                .allMatch(one -> one.line() > 1);
    }

    @Test
    void a_document_is_a_map() throws IOException {
        assertThat(problems(file("a.yaml", "a: 1\n---\n- b\n---\njust text\n")))
                .extracting(Problem::line)
                .containsExactly(3, 5);
    }

    @Test
    void a_file_that_is_not_there_is_told() {
        assertThat(problems(folder.resolve("none.yaml")))
                .singleElement()
                .matches(one -> one.message().contains("NoSuchFileException"));
    }

    @Test
    void bytes_that_are_no_utf8_are_told() throws IOException {
        var file = Files.write(folder.resolve("a.yaml"), new byte[] {'a', ':', (byte) 0xC3, '('});

        assertThat(problems(file)).hasSize(1);
    }

    @Test
    void a_huge_file_is_not_read() throws IOException {
        var file = file("a.yaml", "#".repeat(Documents.MAX_FILE + 1));

        assertThat(problems(file))
                .singleElement()
                .matches(one -> one.message().contains("1048576 bytes"));
    }

    @Test
    void a_bomb_of_aliases_does_not_go_off() throws IOException {
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 30; i++) {
            bomb.append("a%d: &a%d [%s]\n".formatted(i, i, ("*a" + (i - 1) + ", ").repeat(10)));
        }

        assertThat(problems(file("a.yaml", bomb.toString()))).hasSize(1);
        assertThat(problems(file("b.yaml", "a: &a {b: *a}\n"))).hasSize(1);
    }

    @Test
    void nesting_without_an_end_is_told() throws IOException {
        assertThat(problems(file("a.yaml", "a: " + "[".repeat(500_000)))).hasSize(1);
        assertThat(problems(file("b.yaml", "a: " + "{a: ".repeat(100_000)))).hasSize(1);
        assertThat(problems(file("c.yaml", "a: " + "[".repeat(9_000) + "]".repeat(9_000))))
                .hasSize(1);
    }

    @Test
    void a_key_is_one_plain_value() throws IOException {
        assertThat(problems(file("a.yaml", "? [a, b]\n: c\n"))).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{a", "a\\0b", "**[", "{{a}}", "../../../*"})
    void an_include_that_is_no_pattern_is_told_or_finds_nothing(String glob) throws IOException {
        var file = file("deep/er/a.yaml", "include: [\"" + glob + "\"]\n");
        try {
            assertThat(Documents.read(file)).hasSize(1);
        } catch (ConfigurationProblems e) {
            assertThat(e.problems()).hasSize(1);
        }
    }

    @Test
    void the_canonical_form_hangs_on_nothing_but_what_is_said() throws IOException {
        var form = canonical("a: 1\nb: [x, {c: d}]\n");

        assertThat(canonical("# comment\nb:\n  - 'x'\n  - c: \"d\"\n\na:   1\n")).isEqualTo(form);
        assertThat(canonical("a: 2\nb: [x, {c: d}]\n")).isNotEqualTo(form);
        assertThat(canonical("a: 1\nb: [{c: d}, x]\n")).isNotEqualTo(form);
    }

    @Test
    void no_two_documents_have_one_canonical_form() throws IOException {
        assertThat(
                        List.of(
                                canonical("a: b"),
                                canonical("a: [b]"),
                                canonical("a: {b: ''}"),
                                canonical("a: '[b]'"),
                                canonical("a: '{1:1=b0='"),
                                canonical("ab: ''"),
                                canonical("a: ''\nb: ''"),
                                canonical("a: [b, c]"),
                                canonical("a: ['b, c']"),
                                canonical("a: [[b], c]"),
                                canonical("a: [[b, c]]"),
                                canonical("a: []"),
                                canonical("a: {}"),
                                canonical("a: ''")))
                .doesNotHaveDuplicates();
    }

    @Test
    void a_problem_says_where() {
        assertThat(new Problem("a.yaml", 3, 7, "is wrong")).hasToString("a.yaml:3:7: is wrong");
        assertThat(
                        new ConfigurationProblems(
                                List.of(new Problem("a", 1, 1, "x"), new Problem("b", 2, 2, "y"))))
                .hasMessage("a:1:1: x\nb:2:2: y");
    }
}
