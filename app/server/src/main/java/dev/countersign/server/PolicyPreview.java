package dev.countersign.server;

import dev.countersign.gate.Analyst;
import dev.countersign.model.Work;
import dev.countersign.postgres.Postgres;
import dev.countersign.postgres.PostgresTarget;
import dev.countersign.settings.Binder;
import dev.countersign.settings.ConfigurationProblems;
import dev.countersign.settings.Documents;
import dev.countersign.settings.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the rules of a configuration would say to a statement that nobody has sent, and why.
public final class PolicyPreview {
    private PolicyPreview() {}

    /// One question.
    ///
    /// @param target its name in the configuration
    /// @param sql as a client would send it; it is never sent anywhere
    /// @param work what the client says it does
    /// @param now the time that rules see
    public record Question(
            String target, PolicyTests.ActorGiven actor, String sql, Work work, Instant now) {}

    /// One `kind: Tables` document: the tables that a target has, for judging without it.
    ///
    /// @param tables columns and their types by `schema.table`
    public record DeclaredTables(Map<String, Map<String, String>> tables) {}

    /// Decides by the configuration's rules and, where no tables are given, by the target's own
    /// catalogue, for which the gateway's credential logs in there.
    ///
    /// @param tables a file with one `kind: Tables`; nothing is connected to then
    /// @throws ConfigurationProblems with all that is wrong in the files
    /// @throws NoSuchTarget if the configuration has none of that name
    /// @throws dev.countersign.secrets.SecretUnavailable if the target's secret is not to be had
    /// @throws IOException if the target's catalogue cannot be read
    public static PolicyVerdict explain(Path config, Question question, Optional<Path> tables)
            throws IOException {
        var clock = Clock.systemUTC();
        try (var postgres = new Postgres(clock)) {
            var configuration = Configuration.read(config, Map.of(postgres.id(), postgres), clock);
            var settings = configuration.targets().get(question.target());
            if (!(settings instanceof PostgresTarget target)) {
                throw new NoSuchTarget(question.target(), configuration.targets().keySet());
            }
            var analyst =
                    tables.isPresent()
                            ? offline(postgres, target, tables.get())
                            : online(postgres, target, configuration);
            return PolicyVerdict.of(
                    configuration.rules(),
                    analyst,
                    target.target(),
                    question.actor(),
                    Postgres.request(question.sql(), List.of()),
                    question.work(),
                    question.now());
        }
    }

    private static Analyst online(
            Postgres postgres, PostgresTarget target, Configuration configuration)
            throws IOException {
        var secret = configuration.secret(target.secret());
        // what is wrong with a secret's place is for whoever calls; a login only logs it
        Arrays.fill(secret.read(), '\0');
        return postgres.analystOnce(target, secret::read);
    }

    private static Analyst offline(Postgres postgres, PostgresTarget target, Path file) {
        var problems = new ArrayList<Problem>();
        var declared = Optional.<DeclaredTables>empty();
        var documents = Documents.read(file);
        if (documents.size() != 1 || !documents.getFirst().kind().equals("Tables")) {
            problems.add(new Problem(file.toString(), 1, 1, "it has one document, `kind: Tables`"));
        } else {
            declared = new Binder(documents.getFirst(), problems).bind(DeclaredTables.class);
        }
        if (declared.isPresent()) {
            try {
                return postgres.analystOffline(target, declared.get().tables());
            } catch (IllegalArgumentException e) {
                String.valueOf(e.getMessage())
                        .lines()
                        .forEach(
                                line -> problems.add(documents.getFirst().problem(line, "tables")));
            }
        }
        throw new ConfigurationProblems(problems);
    }
}
