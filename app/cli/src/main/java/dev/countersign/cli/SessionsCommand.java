package dev.countersign.cli;

import dev.countersign.model.Json;
import dev.countersign.verifier.LogReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "sessions",
        mixinStandardHelpOptions = true,
        header = {
            "Lists sessions, shows what happened in one or happens now, and ends one that runs.",
            "",
            "Examples:",
            "  countersign sessions list --live",
            "  countersign sessions watch",
            "  countersign sessions play 019ac5d2-…",
            "  countersign sessions show --dir /var/lib/countersign 019ac…",
            ""
        },
        subcommands = {
            SessionsCommand.ListAll.class,
            ShowCommand.class,
            WatchCommand.class,
            PlayCommand.class,
            ApiSessions.Kill.class
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
            description =
                    "One session a line: by the control API the latest first, of a data directory the"
                            + " oldest.")
    static final class ListAll implements Callable<Integer> {
        @ArgGroup(multiplicity = "0..1")
        private Where where = new Where();

        /// Of a log, or of a gateway that runs.
        static final class Where {
            @Option(
                    names = "--dir",
                    paramLabel = "DIR",
                    description = "The gateway's data directory; else its control API is asked.")
            private Path directory = Path.of("");

            @Option(
                    names = "--live",
                    description = "Those that run now and are yours, by the control API.")
            private boolean live;
        }

        @Mixin private Connection connection = new Connection();

        @Mixin private ApiSessions.Filter filter = new ApiSessions.Filter();

        @Option(names = "--json", description = "A list of objects.")
        private boolean json;

        @Option(
                names = "--plan",
                description =
                        "Grouped by the plan and step that the agents named; with --dir it needs the"
                                + " payload key.")
        private boolean plan;

        @Option(
                names = "--payload-key",
                paramLabel = "FILE",
                description = "Opens the payloads; DIR/keys/payload where it is there.")
        private Path key = Path.of("");

        @Override
        public Integer call() throws IOException, InterruptedException {
            if (where.live) {
                return ApiSessions.live(connection, json);
            }
            if (where.directory.toString().isEmpty()) {
                return ApiSessions.list(connection, filter, plan, json);
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
}
