package dev.countersign.verifier;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// What a record must have, by its kind: the members that `docs/schema/evidence` requires. Members
/// beyond them and kinds that it does not know are passed over.
final class Kinds {
    private static final Pattern UUID =
            Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    private static final List<String> ALL = List.of("node", "boot", "n", "t", "mono", "x");
    private static final List<String> IN_SESSION =
            List.of(
                    "node", "boot", "n", "t", "mono", "x", "sess", "s_n", "actor", "a_n", "src",
                    "tgt");
    private static final List<String> FROM_SOMEWHERE =
            List.of("node", "boot", "n", "t", "mono", "x", "src");
    private static final List<String> PAYLOAD =
            List.of("cm", "ct", "len", "media", "scope", "where");

    private static final Set<String> SESSION =
            Set.of(
                    "auth.ok",
                    "session.open",
                    "intent",
                    "gateway.statement",
                    "outcome",
                    "rec.chunk",
                    "approval.request",
                    "approval.consume",
                    "session.close");

    /// Of no session, but from somewhere.
    private static final Set<String> OUTSIDE =
            Set.of(
                    "auth.fail",
                    "approval.refused",
                    "credential.mint",
                    "credential.revoke",
                    "evidence.read");

    private static final Map<String, List<String>> BODIES =
            Map.ofEntries(
                    Map.entry("log.genesis", List.of("format", "origin", "log_key")),
                    Map.entry("log.start", List.of("after", "size")),
                    Map.entry("config.change", List.of("digest", "policy", "summary")),
                    Map.entry("idp.jwks", List.of("issuer", "jwks")),
                    Map.entry("auth.ok", List.of("method", "payload")),
                    Map.entry("auth.fail", List.of("code", "times")),
                    Map.entry("session.open", List.of("read_only", "settings")),
                    Map.entry(
                            "intent",
                            List.of(
                                    "effects",
                                    "verb",
                                    "kind",
                                    "shape",
                                    "bytes",
                                    "parameters",
                                    "prepare",
                                    "decision",
                                    "payload")),
                    Map.entry("gateway.statement", List.of("action", "by", "why")),
                    Map.entry(
                            "outcome",
                            List.of("action", "intent", "status", "rows", "bytes", "took_us")),
                    Map.entry(
                            "approval.request",
                            List.of("action", "expires", "intent", "needs", "review", "rows")),
                    Map.entry(
                            "approval.ruling",
                            List.of("payload", "request", "review", "ruling", "statement")),
                    Map.entry("approval.consume", List.of("action", "intent", "review", "rulings")),
                    Map.entry("approval.refused", List.of("code", "review")),
                    Map.entry("evidence.read", List.of("reviewer", "what")),
                    Map.entry("rec.chunk", List.of("chunk", "from_ms", "payload")),
                    Map.entry("session.close", List.of("reason", "records", "chunks", "root")),
                    Map.entry(
                            "credential.mint",
                            List.of("actor", "credential", "expires", "fixed", "target")),
                    Map.entry("credential.revoke", List.of("credential")),
                    Map.entry("alert", List.of("code", "facts")));

    private Kinds() {}

    /// Tells of the first thing that is missing.
    static void check(long index, Map<String, Object> record, Story.Wrong wrong) {
        var missing = missing(record);
        if (!missing.isEmpty()) {
            wrong.record(Code.SCHEMA, index, "it has no " + missing + ", which its kind must have");
        }
    }

    /// Members that a record of this kind must have beside `v`, `k` and `id`.
    static List<String> members(String kind) {
        if (SESSION.contains(kind)) {
            return IN_SESSION;
        }
        return OUTSIDE.contains(kind) ? FROM_SOMEWHERE : ALL;
    }

    /// Members that the body of a record of this kind must have; of an outcome each that shares the
    /// record.
    static List<String> body(String kind) {
        return BODIES.getOrDefault(kind, List.of());
    }

    private static String missing(Map<String, Object> record) {
        var kind = Story.text(record, "k");
        var out = absent(record, members(kind));
        if (out.isEmpty() && !(record.get("x") instanceof Map)) {
            out = "body";
        }
        var body = Story.map(record, "x");
        var needs = body(kind);
        for (var one : kind.equals("outcome") ? outcomes(body) : List.of(body)) {
            if (out.isEmpty()) {
                out = absent(one, needs);
            }
        }
        if (out.isEmpty() && needs.contains("payload")) {
            var payload = Story.map(body, "payload");
            out = absent(payload, PAYLOAD);
            if (out.isEmpty() && !isHash(Story.text(payload, "cm"))) {
                out = "commitment";
            }
        }
        return out;
    }

    /// What an outcome's body stands for: itself, or several that share the record. What is none of
    /// these lacks all that one must have.
    @SuppressWarnings("unchecked") // the reader makes maps of text only
    static List<Map<String, Object>> outcomes(Map<String, Object> body) {
        if (!body.containsKey("of")) {
            return List.of(body);
        }
        return body.get("of") instanceof List<?> of && !of.isEmpty()
                ? of.stream()
                        .map(one ->
                                one instanceof Map<?, ?> map
                                        ? (Map<String, Object>) map
                                        : Map.<String, Object>of())
                        .toList()
                : List.of(Map.of());
    }

    private static String absent(Map<String, Object> map, List<String> members) {
        for (var member : members) {
            if (!map.containsKey(member)) {
                return member;
            }
        }
        return "";
    }

    static boolean isUuid(String text) {
        return UUID.matcher(text).matches();
    }

    static boolean isHash(String text) {
        return HASH.matcher(text).matches();
    }
}
