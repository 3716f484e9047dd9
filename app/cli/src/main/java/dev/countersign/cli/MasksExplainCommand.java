package dev.countersign.cli;

import dev.countersign.server.NoSuchTarget;
import dev.countersign.server.Preview;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        header = {
            "Says for each column of a statement's result what happens to it, and why.",
            "",
            "Examples:",
            "  countersign masks explain --config countersign.yaml shop \"SELECT ssn FROM customers\"",
            "  countersign masks explain --config countersign.yaml --json shop \"TABLE customers\"",
            ""
        },
        footer = {
            "",
            "It logs in to the target with the gateway's own credential and asks for its catalogue,"
                    + " as the gateway does; the statement itself is never sent there.",
            "Policy is not asked: a rule may still deny the statement, or mask more.",
            "Exit codes: 0 it would run, 7 it would be refused, 1 nobody can tell (no catalogue, a"
                    + " wrong configuration), 2 usage."
        })
final class MasksExplainCommand implements Callable<Integer> {
    private static final int REFUSED = 7;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            required = true,
            description = "The gateway's configuration; YAML.")
    private Path config = Path.of("countersign.yaml");

    @Option(names = "--json", description = "One object.")
    private boolean json;

    @Parameters(paramLabel = "TARGET", description = "A target's name in the configuration.")
    private String target = "";

    @Parameters(paramLabel = "SQL", description = "One statement or several.")
    private String sql = "";

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        try {
            var explanation = Preview.explain(config, target, sql);
            var out = spec.commandLine().getOut();
            if (json) {
                out.println(Explained.json(target, explanation).text());
            } else {
                Explained.lines(explanation).forEach(out::println);
            }
            out.flush();
            return explanation.refused() ? REFUSED : 0;
        } catch (NoSuchTarget e) {
            throw new ParameterException(
                    spec.commandLine(), Shown.of(String.valueOf(e.getMessage())), e);
        }
    }
}
