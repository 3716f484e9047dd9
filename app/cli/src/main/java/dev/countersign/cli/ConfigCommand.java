package dev.countersign.cli;

import dev.countersign.model.Json;
import dev.countersign.server.ConfigurationFile;
import dev.countersign.settings.ConfigurationProblems;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "config",
        mixinStandardHelpOptions = true,
        header = {
            "What a gateway's files say, and putting them in force without a restart.",
            "",
            "Examples:",
            "  countersign config validate countersign.yaml",
            "  countersign config diff countersign.yaml && echo the same; countersign config apply",
            ""
        },
        subcommands = {
            ConfigCommand.Validate.class,
            ConfigCommand.Diff.class,
            ConfigCommand.Apply.class,
            ConfigCommand.Schema.class
        })
final class ConfigCommand {
    /// What is compared differs.
    static final int DIFFERENT = 8;

    private ConfigCommand() {}

    @Command(
            name = "validate",
            mixinStandardHelpOptions = true,
            description = {
                "Tells every problem at once, with file, line and column; nothing is connected to.",
                "Ends with 0, or 1 where there is one."
            })
    static final class Validate implements Callable<Integer> {
        @Parameters(
                paramLabel = "FILE",
                defaultValue = "countersign.yaml",
                description = "The configuration; ${DEFAULT-VALUE} unless said.")
        private Path file = Path.of("countersign.yaml");

        @Option(names = "--json", description = "One object.")
        private boolean json;

        @Override
        public Integer call() {
            try {
                var read = ConfigurationFile.read(file);
                if (json) {
                    System.out.println(
                            Json.object()
                                    .put("digest", read.digest().toString())
                                    .put("problems", Json.strings(List.of()))
                                    .put("warnings", Json.strings(read.warnings()))
                                    .build()
                                    .text());
                } else {
                    read.warnings().forEach(it -> System.err.println("warning: " + Shown.of(it)));
                    System.out.println(
                            read.documents().size() + " documents, digest " + read.digest());
                }
                return 0;
            } catch (ConfigurationProblems e) {
                var lines = e.problems().stream().map(Object::toString).toList();
                if (json) {
                    System.out.println(
                            Json.object()
                                    .put("problems", Json.strings(lines))
                                    .put("warnings", Json.strings(List.of()))
                                    .build()
                                    .text());
                } else {
                    lines.forEach(line -> System.err.println(Shown.of(line)));
                }
                return Countersign.FAILURE;
            }
        }
    }

    @Command(
            name = "diff",
            mixinStandardHelpOptions = true,
            description = {
                "What the files would change of what is in force in a running gateway, or of other",
                "files. Ends with 0 where nothing differs, with 8 where something does."
            })
    static final class Diff implements Callable<Integer> {
        @Mixin private Connection connection = new Connection();

        @Parameters(
                paramLabel = "FILE",
                defaultValue = "countersign.yaml",
                description = "The configuration; ${DEFAULT-VALUE} unless said.")
        private Path file = Path.of("countersign.yaml");

        @Option(
                names = "--against",
                paramLabel = "FILE",
                description = "Another configuration, in the place of a running gateway's.")
        private Optional<Path> against = Optional.empty();

        @Override
        public Integer call() throws IOException, InterruptedException {
            var next = ConfigurationDiff.of(ConfigurationFile.read(file).documents());
            if (against.isPresent()) {
                return show(
                        ConfigurationDiff.of(ConfigurationFile.read(against.get()).documents()),
                        next);
            }
            return Asking.with(
                    connection,
                    api -> show(ConfigurationDiff.of(api.get("/v1/configuration")), next));
        }

        private static int show(ConfigurationDiff before, ConfigurationDiff next) {
            var lines = before.to(next);
            lines.forEach(line -> System.out.println(Shown.of(line)));
            return lines.isEmpty() ? 0 : DIFFERENT;
        }
    }

    @Command(
            name = "apply",
            mixinStandardHelpOptions = true,
            description = {
                "Puts a running gateway's own files in force, as a whole or not at all; sessions go",
                "on. For administrators; who did it is in the log."
            })
    static final class Apply implements Callable<Integer> {
        @Mixin private Connection connection = new Connection();

        @Option(
                names = "--digest",
                paramLabel = "SHA-256",
                description =
                        "Only if the files have it: `config validate` says it of what was looked at.")
        private String digest = "";

        @Option(
                names = "--end-sessions",
                description =
                        "Ends sessions of targets whose settings changed; else they go on with those"
                                + " of before.")
        private boolean endSessions;

        @Override
        public Integer call() throws IOException, InterruptedException {
            return Asking.with(
                    connection,
                    api -> {
                        var said =
                                api.post(
                                        "/v1/configuration",
                                        Json.object()
                                                .put("digest", digest)
                                                .put("end_sessions", endSessions)
                                                .build());
                        tell(said);
                        return 0;
                    });
        }

        private void tell(Json.Obj said) {
            System.out.println("in force: " + Shown.of(said.text("digest").orElse("?")));
            said.texts("changed").forEach(name -> System.out.println("changed: " + Shown.of(name)));
            long earlier = said.integer("earlier_sessions").orElse(0L);
            if (earlier > 0) {
                System.out.println(
                        endSessions
                                ? earlier + " sessions of before were ended"
                                : earlier
                                        + " sessions go on with their target's settings of before;"
                                        + " `sessions kill` or --end-sessions ends them");
            }
        }
    }

    @Command(
            name = "schema",
            mixinStandardHelpOptions = true,
            description = "The JSON Schema of all documents, for editors and for checks elsewhere.")
    static final class Schema implements Callable<Integer> {
        @Override
        public Integer call() {
            System.out.print(ConfigurationFile.schema());
            return 0;
        }
    }
}
