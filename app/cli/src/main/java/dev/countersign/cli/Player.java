package dev.countersign.cli;

import dev.countersign.model.Json;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Plays a session: two streams that are each in the order of time, what was recorded of it and
/// what its client saw, become one. Nothing that a client saw of an answer comes before its
/// statement, whatever the two clocks say.
final class Player {
    /// Statements that are remembered as told.
    private static final int MAX_TOLD = 4_096;

    private final Consumer<String> out;
    private final double speed;
    private final Duration longest;
    private final Pause pause;
    private final LinkedHashSet<String> told = new LinkedHashSet<>();
    private @Nullable Instant begun;
    private long now;

    /// One thing after the other.
    interface Source {
        /// Empty at the end.
        Optional<Json.Obj> next() throws IOException, InterruptedException, ApiClient.Refused;
    }

    /// How it waits; a test counts.
    interface Pause {
        void wait(Duration time) throws InterruptedException;
    }

    /// @param speed above 0
    /// @param longest of any pause
    Player(Consumer<String> out, double speed, Duration longest, Pause pause) {
        this.out = out;
        this.speed = speed;
        this.longest = longest;
        this.pause = pause;
    }

    void play(Source records, Source frames)
            throws IOException, InterruptedException, ApiClient.Refused {
        var record = records.next();
        var frame = frames.next();
        while (record.isPresent() || frame.isPresent()) {
            if (frame.isPresent() && (record.isEmpty() || comesFirst(frame.get(), record.get()))) {
                frame(frame.get());
                frame = frames.next();
            } else if (record.isPresent()) {
                record(record.get());
                record = records.next();
            }
        }
    }

    private boolean comesFirst(Json.Obj frame, Json.Obj record) {
        return told.contains(frame.text("action").orElse("")) && at(frame) <= since(record);
    }

    private static long at(Json.Obj frame) {
        return frame.integer("at").orElse(0L);
    }

    /// Milliseconds since the session began.
    private long since(Json.Obj record) {
        try {
            var time = Instant.parse(record.text("t").orElse(""));
            if (begun == null) {
                begun = time;
            }
            return Math.max(0, Duration.between(begun, time).toMillis());
        } catch (DateTimeParseException e) {
            return now;
        }
    }

    private void record(Json.Obj record) throws InterruptedException {
        long at = since(record);
        var kind = record.text("k").orElse("");
        switch (kind) {
            case "session.open" -> say(at, "-- " + who(record));
            case "intent" -> {
                remember(record.text("id").orElse(""));
                var statement =
                        record.text("payload")
                                .map(ToldRecord::statement)
                                .or(() -> record.text("payload_missing"))
                                .orElse("?");
                lines(at, "> ", statement);
                if (!verdict(record).equals("allow")) {
                    say(at, "-- " + verdict(record));
                }
            }
            case "outcome", "session.close" ->
                    say(at, "-- " + kind + " " + ToldRecord.told(record));
            case "approval.request", "approval.consume", "gateway.statement" ->
                    say(at, "-- " + kind);
            default -> {
                // nothing that a player tells
            }
        }
    }

    private void remember(String action) {
        if (told.size() == MAX_TOLD) {
            told.removeFirst();
        }
        told.add(action);
    }

    private static String who(Json.Obj record) {
        var actor = record.object("actor").flatMap(one -> one.text("sub")).orElse("?");
        var behind =
                record.object("actor")
                        .flatMap(one -> one.object("on_behalf_of"))
                        .flatMap(one -> one.text("sub"));
        var target = record.object("tgt").flatMap(one -> one.text("conn")).orElse("?");
        return actor + behind.map(one -> " for " + one).orElse("") + " on " + target;
    }

    private static String verdict(Json.Obj intent) {
        var x = intent.object("x").orElseGet(() -> Json.object().build());
        return x.text("refused")
                .map(why -> "refused: " + why)
                .or(() -> x.object("decision").flatMap(decision -> decision.text("verdict")))
                .orElse("?");
    }

    private void frame(Json.Obj frame) throws InterruptedException {
        long at = at(frame);
        switch (frame.text("kind").orElse("")) {
            case "table" -> {
                var columns = cells(frame.get("columns").orElse(null));
                if (!columns.isEmpty()) {
                    say(at, "  " + columns);
                }
                if (frame.get("rows").orElse(frame) instanceof Json.Arr(var rows)) {
                    for (var row : rows) {
                        say(at, "  " + cells(row));
                    }
                }
            }
            case "text" -> lines(at, "  " + frame.text("role").orElse("") + ": ", text(frame));
            case "terminal" -> lines(at, "  ", frame.text("data").orElse(""));
            case "missing" -> say(at, "-- " + text(frame));
            default -> say(at, "  " + frame.text()); // an exchange, a file: its members tell
        }
    }

    private static String text(Json.Obj frame) {
        return frame.text("text").orElse("");
    }

    private static String cells(@Nullable Json row) {
        return row instanceof Json.Arr(var cells)
                ? cells.stream().map(Player::cell).collect(Collectors.joining(" | "))
                : "";
    }

    private static String cell(Json cell) {
        return switch (cell) {
            case Json.Str(var text) -> text;
            case Json.Obj object when object.get("null").isPresent() -> "NULL";
            case Json.Obj object -> object.text("base64").map("base64:"::concat).orElse("?");
            case Json other -> other.text();
        };
    }

    private void lines(long at, String mark, String text) throws InterruptedException {
        var lines = new ArrayList<String>(text.replace("\t", "    ").lines().toList());
        for (var line : lines.isEmpty() ? List.of("") : lines) {
            say(at, mark + line);
        }
    }

    private void say(long at, String line) throws InterruptedException {
        var wait = Duration.ofMillis((long) (Math.max(0, at - now) / speed));
        now = Math.max(now, at);
        if (wait.isPositive()) {
            pause.wait(wait.compareTo(longest) > 0 ? longest : wait);
        }
        out.accept(Shown.of(String.format(Locale.ROOT, "%9.3f  %s", now / 1_000.0, line)));
    }
}
