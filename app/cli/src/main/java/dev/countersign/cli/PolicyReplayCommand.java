package dev.countersign.cli;

import dev.countersign.model.Json;
import dev.countersign.server.PolicyReplay;
import dev.countersign.settings.ConfigurationProblems;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        description = {
            "What another configuration's policies would have said to every action of a log.",
            "Ends with 0 where nothing would change, with 8 where something would."
        })
final class PolicyReplayCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--dir",
            required = true,
            paramLabel = "DIR",
            description = "The gateway's data directory, or a copy of it.")
    private Path directory = Path.of("");

    @Option(
            names = "--config",
            required = true,
            paramLabel = "FILE",
            description = "The configuration that is tried.")
    private Path config = Path.of("");

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Only actions from then on: 2026-11-01T00:00:00Z.")
    private String since = "";

    @Option(
            names = "--payload-key",
            paramLabel = "FILE",
            description = "Opens plans and groups; keys/payload under DIR unless said.")
    private Optional<Path> payloadKey = Optional.empty();

    @Option(names = "--json", description = "One object.")
    private boolean json;

    @Override
    public Integer call() {
        try {
            var report =
                    PolicyReplay.of(
                            directory,
                            payloadKey.orElse(directory.resolve("keys/payload")),
                            config,
                            since.isEmpty() ? Instant.MIN : Instant.parse(since));
            if (json) {
                System.out.println(object(report).text());
            } else {
                tell(report);
            }
            return report.changes().isEmpty() ? 0 : ConfigCommand.DIFFERENT;
        } catch (ConfigurationProblems e) {
            e.problems().forEach(one -> System.err.println(Shown.of(one.toString())));
            return Countersign.FAILURE;
        } catch (DateTimeParseException e) {
            throw new ParameterException(
                    spec.commandLine(), "--since is a time such as 2026-11-01T00:00:00Z", e);
        }
    }

    private static void tell(PolicyReplay.Report report) {
        System.out.println(
                report.decided() + " actions judged anew, " + report.same() + " the same");
        report.changes()
                .forEach((what, change) -> {
                    System.out.println(change.times() + " " + what);
                    System.out.println(
                            "  such as " + change.action() + ": " + Shown.of(change.shape()));
                    System.out.println("  before: " + Shown.of(String.join(", ", change.before())));
                    System.out.println("  after:  " + Shown.of(String.join(", ", change.after())));
                });
        report.approvals()
                .forEach((day, panels) ->
                        panels.forEach((panel, count) ->
                                System.out.println(
                                        day
                                                + ": "
                                                + count
                                                + " more for panel "
                                                + Shown.of(panel))));
        report.notDecided()
                .forEach((why, count) ->
                        System.out.println(count + " not judged anew: " + Shown.of(why)));
    }

    private static Json.Obj object(PolicyReplay.Report report) {
        var changes = Json.object();
        report.changes()
                .forEach((what, change) ->
                        changes.put(
                                what,
                                Json.object()
                                        .put("times", change.times())
                                        .put("action", change.action())
                                        .put("shape", change.shape())
                                        .put("before", Json.strings(change.before()))
                                        .put("after", Json.strings(change.after()))
                                        .build()));
        var approvals = Json.object();
        report.approvals().forEach((day, panels) -> approvals.put(day, counts(panels)));
        return Json.object()
                .put("v", 1)
                .put("decided", report.decided())
                .put("same", report.same())
                .put("changes", changes.build())
                .put("approvals", approvals.build())
                .put("not_decided", counts(report.notDecided()))
                .build();
    }

    private static Json.Obj counts(Map<String, Long> all) {
        var out = Json.object();
        all.forEach((name, count) -> out.put(name, count));
        return out.build();
    }
}
