package dev.countersign.cli;

import dev.countersign.model.Json;
import dev.countersign.server.Doctor;
import dev.countersign.server.Finding;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        header = {
            "Looks for the usual mistakes in a configuration, at its issuers and at its targets.",
            "",
            "Examples:",
            "  countersign doctor --config countersign.yaml",
            "  countersign doctor --config countersign.yaml --json",
            ""
        },
        footer = "Exit codes: 0 nothing is wrong (warnings may be there), 1 something is.")
final class DoctorCommand implements Callable<Integer> {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            required = true,
            description = "The configuration; YAML.")
    private Path config = Path.of("countersign.yaml");

    @Option(names = "--json", description = "One JSON array of findings.")
    private boolean json;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        var found = Doctor.examine(config);
        var out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.list(found, Finding::json).text());
        } else {
            print(found, out);
        }
        out.flush();
        return wrong(found) ? Countersign.FAILURE : 0;
    }

    static boolean wrong(List<Finding> found) {
        return found.stream().anyMatch(one -> one.severity() == Finding.Severity.WRONG);
    }

    /// Two lines each: what is so, and what to do.
    static void print(List<Finding> found, PrintWriter out) {
        for (var one : found) {
            out.println(
                    one.severity().word()
                            + "  "
                            + one.code()
                            + (one.about().isEmpty() ? "" : "  " + one.about())
                            + ": "
                            + one.what());
            out.println("  fix: " + one.fix());
        }
        long wrong = found.stream().filter(one -> one.severity() == Finding.Severity.WRONG).count();
        out.println(
                found.isEmpty()
                        ? "nothing is wrong"
                        : wrong + " wrong, " + (found.size() - wrong) + " to know");
    }
}
