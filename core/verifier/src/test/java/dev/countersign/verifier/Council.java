package dev.countersign.verifier;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Tells of people who are asked: right unless it is told to be wrong. Two of the panel `dba` must
/// say yes within fifteen minutes of noon.
final class Council {
    static final Map<String, Object> DBA = Map.of("approval", "dba", "count", 2, "within_s", 900);
    static final Map<String, Object> SIGNED =
            Map.of("approval", "dba", "count", 1, "within_s", 900, "signed", true);
    private static final String END = "2026-01-02T12:15:00Z";

    final Tale tale;
    private final Map<String, String> intents = new HashMap<>();
    private final Map<String, Map<String, Object>> terms = new HashMap<>();
    private final Map<String, List<String>> yes = new HashMap<>();
    private List<Map<?, ?>> needs = List.of(DBA);

    private Council(Tale tale) {
        this.tale = tale;
    }

    /// Sessions 1 and 2 are open.
    static Council sits() {
        return new Council(Tale.begun().open("1").open("2"));
    }

    /// One review from its intent to its outcome.
    static Council whole() {
        return sits().approved("1", "a", "apr_aaaa").uses("1", "a", "apr_aaaa").runs("1", "a");
    }

    /// Whom the rules want asked from now on.
    Council needs(Map<?, ?>... all) {
        needs = List.of(all);
        return this;
    }

    /// As [Tale#twist] of the next record.
    Council twist(Consumer<Map<String, Object>> change) {
        tale.twist(change);
        return this;
    }

    Council twistBody(String member, Object value) {
        tale.twistBody(member, value);
        return this;
    }

    /// Changes what the next ruling states.
    Council twistStatement(String member, Object value) {
        return twist(record -> {
            @SuppressWarnings("unchecked") // made below
            var statement =
                    (Map<String, Object>) Tale.body(record).getOrDefault("statement", Map.of());
            statement.put(member, value);
        });
    }

    Council waits(long seconds) {
        tale.waits(seconds);
        return this;
    }

    Council intent(String session, String action) {
        var decision =
                Map.of(
                        "verdict",
                        "require",
                        "because",
                        List.of("prod/writes"),
                        "requirements",
                        List.copyOf(needs));
        tale.also(record -> Tale.body(record).put("decision", decision)).intent(session, action);
        intents.put(action, tale.leaf());
        return this;
    }

    Council request(String session, String action, String review) {
        var body = new TreeMap<String, Object>();
        body.put("action", Tale.uuid("action " + action));
        body.put("expires", END);
        body.put("intent", intents.getOrDefault(action, ""));
        body.put("needs", needs);
        body.put("review", review);
        body.put("rows", "unknown");
        tale.tell("approval.request", session, body);
        terms.put(
                review,
                Map.of(
                        "expires",
                        END,
                        "intent",
                        intents.getOrDefault(action, ""),
                        "origin",
                        HandLog.KEY.name,
                        "request",
                        tale.leaf(),
                        "review",
                        review,
                        "rows",
                        "unknown",
                        "v",
                        "cs.ruling/1"));
        return this;
    }

    /// An intent that people are asked about.
    Council asks(String session, String action, String review) {
        return intent(session, action).request(session, action, review);
    }

    Council says(String review, String person, String ruling) {
        return says(review, person, ruling, "session");
    }

    Council says(String review, String person, String ruling, String assurance) {
        var statement = new TreeMap<>(terms.getOrDefault(review, Map.of()));
        statement.put("nonce", "nonce of " + person);
        statement.put("ruling", ruling);
        var body = ruling(review, ruling, statement);
        body.put("assurance", assurance);
        body.put("reviewer", Map.of("iss", "https://idp.example", "sub", person));
        tale.tell("approval.ruling", body);
        if (ruling.equals("approved")) {
            yes.computeIfAbsent(review, _ -> new ArrayList<>()).add(tale.leaf());
        }
        return this;
    }

    /// It ends by itself.
    Council ends(String review, String how) {
        tale.tell(
                "approval.ruling",
                ruling(review, how, new TreeMap<>(Map.of("review", review, "ruling", how))));
        return this;
    }

    private Map<String, Object> ruling(
            String review, String ruling, Map<String, Object> statement) {
        var body = new TreeMap<String, Object>();
        body.put("payload", tale.payload("{}"));
        body.put("request", terms.getOrDefault(review, Map.of()).getOrDefault("request", ""));
        body.put("review", review);
        body.put("ruling", ruling);
        body.put("statement", statement);
        return body;
    }

    /// Two people say yes.
    Council approved(String session, String action, String review) {
        return asks(session, action, review)
                .says(review, "bob", "approved")
                .says(review, "cleo", "approved", "signed");
    }

    Council uses(String session, String action, String review) {
        tale.tell(
                "approval.consume",
                session,
                Map.of(
                        "action",
                        Tale.uuid("action " + action),
                        "intent",
                        intents.getOrDefault(action, ""),
                        "review",
                        review,
                        "rulings",
                        rulings(review)));
        return this;
    }

    /// Leaf hashes of those that say yes.
    List<String> rulings(String review) {
        return List.copyOf(yes.getOrDefault(review, List.of()));
    }

    Council runs(String session, String action) {
        tale.outcome(session, action);
        return this;
    }

    /// It did not run.
    Council refused(String session, String action) {
        return twistBody("status", "refused").runs(session, action);
    }
}
