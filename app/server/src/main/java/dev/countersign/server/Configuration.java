package dev.countersign.server;

import dev.countersign.bellwebhook.Channel;
import dev.countersign.gate.Protocol;
import dev.countersign.gate.TargetSettings;
import dev.countersign.model.Hash;
import dev.countersign.model.Json;
import dev.countersign.policy.PolicyDocument;
import dev.countersign.policy.RuleBook;
import dev.countersign.reviews.Panel;
import dev.countersign.secrets.SecretSource;
import dev.countersign.secrets.SecretStore;
import dev.countersign.settings.Binder;
import dev.countersign.settings.ConfigurationProblems;
import dev.countersign.settings.Document;
import dev.countersign.settings.Documents;
import dev.countersign.settings.Problem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Everything that the files say, read and checked as a whole.
///
/// @param folder of the first file: references such as `file:shop.secret` start there
/// @param targets by the name that clients give
/// @param notServed what this version takes at its strictest because it cannot serve it; a sentence
///   each
/// @param documents as they were read
/// @param digest over all of them
record Configuration(
        Path folder,
        ServerSettings server,
        Map<String, TargetSettings> targets,
        RuleBook rules,
        List<Panel> panels,
        List<Channel> channels,
        List<String> notServed,
        List<Document> documents,
        Hash digest) {

    /// @throws ConfigurationProblems with all that is wrong, at once
    static Configuration read(Path file, Map<String, ? extends Protocol> protocols, Clock clock) {
        return new Reader(protocols, clock).read(file);
    }

    /// What a reader of the log wants to know of a configuration; no secrets, not even where they
    /// lie.
    Json.Obj summary() {
        return Json.object()
                .put("targets", Json.strings(new ArrayList<>(new TreeSet<>(targets.keySet()))))
                .put(
                        "issuers",
                        Json.strings(server.issuers().stream().map(one -> one.issuer()).toList()))
                .put("origin", server.origin())
                .build();
    }

    /// Where a secret comes from, by its reference.
    SecretSource secret(String reference) {
        return SecretSource.parse(reference, folder, server.store());
    }

    private static final class Reader {
        /// Only the reference's form is looked at.
        private static final SecretStore NO_STORE =
                new SecretStore(Path.of("/nowhere"), Path.of("/nowhere"));

        private final Map<String, ? extends Protocol> protocols;
        private final Clock clock;
        private final List<Problem> problems = new ArrayList<>();
        private final List<String> notServed = new ArrayList<>();
        private final List<ServerSettings> servers = new ArrayList<>();
        private final Map<String, TargetSettings> targets = new LinkedHashMap<>();
        private final List<RuleBook.Bound> policies = new ArrayList<>();
        private final Map<String, Panel> panels = new LinkedHashMap<>();
        private final Map<String, Channel> channels = new LinkedHashMap<>();
        private final Map<Panel, Document> panelDocuments = new LinkedHashMap<>();

        Reader(Map<String, ? extends Protocol> protocols, Clock clock) {
            this.protocols = protocols;
            this.clock = clock;
        }

        Configuration read(Path file) {
            var documents = Documents.read(file);
            documents.forEach(this::document);
            if (servers.isEmpty() && problems.isEmpty()) {
                problems.add(
                        new Problem(
                                file.toString(),
                                1,
                                1,
                                "one document without a `kind` must say where to listen"));
            }
            var labels =
                    targets.values().stream()
                            .flatMap(target -> target.target().labels().keySet().stream())
                            .collect(Collectors.toSet());
            var rules = RuleBook.of(policies, labels, clock, problems);
            policies.forEach(this::panelsOf);
            panelDocuments.forEach(this::channelsOf);
            if (!problems.isEmpty()) {
                throw new ConfigurationProblems(problems);
            }
            warnOfPatience(servers.getFirst());
            targets.values().forEach(target -> notServed.addAll(target.notServed()));
            notServed.addAll(rules.notServed());
            var folder = file.toAbsolutePath().normalize().getParent();
            return new Configuration(
                    folder == null ? Path.of("/") : folder,
                    servers.getFirst(),
                    Map.copyOf(targets),
                    rules,
                    List.copyOf(panels.values()),
                    List.copyOf(channels.values()),
                    List.copyOf(notServed),
                    documents,
                    Hash.sha256(
                            documents.stream()
                                    .map(Document::canonical)
                                    .collect(Collectors.joining())
                                    .getBytes(StandardCharsets.UTF_8)));
        }

        private void document(Document document) {
            var binder = new Binder(document, problems);
            switch (document.kind()) {
                case "" ->
                        binder.bind(ServerSettings.class)
                                .ifPresent(found -> server(found, document));
                case "Target" -> target(document, binder);
                case "Policy" ->
                        binder.bind(PolicyDocument.class)
                                .ifPresent(
                                        found -> policies.add(new RuleBook.Bound(found, document)));
                case "Panel" ->
                        binder.bind(Panel.class)
                                .ifPresent(found -> {
                                    panelDocuments.put(found, document);
                                    if (panels.put(found.name(), found) != null) {
                                        problems.add(
                                                document.problem(
                                                        "a second panel named `"
                                                                + found.name()
                                                                + "`",
                                                        "name"));
                                    }
                                });
                case "Channel" -> channel(document, binder);
                default ->
                        problems.add(
                                document.problem(
                                        "there is no kind `"
                                                + document.kind()
                                                + "`; there are Target, Policy, Panel and"
                                                + " Channel",
                                        "kind"));
            }
        }

        private void channel(Document document, Binder binder) {
            binder.bind(Channel.class)
                    .ifPresent(found -> {
                        if (channels.put(found.name(), found) != null) {
                            problems.add(
                                    document.problem(
                                            "a second channel named `" + found.name() + "`",
                                            "name"));
                        }
                        secret(found.webhook().secret(), document, "webhook", "secret");
                    });
        }

        private void secret(String reference, Document document, Object... at) {
            try {
                var _ = SecretSource.parse(reference, Path.of("/"), NO_STORE);
            } catch (IllegalArgumentException e) {
                problems.add(document.problem(String.valueOf(e.getMessage()), at));
            }
        }

        /// A panel that tells nobody who exists would be silent.
        private void channelsOf(Panel panel, Document document) {
            for (var name : panel.channels()) {
                if (!channels.containsKey(name)) {
                    problems.add(
                            document.problem(
                                    "panel `"
                                            + panel.name()
                                            + "` tells channel `"
                                            + name
                                            + "`, and there is no `kind: Channel` of that name",
                                    "channels"));
                }
            }
        }

        /// A rule that asks a panel which does not exist could never be satisfied.
        private void panelsOf(RuleBook.Bound policy) {
            var rules = policy.policy().rules();
            for (int at = 0; at < rules.size(); at++) {
                var rule = rules.get(at);
                var asked = rule.require().flatMap(PolicyDocument.RequireSettings::approval);
                for (var name : asked.map(one -> one.all()).orElse(List.of())) {
                    if (!panels.containsKey(name)) {
                        problems.add(
                                policy.document()
                                        .problem(
                                                "rule `"
                                                        + rule.name()
                                                        + "` asks panel `"
                                                        + name
                                                        + "`, and there is no `kind: Panel` of"
                                                        + " that name",
                                                "rules",
                                                at,
                                                "require"));
                    }
                }
            }
        }

        /// A review may live longer than a client can be held: whoever asked must come again.
        private void warnOfPatience(ServerSettings server) {
            var hold = server.reviews().orElse(ServerSettings.HoldSettings.STANDARD).hold();
            for (var policy : policies) {
                for (var rule : policy.policy().rules()) {
                    rule.require()
                            .flatMap(PolicyDocument.RequireSettings::approval)
                            .filter(asked -> asked.within().compareTo(hold) > 0)
                            .ifPresent(asked ->
                                    notServed.add(
                                            "rule "
                                                    + policy.policy().name()
                                                    + "/"
                                                    + rule.name()
                                                    + " gives people "
                                                    + asked.within().toSeconds()
                                                    + " s, and clients are held for "
                                                    + hold.toSeconds()
                                                    + " s at most (`reviews.hold`): after that they"
                                                    + " are told to send the statement again"));
                }
            }
        }

        private void server(ServerSettings found, Document document) {
            if (!servers.isEmpty()) {
                problems.add(document.problem("a second document without a `kind`"));
            }
            servers.add(found);
            found.decisions()
                    .filter(one -> !one.secret().isEmpty())
                    .ifPresent(one -> secret(one.secret(), document, "decisions", "secret"));
            found.issuers().forEach(issuer -> notServed.addAll(issuer.notServed()));
            found.listen()
                    .forEach((protocol, _) -> {
                        if (!ServerSettings.OWN.contains(protocol)
                                && !protocols.containsKey(protocol)) {
                            problems.add(
                                    document.problem(noProtocol(protocol), "listen", protocol));
                        }
                    });
        }

        private void target(Document document, Binder binder) {
            var name = document.text("protocol");
            var protocol = protocols.get(name);
            if (protocol == null) {
                problems.add(document.problem(noProtocol(name), "protocol"));
                return;
            }
            binder.bind(protocol.settings())
                    .ifPresent(found -> {
                        if (targets.put(found.target().name(), found) != null) {
                            problems.add(
                                    document.problem(
                                            "a second target named `" + found.target().name() + "`",
                                            "name"));
                        }
                        secret(found.secret(), document, "secret");
                    });
        }

        private String noProtocol(String name) {
            return "there is no protocol `"
                    + name
                    + "`; there are "
                    + new TreeSet<>(protocols.keySet());
        }
    }
}
