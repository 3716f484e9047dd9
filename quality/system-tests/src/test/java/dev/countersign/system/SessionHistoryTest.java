package dev.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.countersign.model.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// What people see of sessions that have ended, and of those that run, by the control API and by
/// the command line that uses it.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SessionHistoryTest {
    private static final String SECRET = "ada@letters.org";

    @TempDir static Path directory;

    private House house;
    private CommandLine command;
    private String refunds = "";

    @BeforeAll
    void open() throws Exception {
        house = new House(directory, SpineTest.POLICY);
        house.say("administrators: [security]");
        house.restart();
        command = new CommandLine(house, directory);
        refunds = session("-c countersign.plan=refunds -c countersign.step=look-up");
        session("");
    }

    @AfterAll
    void close() throws Exception {
        house.close();
    }

    /// One that has ended, with a statement that holds what the detectors know.
    private String session(String options) throws Exception {
        try (var eve = house.connect("options", options)) {
            SpineTest.column(
                    eve, "SELECT name FROM customers WHERE id = 1 OR name = '" + SECRET + "'");
        }
        var ann = house.desk("ann", "dev");
        await().atMost(Duration.ofSeconds(10))
                .until(() -> {
                    var first = list(ann, "?state=all&limit=1");
                    return !first.isEmpty() && first.getFirst().text("ended").isPresent();
                });
        return list(ann, "?state=all&limit=1").getFirst().text("id").orElseThrow();
    }

    private static List<Json.Obj> items(Json.Obj answer, String name) {
        return ((Json.Arr) answer.get(name).orElseThrow())
                .items().stream().map(Json.Obj.class::cast).toList();
    }

    private static List<Json.Obj> list(Desk desk, String query)
            throws IOException, InterruptedException {
        return items(desk.get("/v1/sessions" + query).body(), "sessions");
    }

    private List<String> reads(String what) throws IOException {
        return Records.of(house.data(), "evidence.read").stream()
                .map(record -> record.object("x").orElseThrow())
                .filter(x -> x.text("what").orElse("").equals(what))
                .map(x -> x.text("of").orElse(""))
                .toList();
    }

    private void recorded(String what, String of) {
        await().atMost(Duration.ofSeconds(5)).until(() -> reads(what).contains(of));
    }

    @Test
    void ended_sessions_are_listed_latest_first_page_by_page() throws Exception {
        var sam = house.desk("sam", "security");

        var all = list(sam, "?state=all");
        assertThat(all).hasSizeGreaterThanOrEqualTo(2);
        assertThat(all).isSortedAccordingTo((a, b) -> id(b).compareTo(id(a)));
        var first = sam.get("/v1/sessions?state=all&limit=1").body();
        var next = first.text("next").orElseThrow();
        assertThat(list(sam, "?state=all&limit=1&before=" + next)).containsExactly(all.get(1));
        assertThat(all.get(1).text())
                .contains("\"reason\":\"client\"", "\"on_behalf_of\":\"ann\"", "\"actions\":");
        assertThat(sam.get("/v1/sessions?state=all&limit=201").code()).isEqualTo("bad-parameter");
        assertThat(sam.get("/v1/sessions?state=all&before=x").code()).isEqualTo("bad-parameter");
        assertThat(sam.get("/v1/sessions?state=none").code()).isEqualTo("bad-parameter");
    }

    private static String id(Json.Obj one) {
        return one.text("id").orElseThrow();
    }

    @Test
    void they_are_found_by_agent_person_target_and_plan() throws Exception {
        var sam = house.desk("sam", "security");

        assertThat(list(sam, "?state=ended&agent=eve&person=ann&target=shop&plan=refunds"))
                .singleElement()
                .satisfies(one -> {
                    assertThat(id(one)).isEqualTo(refunds);
                    assertThat(one.text("step")).hasValue("look-up");
                    assertThat(one.text("assurance")).hasValue("B1");
                });
        for (var other : List.of("agent=bob", "person=bob", "target=other", "plan=other")) {
            assertThat(list(sam, "?state=ended&" + other)).as(other).isEmpty();
        }
    }

    @Test
    void who_is_no_part_of_a_session_sees_nothing_of_it() throws Exception {
        var dana = house.desk("dana", "dba");

        assertThat(list(dana, "?state=all")).isEmpty();
        for (var path : List.of("", "/recording", "/events")) {
            assertThat(dana.get("/v1/sessions/" + refunds + path).code())
                    .as(path)
                    .isEqualTo("no-such-session");
        }
        assertThat(dana.post("/v1/sessions/" + refunds + "/exact", Json.object().build()).status())
                .isEqualTo(404);
        assertThat(new Desk(house.apiPort, house.token()).get("/v1/sessions/" + refunds).status())
                .as("an agent's token")
                .isEqualTo(401);
    }

    @Test
    void a_session_is_shown_masked_and_its_exact_words_are_a_record_of_their_own()
            throws Exception {
        var ann = house.desk("ann", "dev");
        var exact = "/v1/sessions/" + refunds + "/exact";

        var shown = ann.get("/v1/sessions/" + refunds).body();

        assertThat(items(shown, "records").stream().map(one -> one.text("k").orElse("")))
                .startsWith("auth.ok", "session.open")
                .contains("intent", "outcome", "rec.chunk")
                .endsWith("session.close");
        assertThat(shown.text()).contains("name = '[EMAIL]'", "Ada").doesNotContain(SECRET);
        assertThat(items(shown, "records").getFirst().get("payload"))
                .as("the token that opened it")
                .isEmpty();
        recorded("session", refunds);
        assertThat(reads("session.exact")).isEmpty();

        assertThat(ann.post(exact, Json.object().build()).body().text()).contains(SECRET);
        recorded("session.exact", refunds);
    }

    @Test
    void the_recording_is_what_the_client_saw() throws Exception {
        var frames =
                items(
                        house.desk("ann", "dev")
                                .get("/v1/sessions/" + refunds + "/recording")
                                .body(),
                        "frames");

        assertThat(frames.toString()).contains("Ada").doesNotContain(SECRET);
        assertThat(frames.stream().map(frame -> frame.text("kind").orElse("")))
                .contains("table", "text");
        recorded("session.recording", refunds);
    }

    @Test
    void a_page_ends_and_the_next_begins_behind_it() throws Exception {
        var ann = house.desk("ann", "dev");
        String long_;
        try (var eve = house.connect();
                var statement = eve.createStatement()) {
            for (int i = 0; i < 1_100; i++) {
                statement.execute("SET application_name = 'a" + i + "'");
            }
            long_ = id(list(ann, "?state=live").getFirst());
        }
        var first = ann.get("/v1/sessions/" + long_).body();
        assertThat(items(first, "records")).hasSizeLessThanOrEqualTo(1_000);
        var next = first.integer("next").orElseThrow();
        var second = ann.get("/v1/sessions/" + long_ + "?from=" + next).body();

        assertThat(items(second, "records").getFirst().integer("s_n"))
                .hasValue((long) items(first, "records").size());
    }

    @Test
    void what_is_recorded_of_a_session_is_seen_live_until_it_ends() throws Exception {
        var seen = new ConcurrentLinkedQueue<String>();
        var ann = house.desk("ann", "dev");
        Thread watcher;
        try (var eve = house.connect()) {
            SpineTest.column(eve, "SELECT 1");
            await().atMost(Duration.ofSeconds(10))
                    .until(() ->
                            !list(ann, "?state=all&limit=1").getFirst().text("ended").isPresent());
            var id = id(list(ann, "?state=all&limit=1").getFirst());
            watcher = watching("/v1/sessions/" + id + "/events", seen);
            await().atMost(Duration.ofSeconds(10)).until(() -> seen.contains(":watching"));
            recorded("session.events", id);

            SpineTest.column(eve, "SELECT name FROM customers WHERE name = '" + SECRET + "'");

            await().atMost(Duration.ofSeconds(10)).until(() -> seen.contains("event:intent"));
            assertThat(String.join("\n", seen)).contains("[EMAIL]").doesNotContain(SECRET);
        }
        assertThat(watcher.join(Duration.ofSeconds(10))).as("it ends with the session").isTrue();
        assertThat(seen).contains("event:outcome", "event:session.close");
        assertThat(ann.get("/v1/sessions/" + refunds + "/events").code())
                .isEqualTo("session-ended");
    }

    @Test
    void so_many_may_watch_at_once() throws Exception {
        var seen = new ConcurrentLinkedQueue<String>();
        var watchers = new java.util.ArrayList<Thread>();
        for (int i = 0; i < 3; i++) {
            watchers.add(watching("/v1/sessions/events", seen, "max"));
        }
        await().atMost(Duration.ofSeconds(10)).until(() -> seen.size() >= 3);

        assertThat(house.desk("max", "security").get("/v1/sessions/events").code())
                .isEqualTo("too-many");
        watchers.forEach(Thread::interrupt);
    }

    private Thread watching(String path, ConcurrentLinkedQueue<String> seen) {
        return watching(path, seen, "ann");
    }

    private Thread watching(String path, ConcurrentLinkedQueue<String> seen, String person) {
        var token = house.personToken(person, "dev", Map.of());
        return Thread.ofVirtual()
                .start(() -> {
                    try {
                        var connection =
                                URI.create("http://127.0.0.1:" + house.apiPort + path)
                                        .toURL()
                                        .openConnection();
                        connection.setRequestProperty("Authorization", "Bearer " + token);
                        try (var lines =
                                new BufferedReader(
                                        new InputStreamReader(
                                                connection.getInputStream(),
                                                StandardCharsets.UTF_8))) {
                            for (var line = lines.readLine();
                                    line != null;
                                    line = lines.readLine()) {
                                if (!line.isEmpty()) {
                                    seen.add(line);
                                }
                            }
                        }
                    } catch (IOException e) {
                        seen.add("failed: " + e);
                    }
                });
    }

    @Test
    void the_command_line_lists_shows_and_plays_what_the_api_has() throws Exception {
        var token = command.file("ann.token", house.personToken("ann", "dev", Map.of()));
        var as = List.of("--token-file", token);

        assertThat(run(as, "sessions", "list", "--of-plan", "refunds"))
                .contains(refunds, "eve for ann", "plan refunds, step look-up");
        assertThat(run(as, "sessions", "list", "--plan")).contains("refunds / look-up (B1)");
        assertThat(run(as, "sessions", "show", refunds))
                .contains("name = '[EMAIL]'", "session.close     client")
                .doesNotContain(SECRET);
        assertThat(run(as, "sessions", "show", "--exact", refunds)).contains(SECRET);
        assertThat(run(as, "sessions", "play", "--speed", "100", refunds))
                .containsSubsequence(
                        "-- eve for ann on shop",
                        "> SELECT name FROM customers",
                        "  name",
                        "  Ada",
                        "-- session.close client")
                .doesNotContain(SECRET);
        assertThat(run(as, "sessions", "watch", refunds)).contains("session-ended");
    }

    private String run(List<String> more, String... arguments) throws IOException {
        var all = new java.util.ArrayList<>(List.of(arguments));
        all.addAll(more);
        return command.run(all.toArray(String[]::new));
    }
}
