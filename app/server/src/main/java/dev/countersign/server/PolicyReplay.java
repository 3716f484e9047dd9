package dev.countersign.server;

import dev.countersign.evidence.EvidenceFailure;
import dev.countersign.evidence.PayloadReader;
import dev.countersign.evidence.PublishedLog;
import dev.countersign.identity.IssuerSettings;
import dev.countersign.model.Decision;
import dev.countersign.model.Json;
import dev.countersign.model.Obligations;
import dev.countersign.postgres.Postgres;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What another policy would have said to every action that a log tells of. Each is judged anew by
/// the facts that it was judged by then; where the new rules ask for one that the log does not
/// tell, it is counted by that reason, and never left out in silence. Nothing is connected to.
public final class PolicyReplay {
    /// Sessions whose groups are kept while reading.
    private static final int MAX_SESSIONS = 50_000;

    private final Configuration next;
    private final PublishedLog log;
    private final PayloadReader payloads;
    private final Map<String, Optional<Set<String>>> groups = new HashMap<>();
    private final Map<String, Change> changes = new TreeMap<>();
    private final Map<String, Long> notDecided = new TreeMap<>();
    private final Map<String, Map<String, Long>> approvals = new TreeMap<>();
    private long decided;
    private long same;

    private PolicyReplay(Configuration next, PublishedLog log, PayloadReader payloads) {
        this.next = next;
        this.log = log;
        this.payloads = payloads;
    }

    /// What would change.
    ///
    /// @param decided actions that were judged anew
    /// @param same of those as before, rules and all that is asked for included
    /// @param changes by what changes: `allow→deny`, `mask`
    /// @param approvals actions that people would be asked about and were not, by day (UTC) and
    ///   panel; each as if it had been asked once
    /// @param notDecided actions that could not be judged anew, by reason
    public record Report(
            long decided,
            long same,
            Map<String, Change> changes,
            Map<String, Map<String, Long>> approvals,
            Map<String, Long> notDecided) {}

    /// One kind of change.
    ///
    /// @param action an example, the first one
    /// @param shape of it
    /// @param before rules that decided
    /// @param after rules that would
    public record Change(
            long times, String action, String shape, List<String> before, List<String> after) {}

    /// @param directory the gateway's data directory
    /// @param payloadKey opens statements' plans and tokens' groups
    /// @param config the configuration that is tried
    /// @param since actions before it are left out
    /// @throws dev.countersign.settings.ConfigurationProblems with all that is wrong in the files
    /// @throws EvidenceFailure if the log cannot be read
    public static Report of(Path directory, Path payloadKey, Path config, Instant since) {
        var clock = Clock.systemUTC();
        try (var postgres = new Postgres(clock)) {
            var replay =
                    new PolicyReplay(
                            Configuration.read(config, Map.of(postgres.id(), postgres), clock),
                            PublishedLog.of(directory),
                            PayloadReader.open(directory, payloadKey));
            return replay.run(since);
        }
    }

    private Report run(Instant since) {
        long size = log.size();
        var _ =
                log.read(
                        0,
                        size,
                        (_, text) -> {
                            if (text.contains("\"k\":\"auth.ok\"")) {
                                signedIn(PublishedLog.parse(text));
                            } else if (text.contains("\"k\":\"intent\"")) {
                                var record = PublishedLog.parse(text);
                                if (!at(record).isBefore(since)) {
                                    intent(record);
                                }
                            }
                            return true;
                        });
        return new Report(decided, same, changes, approvals, notDecided);
    }

    private static Instant at(Json.Obj record) {
        return Instant.parse(record.text("t").orElse(""));
    }

    // ---- who

    private void signedIn(Json.Obj record) {
        if (groups.size() < MAX_SESSIONS) {
            groups.put(record.text("sess").orElse(""), groups(record));
        }
    }

    /// As the configuration that is tried reads the token; empty where it knows no such issuer or
    /// the token cannot be opened any more.
    private Optional<Set<String>> groups(Json.Obj record) {
        var name = record.object("actor").flatMap(actor -> actor.text("iss")).orElse("");
        var issuer =
                next.server().issuers().stream()
                        .filter(one -> one.issuer().equals(name))
                        .map(IssuerSettings::groupsClaim)
                        .findFirst();
        try {
            var parts =
                    new String(payloads.read(record).toArray(), StandardCharsets.US_ASCII)
                            .split("\\.", -1);
            var claims =
                    Json.parseForeign(
                            new String(
                                    Base64.getUrlDecoder().decode(parts[1]),
                                    StandardCharsets.UTF_8));
            return issuer.map(path -> Set.copyOf(texts(claims, path)));
        } catch (EvidenceFailure | IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            return Optional.empty(); // whoever needs them is counted as not decided
        }
    }

    private static List<String> texts(Json claims, String path) {
        var at = Optional.of(claims);
        for (var name : path.contains("://") ? List.of(path) : List.of(path.split("\\.", -1))) {
            at =
                    at.flatMap(value ->
                            value instanceof Json.Obj object ? object.get(name) : Optional.empty());
        }
        return at.map(value ->
                        value instanceof Json.Str(var text)
                                ? List.of(text)
                                : Json.object().put("of", value).build().texts("of"))
                .orElse(List.of());
    }

    // ---- what

    private void intent(Json.Obj record) {
        var x = record.object("x").orElseGet(() -> Json.object().build());
        var refused = x.text("refused").orElse("");
        var name = record.object("tgt").flatMap(target -> target.text("conn")).orElse("");
        var target = next.targets().get(name);
        if (!x.text("kind").orElse("").equals("sql")) {
            skip("kind " + x.text("kind").orElse("?"));
        } else if (target == null) {
            skip("no target `" + name + "` in these files");
        } else if (NEVER.contains(refused)) {
            skip("refused whatever a policy says: " + refused);
        } else {
            judge(record, x, target.target());
        }
    }

    /// What no policy could have let run.
    private static final Set<String> NEVER =
            Set.of("unmaskable", "limit", "setting", "not-served", "never", "expired");

    private void judge(Json.Obj record, Json.Obj x, dev.countersign.model.Target target) {
        Json.Obj canonical;
        try {
            canonical = (Json.Obj) Json.parse(payloads.read(record).text().orElse(""));
        } catch (EvidenceFailure | IllegalArgumentException | ClassCastException e) {
            skip("its payload cannot be opened");
            return;
        }
        var session = record.text("sess").orElse("");
        var past =
                PastAction.of(
                        record, canonical, groups.getOrDefault(session, Optional.empty()), target);
        var again = next.rules().redecide(past.action(), at(record), past.unknown());
        if (!again.missed().isEmpty()) {
            skip("the log does not tell " + String.join(", ", new TreeSet<>(again.missed())));
            return;
        }
        decided++;
        compare(record, x, again.decision());
    }

    private void skip(String why) {
        notDecided.merge(why, 1L, Long::sum);
    }

    private void compare(Json.Obj record, Json.Obj x, Decision now) {
        var before = x.object("decision").orElseGet(() -> Json.object().build());
        var what = new ArrayList<String>();
        var was = before.text("verdict").orElse("?");
        if (!was.equals(verdict(now))) {
            what.add(was + "→" + verdict(now));
        }
        var asked = panels(now);
        var earlier = panels(before);
        if (was.equals("require") && verdict(now).equals(was) && !asked.equals(earlier)) {
            what.add("approvals");
        }
        if (!was.equals("deny") && !(now instanceof Decision.Deny)) {
            obligations(before, now, what);
        }
        if (x.get("prepare").equals(Optional.of(Json.of(false)))) {
            var day = record.text("t").orElse("").split("T", 2)[0];
            asked.keySet().stream()
                    .filter(panel -> !earlier.containsKey(panel))
                    .forEach(panel ->
                            approvals
                                    .computeIfAbsent(day, _ -> new TreeMap<>())
                                    .merge(panel, 1L, Long::sum));
        }
        if (what.isEmpty()) {
            same++;
        }
        for (var one : what) {
            changes.merge(
                    one,
                    new Change(
                            1,
                            record.text("id").orElse(""),
                            x.text("shape").orElse(""),
                            before.texts("because"),
                            now.because().stream().map(Object::toString).toList()),
                    (old, _) ->
                            new Change(
                                    old.times() + 1,
                                    old.action(),
                                    old.shape(),
                                    old.before(),
                                    old.after()));
        }
    }

    private static String verdict(Decision decision) {
        return switch (decision) {
            case Decision.Allow _ -> "allow";
            case Decision.Require _ -> "require";
            case Decision.Deny _ -> "deny";
        };
    }

    /// Each panel that is asked, with how many people and how.
    private static Map<String, String> panels(Decision decision) {
        var out = new TreeMap<String, String>();
        if (decision instanceof Decision.Require(_, var requirements, _)) {
            for (var one : requirements) {
                if (one instanceof Decision.Requirement.Approval approval) {
                    out.merge(
                            approval.panel(),
                            told(
                                    approval.count(),
                                    approval.within().toSeconds(),
                                    approval.signed()),
                            (a, b) -> a.equals(b) ? a : a + " " + b);
                }
            }
        }
        return out;
    }

    private static Map<String, String> panels(Json.Obj before) {
        var out = new TreeMap<String, String>();
        for (var one : items(before.get("requirements"))) {
            one.text("approval")
                    .ifPresent(panel ->
                            out.merge(
                                    panel,
                                    told(
                                            one.integer("count").orElse(0L),
                                            one.integer("within_s").orElse(0L),
                                            one.get("signed").isPresent()),
                                    (a, b) -> a.equals(b) ? a : a + " " + b));
        }
        return out;
    }

    private static String told(long count, long within, boolean signed) {
        return count + "/" + within + (signed ? "/signed" : "");
    }

    private static List<Json.Obj> items(Optional<Json> list) {
        return list.orElse(null) instanceof Json.Arr(var items)
                ? items.stream()
                        .filter(Json.Obj.class::isInstance)
                        .map(Json.Obj.class::cast)
                        .toList()
                : List.of();
    }

    private static void obligations(Json.Obj before, Decision now, List<String> what) {
        var obligations =
                switch (now) {
                    case Decision.Allow(_, var all) -> all;
                    case Decision.Require(_, _, var all) -> all;
                    case Decision.Deny _ -> Obligations.NONE;
                };
        var masked = new HashSet<String>();
        for (var one : items(before.get("masks"))) {
            masked.add(mask(one.texts("labels"), one.text("with").orElse("")));
        }
        var masks = new HashSet<String>();
        obligations.masks().forEach(one -> masks.add(mask(one.labels(), one.with())));
        if (!masks.equals(masked)) {
            what.add("masks");
        }
        if (limit(before.integer("max_rows").orElse(null)) != obligations.maxRows()
                || limit(before.integer("max_bytes").orElse(null)) != obligations.maxBytes()) {
            what.add("limits");
        }
    }

    private static String mask(List<String> labels, String with) {
        return String.join(",", new TreeSet<>(labels)) + "=" + with;
    }

    private static long limit(@Nullable Long told) {
        return told == null ? Obligations.UNLIMITED : told;
    }
}
