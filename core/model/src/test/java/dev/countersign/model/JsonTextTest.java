package dev.countersign.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class JsonTextTest {
    private static final String ALL =
            IntStream.range(0, 0xE000).mapToObj(Character::toString).collect(Collectors.joining());

    @Test
    void it_writes_what_a_tree_writes() {
        var tree =
                Json.object()
                        .put("a", 1)
                        .put("b", true)
                        .put("c", "x\"\n")
                        .put("d", Json.strings(List.of("p", "q")))
                        .put("e", Json.object().put("f", Json.bytes(Bytes.utf8("z"))).build())
                        .put("g", Json.bytes(Bytes.of(new byte[] {(byte) 0xFF})))
                        .build();

        var out = new JsonText().open().put("a", 1).put("b", true).put("c", "x\"\n");
        out.put("d", List.of("p", "q"), JsonText::text).key("e").open();
        out.key("f").bytes(Bytes.utf8("z")).close();
        out.key("g").bytes(Bytes.of(new byte[] {(byte) 0xFF})).close();

        assertThat(out.toString()).isEqualTo(tree.text());
    }

    @Test
    void every_character_is_escaped_as_a_tree_escapes_it() {
        assertThat(new JsonText().text(ALL).toString()).isEqualTo(Json.of(ALL).text());
        ALL.chars()
                .mapToObj(Character::toString)
                .forEach(c ->
                        assertThat(new JsonText().text(c).toString()).isEqualTo(Json.of(c).text()));
        assertThat(new JsonText().text("\uD83D\uDE00\uD83D").toString())
                .isEqualTo("\"\uD83D\uDE00\uFFFD\"");
        assertThat(new JsonText().text("?\uD800\n?ä").toString()).isEqualTo("\"?\uFFFD\\n?ä\"");
    }

    @Test
    void empty_objects_and_lists_need_no_comma() {
        var out = new JsonText().open().key("a").open().close();
        out.put("b", List.<String>of(), JsonText::text).put("c", 1).close();

        assertThat(out.toString()).isEqualTo("{\"a\":{},\"b\":[],\"c\":1}");
    }

    @Test
    void members_out_of_order_are_refused() {
        assertThatIllegalStateException()
                .isThrownBy(() -> new JsonText().open().put("b", 1).put("a", 2))
                .withMessage("'a' cannot stand behind 'b'");
        assertThatIllegalStateException()
                .isThrownBy(() -> new JsonText().open().put("a", 1).put("a", 2));
    }

    @Test
    void a_slot_is_left_for_the_value_that_somebody_else_knows() {
        var out = new JsonText().open().put("a", 1).key("b");
        int slot = out.slot();
        var body = Bytes.owned(out.put("c", 2).close().utf8());

        var whole = new JsonText().open().key("x").part(body, 0, slot).number(7);
        whole.rest(body, slot).put("y", 3).close();
        assertThat(whole.toString()).isEqualTo("{\"x\":{\"a\":1,\"b\":7,\"c\":2},\"y\":3}");
    }

    @Test
    void it_begins_anew_in_the_same_memory_even_where_something_was_open() {
        var out = new JsonText(1).open().put("a", "ä".repeat(100)).key("b").open();

        out.again().open().put("a", 1).close();

        assertThat(out.toString()).isEqualTo("{\"a\":1}");
    }

    @Test
    void what_is_canonical_already_is_taken_as_it_is() {
        var out = new JsonText().open().key("a").raw(Bytes.utf8("{\"ü\":1}")).key("b").raw("[2]");

        assertThat(out.close().toString()).isEqualTo("{\"a\":{\"ü\":1},\"b\":[2]}");
    }

    @Test
    void half_an_object_and_a_number_that_not_everybody_can_read_are_refused() {
        assertThatIllegalStateException().isThrownBy(() -> new JsonText().open().toString());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new JsonText().number(Json.MAX_SAFE_INTEGER + 1));
    }

    @Test
    void a_line_of_each_kind_of_recording_is_canonical() {
        var row = new Seen.Row(List.of(new Seen.Cell(Bytes.utf8("x")), new Seen.Cell(null)));
        var odd = new Seen.Row(List.of(new Seen.Cell(Bytes.of(new byte[] {(byte) 0xFE}))));
        var action = ActionId.fresh();
        for (var seen :
                List.of(
                        new Seen.Table(List.of("a", "b"), List.of(row, odd)),
                        new Seen.Text("tag", "SELECT 1"),
                        new Seen.Terminal("o", "\u001b[0m"),
                        new Seen.Exchange("GET /", Bytes.utf8("{}")),
                        new Seen.File("out", "/x", 1, Hash.sha256()))) {
            var line = new String(seen.line(action, 17), StandardCharsets.UTF_8);

            assertThat(Json.parse(line).text()).isEqualTo(line);
            assertThat(((Json.Obj) Json.parse(line)).text("action")).hasValue(action.value());
        }
    }
}
