package dev.countersign.server;

import dev.countersign.model.Action;
import dev.countersign.model.ActionId;
import dev.countersign.model.Decision;
import dev.countersign.model.Evidence;
import dev.countersign.model.Outcome;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One span for each action, out of the records as they become durable, joined to the trace that
/// its client named (`traceparent`):
///
/// ```
///  action ├─ append ─┤├─ review ─┤├──────── forward ────────┤
///         intent is handed over    approval is used          outcome is durable
/// ```
///
/// An agent's own trace shows then where it waited, and for whom. A client that says that its trace
/// is not recorded gets no span.
final class Traces {
    /// Actions that are followed at a time; those beyond are not.
    static final int MAX_OPEN = 10_000;

    private final Consumer<Span> out;
    private final Map<ActionId, Open> open = new ConcurrentHashMap<>();

    Traces(Consumer<Span> out) {
        this.out = out;
    }

    /// @param from when its intent was handed to the log
    /// @param since the end of what was told of it last
    /// @param asked when people were asked; null where nobody was, or they have answered
    private record Open(
            Place place,
            String name,
            Map<String, String> attributes,
            Instant from,
            Instant since,
            @Nullable Instant asked) {}

    /// @param parent of the action's span
    private record Place(String trace, String parent, String id) {}

    /// @param from when they were handed to the log
    /// @param now when they were durable
    void appended(List<? extends Evidence> records, Instant from, Instant now) {
        for (var record : records) {
            switch (record) {
                case Evidence.Intent(var action, var decision, var refusal, _, _) ->
                        begin(action, refusal != null ? "deny" : word(decision), from, now);
                case Evidence.ReviewRequested asked ->
                        open.computeIfPresent(
                                asked.action().id(), (_, one) -> since(one, now, now));
                case Evidence.ApprovalConsumed used ->
                        open.computeIfPresent(used.action().id(), (_, one) -> used(one, now));
                case Evidence.Settled(_, var all) -> {
                    for (var ended : all) {
                        var one = open.remove(ended.action());
                        if (one != null) {
                            end(one, ended.outcome(), now);
                        }
                    }
                }
                default -> {} // no other record is of one action's way
            }
        }
    }

    private static String word(Decision decision) {
        return switch (decision) {
            case Decision.Allow _ -> "allow";
            case Decision.Require _ -> "require";
            case Decision.Deny _ -> "deny";
        };
    }

    private void begin(Action action, String decision, Instant from, Instant now) {
        var place = place(action.work().trace());
        if (place == null || open.size() >= MAX_OPEN) {
            return;
        }
        var name = action.facts().kind() + " " + action.verb().word();
        var attributes =
                Map.of(
                        "countersign.action", action.id().toString(),
                        "countersign.session", action.session().id().toString(),
                        "countersign.target", action.session().where().name(),
                        "countersign.verb", action.verb().word(),
                        "countersign.decision", decision);
        open.put(action.id(), new Open(place, name, attributes, from, now, null));
        child(place, "append", from, now, false);
    }

    /// Null where its client wants none.
    private static @Nullable Place place(String traceparent) {
        var parts = traceparent.split("-", -1);
        if (parts.length < 4 || parts[1].matches("0+") || parts[2].matches("0+")) {
            return new Place(digits() + digits(), "", digits());
        }
        boolean recorded = (Integer.parseInt(parts[3], 16) & 1) == 1;
        return recorded ? new Place(parts[1], parts[2], digits()) : null;
    }

    /// 16 of them, not all 0.
    private static String digits() {
        return "%016x".formatted(ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE));
    }

    private static Open since(Open one, Instant since, @Nullable Instant asked) {
        return new Open(one.place(), one.name(), one.attributes(), one.from(), since, asked);
    }

    private Open used(Open one, Instant now) {
        var asked = one.asked();
        if (asked != null) {
            child(one.place(), "review", asked, now, false);
        }
        return since(one, now, null);
    }

    private void end(Open one, Outcome outcome, Instant now) {
        boolean failed = outcome.status() != Outcome.Status.OK;
        var asked = one.asked();
        if (asked != null) {
            child(one.place(), "review", asked, now, true);
        } else if (outcome.status() != Outcome.Status.REFUSED) {
            child(one.place(), "forward", one.since(), now, failed);
        }
        var attributes = new HashMap<>(one.attributes());
        attributes.put("countersign.status", outcome.status().word());
        attributes.put("countersign.rows", Long.toString(outcome.rows()));
        var place = one.place();
        out.accept(
                new Span(
                        place.trace(),
                        place.id(),
                        place.parent(),
                        one.name(),
                        one.from(),
                        now,
                        attributes,
                        failed));
    }

    private void child(Place of, String name, Instant from, Instant to, boolean failed) {
        out.accept(new Span(of.trace(), digits(), of.id(), name, from, to, Map.of(), failed));
    }
}
