package dev.countersign.cli;

import dev.countersign.model.Json;
import dev.countersign.server.PolicyCheck;
import dev.countersign.settings.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "validate",
        mixinStandardHelpOptions = true,
        header = {
            "Tells everything that is wrong with policies at once, and what is hardly meant.",
            "",
            "Examples:",
            "  countersign policy validate policies/*.yaml",
            "  countersign policy validate --config countersign.yaml",
            ""
        },
        footer = {
            "",
            "Each with file, line and column; nothing is connected to.",
            "Exit codes: 0 it would load (perhaps with warnings), 1 it would not, 2 usage."
        })
final class PolicyValidateCommand implements Callable<Integer> {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "A gateway's configuration, with all that it includes.")
    private Optional<Path> config = Optional.empty();

    @Option(names = "--json", description = "One object.")
    private boolean json;

    @Parameters(paramLabel = "FILE", arity = "0..*", description = "Files of policies.")
    private List<Path> files = List.of();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        if (config.isEmpty() && files.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "give --config FILE, or files of policies");
        }
        var out = spec.commandLine().getOut();
        var err = spec.commandLine().getErr();
        var check = PolicyCheck.of(config, files);
        if (json) {
            out.println(
                    Json.object()
                            .put("rules", check.rules())
                            .put(
                                    "problems",
                                    Json.list(check.problems(), PolicyValidateCommand::json))
                            .put(
                                    "warnings",
                                    Json.list(check.warnings(), PolicyValidateCommand::json))
                            .build()
                            .text());
        } else {
            check.problems().forEach(it -> err.println(Shown.of(it.toString())));
            check.warnings().forEach(it -> err.println("warning: " + Shown.of(it.toString())));
            if (check.problems().isEmpty()) {
                out.println(check.rules() + " rules");
            }
        }
        out.flush();
        err.flush();
        return check.problems().isEmpty() ? 0 : Countersign.FAILURE;
    }

    private static Json json(Problem problem) {
        return Json.object()
                .put("file", problem.file())
                .put("line", problem.line())
                .put("column", problem.column())
                .put("message", problem.message())
                .build();
    }
}
