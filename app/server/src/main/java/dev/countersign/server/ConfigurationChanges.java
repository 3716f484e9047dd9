package dev.countersign.server;

import dev.countersign.api.Configurations;
import dev.countersign.api.Sessions;
import dev.countersign.evidence.EvidenceFailure;
import dev.countersign.identity.Issuers;
import dev.countersign.model.Evidence;
import dev.countersign.model.EvidenceLog;
import dev.countersign.model.Reviewer;
import dev.countersign.model.Session;
import dev.countersign.reviews.Reviews;
import dev.countersign.settings.ConfigurationProblems;
import dev.countersign.settings.Document;
import dev.countersign.settings.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Puts the files in force anew, as a whole or not at all.
///
/// ```
///  files ─▶ all problems ─▶ what its reader saw? ─▶ only what may change? ─▶ evidence: config.change ─▶ in force
///              └──────────────────┴──────────────────────┴──────────────────────┴─▶ nothing changed, and why
/// ```
final class ConfigurationChanges implements Configurations {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigurationChanges.class);

    private final CurrentConfiguration current;
    private final Issuers issuers;
    private final Reviews reviews;
    private final EvidenceLog evidence;
    private final Sessions sessions;
    private final Executor blocking;

    /// @param blocking virtual threads: new issuers are asked for their keys there
    ConfigurationChanges(
            CurrentConfiguration current,
            Issuers issuers,
            Reviews reviews,
            EvidenceLog evidence,
            Sessions sessions,
            Executor blocking) {
        this.current = current;
        this.issuers = issuers;
        this.reviews = reviews;
        this.evidence = evidence;
        this.sessions = sessions;
        this.blocking = blocking;
    }

    @Override
    public InForce inForce() {
        var now = current.now();
        return new InForce(
                now.digest().toString(),
                now.rules().digest().toString(),
                current.since(),
                current.by(),
                now.documents().stream()
                        .map(one -> new Part(one.kind(), one.text("name"), one.values()))
                        .toList());
    }

    @Override
    public synchronized Applied apply(
            String digest, boolean endEarlier, Reviewer by, Session.Source from) throws NotApplied {
        var before = current.now();
        Configuration next;
        try (var ready = read(by.who().subject())) {
            next = ready.configuration();
            if (!digest.isEmpty() && !digest.equals(next.digest().toString())) {
                throw new NotApplied(
                        NotApplied.Why.OTHER_FILES,
                        List.of("their digest is " + next.digest() + ", not " + digest));
            }
            checkSettled(before.server(), next.server());
            writeDown(
                    new Evidence.Configured(
                            next.digest(), next.rules().digest(), next.summary(), by, from));
            issuers.reconfigure(next.server().issuers());
            reviews.reconfigure(next.panels());
            ready.putInForce();
        }
        next.notServed().forEach(LOG::warn);
        blocking.execute(() -> issuers.prefetch().forEach(LOG::warn));
        var changed = changed(before.documents(), next.documents());
        LOG.atInfo()
                .addKeyValue("digest", next.digest().toString())
                .log("another configuration is in force; changed: {}", changed);
        return new Applied(next.digest().toString(), changed, earlier(before, next, endEarlier));
    }

    private CurrentConfiguration.Ready read(String by) throws NotApplied {
        try {
            return current.readAnew(by);
        } catch (ConfigurationProblems e) {
            throw new NotApplied(
                    NotApplied.Why.PROBLEMS, e.problems().stream().map(Problem::toString).toList());
        }
    }

    /// What a gateway is told once, at its start.
    private static void checkSettled(ServerSettings before, ServerSettings next) throws NotApplied {
        var wrong = new ArrayList<String>();
        settled("listen", before.listen(), next.listen(), wrong);
        settled("data-dir", before.dataDir(), next.dataDir(), wrong);
        settled("origin", before.origin(), next.origin(), wrong);
        settled("guard-file", before.guardFile(), next.guardFile(), wrong);
        settled("keys", before.keys(), next.keys(), wrong);
        settled("secrets", before.secrets(), next.secrets(), wrong);
        settled("reviews", before.reviews(), next.reviews(), wrong);
        settled("traces", before.traces(), next.traces(), wrong);
        settled("decisions", before.decisions(), next.decisions(), wrong);
        if (!wrong.isEmpty()) {
            throw new NotApplied(NotApplied.Why.RESTART, wrong);
        }
    }

    private static void settled(String key, Object before, Object next, List<String> wrong) {
        if (!before.equals(next)) {
            wrong.add("`" + key + "` differs");
        }
    }

    private void writeDown(Evidence record) {
        try {
            evidence.append(List.of(record)).toCompletableFuture().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof EvidenceFailure why ? why : e;
        }
    }

    private static List<String> changed(List<Document> before, List<Document> next) {
        var out = new TreeSet<String>();
        var old = byName(before);
        var now = byName(next);
        now.forEach((name, says) -> {
            if (!says.equals(old.get(name))) {
                out.add(name);
            }
        });
        old.keySet().stream().filter(name -> !now.containsKey(name)).forEach(out::add);
        return List.copyOf(out);
    }

    private static Map<String, String> byName(List<Document> documents) {
        var out = new HashMap<String, String>();
        documents.forEach(one -> out.put(name(one), one.canonical()));
        return out;
    }

    private static String name(Document document) {
        return document.kind().isEmpty()
                ? "the gateway's own"
                : document.kind() + " " + document.text("name");
    }

    private int earlier(Configuration before, Configuration next, boolean end) {
        int count = 0;
        for (var session : sessions.live()) {
            var target = session.where().name();
            var old = before.targets().get(target);
            if (old != null
                    && !old.equals(next.targets().get(target))
                    && (!end || sessions.kill(session.id()))) {
                count++;
            }
        }
        return count;
    }
}
