package dev.countersign.server;

import dev.countersign.postgres.Postgres;
import dev.countersign.settings.ConfigurationProblems;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Looks for the usual mistakes before a gateway starts, or while it runs: in the files, at the
/// machine, at the issuers, at the targets. It changes nothing, and what it tells holds no secret.
public final class Doctor {
    private Doctor() {}

    /// Everything, the worst first. Blocks for as long as issuers and targets take, each a dozen
    /// seconds at most.
    public static List<Finding> examine(Path config) {
        return examine(config, true);
    }

    /// Only what stands in the files, the issuers, and the logins at the targets: what is to be
    /// known before a configuration is kept.
    public static List<Finding> beforehand(Path config) {
        return examine(config, false);
    }

    /// Only what stands in the files.
    public static List<Finding> files(Path config) {
        var clock = Clock.systemUTC();
        var found = new ArrayList<Finding>();
        try (var postgres = new Postgres(clock)) {
            var _ = read(config, postgres, clock, found);
        }
        return List.copyOf(found);
    }

    private static List<Finding> examine(Path config, boolean all) {
        var clock = Clock.systemUTC();
        var found = new ArrayList<Finding>();
        try (var postgres = new Postgres(clock)) {
            var read = read(config, postgres, clock, found);
            if (all) {
                MachineCheck.check(MachineCheck.Machine.here(), found::add);
            }
            read.ifPresent(configuration -> {
                if (all) {
                    PlaceCheck.check(configuration, clock, found::add);
                    ListenCheck.check(configuration, clock, found::add);
                }
                IssuersCheck.check(configuration.server().issuers(), clock, found::add);
                TargetsCheck.check(configuration, postgres, found::add);
            });
        }
        found.sort(Comparator.comparing(Finding::severity));
        return List.copyOf(found);
    }

    private static Optional<Configuration> read(
            Path config, Postgres postgres, Clock clock, List<Finding> found) {
        try {
            var configuration = Configuration.read(config, Map.of(postgres.id(), postgres), clock);
            for (var sentence : configuration.notServed()) {
                found.add(
                        Finding.warning(
                                "configuration-strict",
                                config.toString(),
                                sentence,
                                "say it otherwise, or leave it as it is: it counts as its"
                                        + " strictest"));
            }
            return Optional.of(configuration);
        } catch (ConfigurationProblems e) {
            for (var problem : e.problems()) {
                found.add(
                        Finding.wrong(
                                "configuration",
                                problem.file() + ":" + problem.line() + ":" + problem.column(),
                                problem.message(),
                                "correct it there; docs/configuration.md has every key"));
            }
            return Optional.empty();
        }
    }
}
