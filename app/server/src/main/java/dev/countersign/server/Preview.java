package dev.countersign.server;

import dev.countersign.postgres.Explanation;
import dev.countersign.postgres.Postgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Map;

/// What the gateway would do, without running one: for operators and authors of policies.
public final class Preview {
    private Preview() {}

    /// What becomes of a text on a target of a configuration. Policy is not asked.
    ///
    /// @throws dev.countersign.settings.ConfigurationProblems with all that is wrong in the files
    /// @throws NoSuchTarget if the configuration has none of that name
    /// @throws dev.countersign.secrets.SecretUnavailable if the target's secret is not to be had
    /// @throws IOException if the target's catalogue cannot be read
    public static Explanation explain(Path config, String target, String sql) throws IOException {
        var clock = Clock.systemUTC();
        try (var postgres = new Postgres(clock)) {
            var configuration = Configuration.read(config, Map.of(postgres.id(), postgres), clock);
            var settings = configuration.targets().get(target);
            if (settings == null) {
                throw new NoSuchTarget(target, configuration.targets().keySet());
            }
            var secret = configuration.secret(settings.secret());
            // what is wrong with a secret's place is for whoever calls; a login only logs it
            Arrays.fill(secret.read(), '\0');
            return postgres.explain(settings, secret::read, sql);
        }
    }
}
