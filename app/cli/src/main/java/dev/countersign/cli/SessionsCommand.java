package dev.countersign.cli;

import dev.countersign.api.ShownAction;
import dev.countersign.evidence.EvidenceFailure;
import dev.countersign.evidence.PayloadReader;
import dev.countersign.model.Json;
import dev.countersign.verifier.LogReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "sessions",
        mixinStandardHelpOptions = true,
        header = {
            "Lists sessions, shows what happened in one, and ends one that runs.",
            "",
            "Examples:",
            "  countersign sessions list --dir /var/lib/countersign",
            "  countersign sessions show --dir /var/lib/countersign 019ac…",
            "  countersign sessions list --live",
            "  countersign sessions kill 019ac5d2-…",
            ""
        },
        subcommands = {
            SessionsCommand.ListAll.class,
            SessionsCommand.Show.class,
            LiveSessions.Kill.class
        })
final class SessionsCommand {
    private SessionsCommand() {}

    /// A session as its records tell.
    private static final class Told {
        String begun = "";
        String who = "";
        String target = "";
        String from = "";
        String ended = "";
        long actions;
        long refused;
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "One session a line, the oldest first.")
    static final class ListAll implements Callable<Integer> {
        @ArgGroup(multiplicity = "1")
        private Where where = new Where();

        /// Of a log, or of a gateway that runs.
        static final class Where {
            @Option(
                    names = "--dir",
                    paramLabel = "DIR",
                    description = "The gateway's data directory.")
            private Path directory = Path.of(".");

            @Option(
                    names = "--live",
                    description = "Those that run now and are yours, by the control API.")
            private boolean live;
        }

        @Mixin private Connection connection = new Connection();

        @Option(names = "--json", description = "A list of objects.")
        private boolean json;

        @Option(
                names = "--plan",
                description =
                        "Grouped by the plan and step that the agents named; needs the payload key.")
        private boolean plan;

        @Option(
                names = "--payload-key",
                paramLabel = "FILE",
                description = "Opens the payloads; DIR/keys/payload where it is there.")
        private Path key = Path.of("");

        @Override
        public Integer call() throws IOException, InterruptedException {
            if (where.live) {
                return LiveSessions.list(connection, json);
            }
            var plans =
                    plan ? Optional.of(Plans.of(where.directory, key)) : Optional.<Plans>empty();
            var sessions = new LinkedHashMap<String, Told>();
            LogReader.read(
                    where.directory,
                    (index, leaf, text, record) -> {
                        var name = Members.text(record, "sess");
                        if (!name.isEmpty()) {
                            tell(sessions.computeIfAbsent(name, _ -> new Told()), record);
                        }
                        if (Members.text(record, "k").equals("intent")) {
                            plans.ifPresent(all -> all.take(name, record, text));
                        }
                    });
            if (json) {
                System.out.println(
                        Json.list(
                                        sessions.entrySet(),
                                        one -> json(one.getKey(), one.getValue(), plans))
                                .text());
                return 0;
            }
            if (plans.isEmpty()) {
                sessions.forEach(ListAll::line);
                return 0;
            }
            var groups = new TreeMap<String, Map<String, Told>>();
            sessions.forEach((name, told) ->
                    groups.computeIfAbsent(
                                    plans.get().of(name).toString(), _ -> new LinkedHashMap<>())
                            .put(name, told));
            groups.forEach((claim, those) -> {
                System.out.println(Shown.of(claim));
                those.forEach(ListAll::line);
            });
            return 0;
        }

        private static void line(String name, Told told) {
            System.out.println(
                    Shown.of(
                            "%s  %s  %-16s %-12s %4d actions %3d refused  %s"
                                    .formatted(
                                            name,
                                            told.begun,
                                            told.who,
                                            told.target,
                                            told.actions,
                                            told.refused,
                                            told.ended.isEmpty() ? "open" : told.ended)));
        }

        private static void tell(Told told, Map<String, Object> record) {
            var x = Members.map(record, "x");
            switch (Members.text(record, "k")) {
                case "session.open" -> {
                    var actor = Members.map(record, "actor");
                    var behind = Members.text(Members.map(actor, "on_behalf_of"), "sub");
                    told.begun = Members.text(record, "t");
                    told.who =
                            Members.text(actor, "sub") + (behind.isEmpty() ? "" : " for " + behind);
                    told.target = Members.text(Members.map(record, "tgt"), "conn");
                    told.from = Members.text(Members.map(record, "src"), "peer");
                }
                case "intent" -> {
                    told.actions++;
                    told.refused += Members.text(x, "refused").isEmpty() ? 0 : 1;
                }
                case "session.close" -> told.ended = Members.text(x, "reason");
                default -> {
                    // nothing that a list tells
                }
            }
        }

        private static Json json(String name, Told told, Optional<Plans> plans) {
            var claim = plans.map(all -> all.of(name)).orElse(Plans.Claim.NONE);
            return Json.object()
                    .put("session", name)
                    .put("begun", told.begun)
                    .put("who", told.who)
                    .put("target", told.target)
                    .put("from", told.from)
                    .put("actions", told.actions)
                    .put("refused", told.refused)
                    .putIfAny("ended", told.ended)
                    .putIfAny("plan", claim.plan())
                    .putIfAny("step", claim.step())
                    .putIfAny("assurance", claim.assurance())
                    .build();
        }
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description =
                    "The records of one session; with the payload key also its statements and what"
                            + " the client saw.")
    static final class Show implements Callable<Integer> {
        @Parameters(paramLabel = "SESSION", description = "Its name, or how it begins.")
        private String session = "";

        @Option(
                names = "--dir",
                paramLabel = "DIR",
                required = true,
                description = "The gateway's data directory.")
        private Path directory = Path.of(".");

        @Option(
                names = "--payload-key",
                paramLabel = "FILE",
                description = "Opens the payloads; DIR/keys/payload where it is there.")
        private Path key = Path.of("");

        @Option(names = "--json", description = "One record a line, each with its opened payload.")
        private boolean json;

        @Option(
                names = "--exact",
                description =
                        "Statements and parameters as they were sent; without it, what the detectors"
                                + " find in them is masked.")
        private boolean exact;

        private final ShownAction shown = new ShownAction();

        @Override
        public Integer call() throws IOException {
            var file = key.toString().isEmpty() ? directory.resolve("keys/payload") : key;
            var payloads =
                    Files.isReadable(file)
                            ? Optional.of(PayloadReader.open(directory, file))
                            : Optional.<PayloadReader>empty();
            var found = new ArrayList<String>();
            LogReader.read(
                    directory,
                    (index, leaf, text, record) -> {
                        var name = Members.text(record, "sess");
                        if (!session.isEmpty() && name.startsWith(session)) {
                            if (!found.contains(name)) {
                                found.add(name);
                            }
                            show(text, record, payloads);
                        }
                    });
            if (found.size() == 1) {
                return 0;
            }
            System.err.println(
                    found.isEmpty()
                            ? "countersign: no session begins with " + Shown.of(session)
                            : "countersign: several sessions begin so: " + found);
            return Countersign.FAILURE;
        }

        private void show(
                String text, Map<String, Object> record, Optional<PayloadReader> payloads) {
            boolean masked = !exact && Members.text(record, "k").equals("intent");
            var payload =
                    payload(text, record, payloads)
                            .map(opened -> masked ? shown.of(opened) : opened);
            if (json) {
                var members = (Json.Obj) Json.parse(text);
                System.out.println(
                        payload.map(opened -> members.with("payload", Json.of(opened)))
                                .orElse(members)
                                .text());
                return;
            }
            var x = Members.map(record, "x");
            var kind = Members.text(record, "k");
            System.out.println(
                    Shown.of(
                            "%s  %-17s %s"
                                    .formatted(
                                            Members.text(record, "t"),
                                            kind,
                                            switch (kind) {
                                                case "intent" ->
                                                        Members.text(
                                                                        Members.map(x, "decision"),
                                                                        "verdict")
                                                                + " "
                                                                + Members.map(x, "decision")
                                                                        .getOrDefault("because", "")
                                                                + "  "
                                                                + Members.text(x, "shape");
                                                case "outcome" -> Outcomes.of(x);
                                                case "session.close" -> Members.text(x, "reason");
                                                default -> "";
                                            })));
            if (kind.equals("intent") || kind.equals("rec.chunk")) {
                payload.ifPresent(Show::content);
            }
        }

        private static void content(String opened) {
            for (var line : opened.split("\n", -1)) {
                if (!line.isEmpty()) {
                    System.out.println("    " + Shown.of(shortened(line)));
                }
            }
        }

        /// Of a canonical action what people want to see: the command.
        private static String shortened(String line) {
            if (Json.parse(line) instanceof Json.Obj object) {
                return object.object("command")
                        .flatMap(command -> command.text("text"))
                        .orElse(line);
            }
            return line;
        }

        private static Optional<String> payload(
                String text, Map<String, Object> record, Optional<PayloadReader> payloads) {
            if (payloads.isEmpty() || Members.map(Members.map(record, "x"), "payload").isEmpty()) {
                return Optional.empty();
            }
            try {
                return payloads.get().read((Json.Obj) Json.parse(text)).text();
            } catch (EvidenceFailure e) {
                System.err.println("countersign: " + e.getMessage());
                return Optional.empty();
            }
        }
    }
}
