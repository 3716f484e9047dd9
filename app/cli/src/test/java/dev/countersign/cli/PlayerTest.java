package dev.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.model.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PlayerTest {
    private final List<String> said = new ArrayList<>();
    private final List<Long> paused = new ArrayList<>();

    private static Player.Source source(String... json) {
        Iterator<Json.Obj> all = Stream.of(json).map(one -> (Json.Obj) Json.parse(one)).iterator();
        return () -> all.hasNext() ? Optional.of(all.next()) : Optional.empty();
    }

    private void play(double speed, Player.Source records, Player.Source frames) throws Exception {
        new Player(said::add, speed, Duration.ofSeconds(2), wait -> paused.add(wait.toMillis()))
                .play(records, frames);
    }

    private static String intent(String id, String second, String statement) {
        return Json.object()
                .put("k", "intent")
                .put("id", id)
                .put("t", "2026-01-01T00:00:" + second + "Z")
                .put(
                        "x",
                        Json.object()
                                .put("decision", Json.object().put("verdict", "allow").build())
                                .build())
                .put(
                        "payload",
                        Json.object()
                                .put("command", Json.object().put("text", statement).build())
                                .build()
                                .text())
                .build()
                .text();
    }

    private static final String OPEN =
            """
            {"k": "session.open", "t": "2026-01-01T00:00:00.000000Z", "x": {},
             "actor": {"sub": "eve", "on_behalf_of": {"sub": "ann"}}, "tgt": {"conn": "shop"}}
            """;

    @Test
    void statements_and_what_the_client_saw_of_them_come_in_the_order_of_time() throws Exception {
        play(
                1,
                source(
                        OPEN,
                        intent("a1", "01.000000", "SELECT 1"),
                        intent("a2", "05.000000", "SELECT\n2")),
                source(
                        """
                        {"action": "a1", "at": 1100, "kind": "table", "columns": ["x", "y"]}
                        """,
                        """
                        {"action": "a1", "at": 1100, "kind": "table",
                         "rows": [["1", {"null": true}], [{"base64": "AA=="}, "b"]]}
                        """,
                        """
                        {"action": "a2", "at": 5001, "kind": "text", "role": "tag", "text": "SELECT 2"}
                        """));

        assertThat(said)
                .containsExactly(
                        "    0.000  -- eve for ann on shop",
                        "    1.000  > SELECT 1",
                        "    1.100    x | y",
                        "    1.100    1 | NULL",
                        "    1.100    base64:AA== | b",
                        "    5.000  > SELECT",
                        "    5.000  > 2",
                        "    5.001    tag: SELECT 2");
        assertThat(paused).as("no pause is longer").containsExactly(1000L, 100L, 2000L, 1L);
    }

    @Test
    void an_answer_never_comes_before_its_statement() throws Exception {
        play(
                1,
                source(OPEN, intent("a1", "01.000000", "SELECT 1")),
                source(
                        """
                        {"action": "a1", "at": 997, "kind": "text", "role": "tag", "text": "SELECT 1"}
                        """));

        assertThat(said.get(1)).endsWith("> SELECT 1");
        assertThat(said.get(2)).endsWith("tag: SELECT 1");
    }

    @Test
    void it_plays_as_fast_as_it_is_told() throws Exception {
        play(10, source(OPEN, intent("a1", "01.000000", "SELECT 1")), source());

        assertThat(paused).containsExactly(100L);
    }

    @Test
    void nothing_of_a_recording_does_anything_to_the_terminal() throws Exception {
        play(
                1,
                source(OPEN, intent("a1", "00.000000", "SELECT '\u001b[2J'")),
                source(
                        """
                        {"action": "a1", "at": 0, "kind": "table", "rows": [["\\u001b]0;owned\\u0007"]]}
                        """,
                        """
                        {"action": "a1", "at": 0, "kind": "text", "role": "error", "text": "a\\rb"}
                        """));

        assertThat(String.join("", said)).doesNotContain("\u001b", "\u0007", "\r");
        assertThat(said).anyMatch(line -> line.contains("\\u{1b}[2J"));
    }
}
