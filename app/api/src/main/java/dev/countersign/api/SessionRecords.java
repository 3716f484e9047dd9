package dev.countersign.api;

import dev.countersign.evidence.EvidenceFailure;
import dev.countersign.evidence.PublishedLog;
import dev.countersign.masking.DetectorSettings;
import dev.countersign.masking.Detectors;
import dev.countersign.model.Bytes;
import dev.countersign.model.Json;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;

/// What the log holds of one session, page by page: its records, or what its client saw. Statements
/// and values went through the detectors, unless their exact words are asked for. The token that
/// opened a session is never shown.
final class SessionRecords {
    /// Records or frames of a page.
    static final int MAX_ITEMS = 1_000;

    /// Characters of a page after which none is added.
    static final int MAX_TEXT = 1 << 20;

    /// How long a page looks through the records of others.
    static final Duration MAX_LOOK = Duration.ofSeconds(5);

    private static final Detectors DETECTORS = Detectors.of(DetectorSettings.STANDARD);

    private final PublishedLog log;
    private final Function<Json.Obj, Bytes> payloads;
    private final Clock clock;

    /// @param payloads opens what a record refers to; throws [EvidenceFailure] where it cannot
    SessionRecords(PublishedLog log, Function<Json.Obj, Bytes> payloads, Clock clock) {
        this.log = log;
        this.payloads = payloads;
        this.clock = clock;
    }

    /// @param next where the next page begins; empty where this is the last
    record Page(List<Json> items, OptionalLong next) {
        Json.Obj json(String name) {
            var out = Json.object().put(name, Json.list(items, one -> one));
            next.ifPresent(number -> out.put("next", number));
            return out.build();
        }
    }

    /// Its records from number `from` on.
    Page records(SessionBook.Told session, long from, boolean exact) {
        return page(session, from, "", record -> List.of(shown(record, exact)));
    }

    /// What its client saw, from the record with number `from` on, in the order of time.
    Page frames(SessionBook.Told session, long from) {
        return page(session, from, "\"k\":\"rec.chunk\"", this::frames);
    }

    /// @param mark that a record must have to be looked at
    private Page page(
            SessionBook.Told session, long from, String mark, Function<Json.Obj, List<Json>> each) {
        var items = new ArrayList<Json>();
        var length = new int[1];
        var end = clock.instant().plus(MAX_LOOK);
        long next =
                log.read(
                        Math.max(from, session.first()),
                        session.last() + 1,
                        (_, text) -> {
                            if (SessionBook.session(text).equals(session.id())
                                    && text.contains(mark)) {
                                for (var item : each.apply(PublishedLog.parse(text))) {
                                    items.add(item);
                                    length[0] += item.text().length();
                                }
                            }
                            return items.size() < MAX_ITEMS
                                    && length[0] < MAX_TEXT
                                    && clock.instant().isBefore(end);
                        });
        return new Page(
                items, next <= session.last() ? OptionalLong.of(next) : OptionalLong.empty());
    }

    /// A record, with what it refers to as `payload`; where that cannot be had, `payload_missing`
    /// says why.
    Json.Obj shown(Json.Obj record, boolean exact) {
        return switch (record.text("k").orElse("")) {
            case "intent" -> opened(record, exact);
            case "rec.chunk" -> opened(record, true); // masked before it was kept
            default -> record;
        };
    }

    private Json.Obj opened(Json.Obj record, boolean exact) {
        try {
            var text = payloads.apply(record).text().orElse("");
            var shown = exact ? text : new ShownAction(DETECTORS).of(text);
            return record.with("payload", Json.of(shown));
        } catch (EvidenceFailure e) {
            return record.with("payload_missing", Json.of(String.valueOf(e.getMessage())));
        }
    }

    private List<Json> frames(Json.Obj record) {
        var out = new ArrayList<Json>();
        try {
            for (var line : payloads.apply(record).text().orElse("").split("\n", -1)) {
                if (!line.isEmpty()) {
                    out.add(Json.parse(line));
                }
            }
        } catch (EvidenceFailure | IllegalArgumentException e) {
            out.add(
                    Json.object()
                            .put("kind", "missing")
                            .put(
                                    "at",
                                    record.object("x")
                                            .flatMap(x -> x.integer("from_ms"))
                                            .orElse(0L))
                            .put("text", "a part of the recording was erased or cannot be read")
                            .build());
        }
        return out;
    }

    /// What its first action named as plan and step.
    Claim claim(SessionBook.Told session) {
        if (session.assurance().equals("B0") || session.intent() < 0) {
            return Claim.NONE;
        }
        var found = new ArrayList<Claim>(1);
        log.read(
                session.intent(),
                session.intent() + 1,
                (_, text) -> {
                    found.add(claim(PublishedLog.parse(text)));
                    return false;
                });
        return found.isEmpty() ? Claim.NONE : found.getFirst();
    }

    private Claim claim(Json.Obj intent) {
        try {
            return Json.parse(payloads.apply(intent).text().orElse("")) instanceof Json.Obj action
                    ? new Claim(action.text("plan").orElse(""), action.text("step").orElse(""))
                    : Claim.NONE;
        } catch (EvidenceFailure | IllegalArgumentException e) {
            return new Claim("(erased or unreadable)", "");
        }
    }

    /// As the agent says; empty where it named none.
    record Claim(String plan, String step) {
        static final Claim NONE = new Claim("", "");
    }
}
