package dev.countersign.cli;

import dev.countersign.model.Work;
import dev.countersign.server.NoSuchTarget;
import dev.countersign.server.PolicyPreview;
import dev.countersign.server.PolicyTests.ActorGiven;
import dev.countersign.server.PolicyTests.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
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
        name = "explain",
        mixinStandardHelpOptions = true,
        header = {
            "Says what the rules would decide of a statement, which of them, why, and by which facts.",
            "",
            "Examples:",
            "  countersign policy explain --config countersign.yaml --target shop --actor eve:ann \\",
            "    \"DELETE FROM customers\"",
            "  countersign policy explain --config countersign.yaml --target shop --actor eve \\",
            "    --offline tables.yaml --json \"SELECT ssn FROM customers\"",
            ""
        },
        footer = {
            "",
            "It logs in to the target with the gateway's own credential and asks for its catalogue, as the"
                    + " gateway does; the statement itself is never sent there. With --offline nothing is"
                    + " connected to.",
            "Exit codes: 0 it would run, or wait for people, 4 it would be denied, 1 nobody can tell (no"
                    + " catalogue, a wrong configuration), 2 usage."
        })
final class PolicyExplainCommand implements Callable<Integer> {
    private static final int DENIED = 4;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            required = true,
            description = "The gateway's configuration; YAML.")
    private Path config = Path.of("countersign.yaml");

    @Option(
            names = "--target",
            paramLabel = "TARGET",
            required = true,
            description = "A target's name in the configuration.")
    private String target = "";

    @Option(
            names = "--actor",
            paramLabel = "AGENT[:HUMAN]",
            required = true,
            description = "Who acts and, behind a colon, for whom.")
    private String actor = "";

    @Option(
            names = "--person",
            description = "The actor is a person with a client of its own, not an agent.")
    private boolean person;

    @Option(
            names = "--group",
            paramLabel = "GROUP",
            description = "A group of the human, or of the actor; may be given several times.")
    private List<String> groups = List.of();

    @Option(
            names = "--issuer",
            paramLabel = "URL",
            defaultValue = "https://issuer.example",
            description = "Who vouches for them; ${DEFAULT-VALUE} unless said.")
    private String issuer = "";

    @Option(names = "--plan", paramLabel = "PLAN", description = "That the client names.")
    private String plan = "";

    @Option(names = "--step", paramLabel = "STEP", description = "Of the plan.")
    private String step = "";

    @Option(
            names = "--time",
            paramLabel = "INSTANT",
            description = "That rules see: 2026-11-02T09:30:00Z; now unless said.")
    private Optional<Instant> time = Optional.empty();

    @Option(
            names = "--offline",
            paramLabel = "FILE",
            description = "Tables as a file declares them (`kind: Tables`), in the target's place.")
    private Optional<Path> offline = Optional.empty();

    @Option(names = "--json", description = "One object.")
    private boolean json;

    @Parameters(paramLabel = "SQL", description = "One statement or several.")
    private String sql = "";

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        try {
            var verdict =
                    PolicyPreview.explain(
                            config,
                            new PolicyPreview.Question(
                                    target,
                                    actor(),
                                    sql,
                                    work(),
                                    time.orElseGet(() -> Clock.systemUTC().instant())),
                            offline);
            var out = spec.commandLine().getOut();
            if (json) {
                out.println(ExplainedPolicy.json(verdict).text());
            } else {
                ExplainedPolicy.lines(verdict).forEach(out::println);
            }
            out.flush();
            return verdict.outcome() == Outcome.DENY ? DENIED : 0;
        } catch (NoSuchTarget e) {
            throw usage(e);
        }
    }

    private ParameterException usage(RuntimeException e) {
        return new ParameterException(
                spec.commandLine(), Shown.of(String.valueOf(e.getMessage())), e);
    }

    private ActorGiven actor() {
        int colon = actor.indexOf(':');
        try {
            return new ActorGiven(
                    colon < 0 ? actor : actor.substring(0, colon),
                    colon < 0 ? "" : actor.substring(colon + 1),
                    groups,
                    issuer,
                    !person);
        } catch (IllegalArgumentException e) {
            throw usage(e);
        }
    }

    private Work work() {
        try {
            return plan.isEmpty() && step.isEmpty()
                    ? Work.NONE
                    : new Work(plan, step, "", "", Work.Assurance.B1);
        } catch (IllegalArgumentException e) {
            throw usage(e);
        }
    }
}
