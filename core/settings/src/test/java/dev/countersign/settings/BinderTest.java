package dev.countersign.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BinderTest {
    @TempDir Path folder;

    private final List<Problem> problems = new ArrayList<>();

    enum Colour {
        RED,
        DARK_BLUE
    }

    @Shorthand("pause")
    record Brief(Duration pause, @Default("3") int tries, Optional<String> why) {
        Brief {
            if (tries > 5) {
                throw new IllegalArgumentException("`tries` is at most 5\nthink again");
            }
        }
    }

    record Inner(String name, @Default("7") int number) {}

    record All(
            String text,
            int number,
            long size,
            boolean truth,
            Duration time,
            Path path,
            Colour colour,
            List<String> list,
            Map<String, Inner> map,
            Optional<Inner> inner,
            Brief brief,
            @Key("notify") String someone,
            @Default("64MiB") long maxRows) {}

    private static final String GOOD =
            """
            kind: All
            text: hello
            number: 12
            size: 2KiB
            truth: true
            time: 15m
            path: file:some/where
            colour: dark-blue
            list: [a, b]
            map: {x: {name: n}}
            inner: {name: m, number: 1}
            brief: 5s
            notify: ops
            """;

    private <T> Optional<T> bind(String yaml, Class<T> type) throws IOException {
        var file = Files.writeString(folder.resolve("a.yaml"), yaml);
        return new Binder(Documents.read(file).getFirst(), problems).bind(type);
    }

    private List<String> told(String yaml, Class<?> type) throws IOException {
        assertThat(bind(yaml, type)).isEmpty();
        var out =
                problems.stream()
                        .map(one -> one.line() + ":" + one.column() + ": " + one.message())
                        .toList();
        problems.clear();
        return out;
    }

    @Test
    void every_kind_of_component() throws IOException {
        var all = bind(GOOD, All.class).orElseThrow();

        assertThat(problems).isEmpty();
        assertThat(all)
                .isEqualTo(
                        new All(
                                "hello",
                                12,
                                2_048,
                                true,
                                Duration.ofMinutes(15),
                                folder.resolve("some/where"),
                                Colour.DARK_BLUE,
                                List.of("a", "b"),
                                Map.of("x", new Inner("n", 7)),
                                Optional.of(new Inner("m", 1)),
                                new Brief(Duration.ofSeconds(5), 3, Optional.empty()),
                                "ops",
                                64L << 20));
    }

    @Test
    void all_that_is_wrong_is_told_at_once_and_where() throws IOException {
        var yaml =
                """
                kind: All
                text: [a]
                number: twelve
                size: 2KB
                truth: yes
                time: 15
                path: {a: b}
                colour: green
                list: a
                map: {x: {nam: n}}
                inner: text
                brief: soon
                notfy: ops
                """;

        assertThat(told(yaml, All.class))
                .containsExactlyInAnyOrder(
                        "2:7: expected one plain value",
                        "3:9: expected a whole number, this is `twelve`",
                        "4:7: expected a number, or a size such as 64MiB, this is `2KB`",
                        "5:8: expected true or false, this is `yes`",
                        "6:7: expected a duration such as 15m (ms, s, m, h, d), this is `15`",
                        "7:7: expected one plain value",
                        "8:9: expected one of [red, dark-blue], this is `green`",
                        "9:7: expected a list",
                        "10:11: there is no key `nam` here; did you mean `name`?",
                        "10:10: the key `name` is missing",
                        "11:8: expected a map of keys",
                        "12:8: expected a duration such as 15m (ms, s, m, h, d), this is `soon`",
                        "13:1: there is no key `notfy` here; did you mean `notify`?",
                        "1:1: the key `notify` is missing");
    }

    @Test
    void an_unknown_key_far_from_all_others_has_no_suggestion() throws IOException {
        assertThat(told("name: a\nsomething-else: b\n", Inner.class))
                .containsExactly("2:1: there is no key `something-else` here");
    }

    @Test
    void a_key_that_stands_twice_is_told_even_kind_and_inside_maps() throws IOException {
        assertThat(told("name: a\nname: b\n", Inner.class))
                .containsExactly("2:1: the key `name` stands here twice");
        assertThat(told("kind: A\nname: a\nkind: B\n", Inner.class))
                .containsExactly("3:1: the key `kind` stands here twice");
        assertThat(told(GOOD.replace("{x: {name: n}}", "{x: {name: n}, x: {name: n}}"), All.class))
                .containsExactly("10:21: the key `x` stands here twice");
    }

    @Test
    void kind_belongs_to_a_whole_document_only() throws IOException {
        assertThat(told(GOOD.replace("{name: m, number: 1}", "{kind: x, name: m}"), All.class))
                .containsExactly("11:9: there is no key `kind` here");
    }

    @Test
    void a_list_a_map_and_an_optional_one_may_be_missing() throws IOException {
        var yaml =
                GOOD.lines()
                        .filter(line -> !line.matches("(list|map|inner):.*"))
                        .reduce("", (a, b) -> a + b + "\n");

        var all = bind(yaml, All.class).orElseThrow();

        assertThat(all.list()).isEmpty();
        assertThat(all.map()).isEmpty();
        assertThat(all.inner()).isEmpty();
    }

    @Test
    void what_a_records_constructor_says_is_told_at_the_record_line_by_line() throws IOException {
        assertThat(told(GOOD.replace("brief: 5s", "brief: {pause: 5s, tries: 6}"), All.class))
                .containsExactly("12:8: `tries` is at most 5", "12:8: think again");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "12, 12",
        "1B, 1",
        "3KiB, 3072",
        "4MiB, 4194304",
        "5GiB, 5368709120",
        "999999999999, 999999999999"
    })
    void sizes(String text, long size) throws IOException {
        assertThat(bind(GOOD.replace("2KiB", text), All.class).orElseThrow().size())
                .isEqualTo(size);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-1",
                "1.5",
                "1kib",
                "1 KiB",
                "0x10",
                "1_000",
                "٣",
                "9999999999999",
                "999999999999GiB",
                "8589934592GiB",
                "''"
            })
    void what_is_no_size_or_too_large_is_told(String text) throws IOException {
        assertThat(told(GOOD.replace("2KiB", text), All.class)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"1ms, 1", "2s, 2000", "3m, 180000", "4h, 14400000", "5d, 432000000", "0s, 0"})
    void durations(String text, long millis) throws IOException {
        assertThat(bind(GOOD.replace("15m", text), All.class).orElseThrow().time())
                .isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1s", "1.5s", "1M", "PT1S", "1 s", "9999999999s", "1w"})
    void what_is_no_duration_is_told(String text) throws IOException {
        assertThat(told(GOOD.replace("15m", text), All.class)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "1.0", "1e3", "9999999999", "true", "0x1"})
    void what_is_no_whole_number_is_told(String text) throws IOException {
        assertThat(told(GOOD.replace("number: 12", "number: " + text), All.class)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"True", "on", "yes", "1", "''"})
    void what_is_not_true_or_false_is_told(String text) throws IOException {
        assertThat(told(GOOD.replace("truth: true", "truth: " + text), All.class)).hasSize(1);
    }

    @Test
    void a_path_stands_against_the_files_folder_and_may_be_absolute() throws IOException {
        assertThat(bind(GOOD.replace("file:some/where", "/etc/x"), All.class).orElseThrow().path())
                .isEqualTo(Path.of("/etc/x"));
        assertThat(bind(GOOD.replace("file:some", "../some"), All.class).orElseThrow().path())
                .isEqualTo(folder.resolve("../some/where").normalize());
    }

    @Test
    void a_path_that_can_be_none_is_told() throws IOException {
        assertThat(told(GOOD.replace("file:some/where", "\"a\\0b\""), All.class)).hasSize(1);
    }

    @Test
    void a_shorthand_that_is_wrong_is_told_and_not_made() throws IOException {
        assertThat(told(GOOD.replace("brief: 5s", "brief: 5 seconds"), All.class))
                .containsExactly(
                        "12:8: expected a duration such as 15m (ms, s, m, h, d), this is `5"
                                + " seconds`");
    }

    record Simple(String pause) {}

    @Test
    void nothing_at_all_is_a_missing_key() throws IOException {
        assertThat(told("{}", Inner.class)).containsExactly("1:1: the key `name` is missing");
        assertThat(bind("pause: ''", Simple.class)).contains(new Simple(""));
    }

    @Test
    void names_of_java_are_kebabs_in_yaml() {
        assertThat(Binder.kebab("maxRows")).isEqualTo("max-rows");
        assertThat(Binder.kebab("MAX_ROWS")).isEqualTo("max-rows");
        assertThat(Binder.kebab("tls")).isEqualTo("tls");
    }
}
