package dev.countersign.cli;

import dev.countersign.server.Build;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The command and its exit codes: 0 ok, 1 failure, 2 usage, 3 not signed in, 4 not allowed, 7 no
/// (evidence does not verify, a statement would be refused), 8 would change, 9 evidence incomplete.
@Command(
        name = "countersign",
        mixinStandardHelpOptions = true,
        versionProvider = Countersign.Version.class,
        header = {
            "A gateway between AI agents and what they act on, with a record that anybody can check.",
            "",
            "Examples:",
            "  countersign demo",
            "  countersign evidence verify /var/lib/countersign",
            ""
        },
        subcommands = {
            DemoCommand.class,
            InitCommand.class,
            ServerCommand.class,
            HealthCommand.class,
            DoctorCommand.class,
            EvidenceCommand.class,
            LoginCommand.class,
            WhoamiCommand.class,
            ReviewsCommand.class,
            SessionsCommand.class,
            CredentialsCommand.class,
            MasksCommand.class,
            PolicyCommand.class,
            ConfigCommand.class,
            SecretsCommand.class,
        })
public final class Countersign {
    /// As the build says.
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"countersign " + Build.version()};
        }
    }

    static final int FAILURE = 1;
    static final int NOT_SIGNED_IN = 3;

    private Countersign() {}

    public static void main(String[] args) {
        System.exit(run(args));
    }

    /// Runs one command line.
    ///
    /// @return the exit code
    static int run(String... args) {
        return commandLine().execute(args);
    }

    static CommandLine commandLine() {
        return new CommandLine(new Countersign())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setExecutionExceptionHandler((failure, command, _) -> {
                    command.getErr()
                            .println(command.getCommandName() + ": " + failure.getMessage());
                    if (System.getenv("COUNTERSIGN_DEBUG") != null) {
                        failure.printStackTrace(command.getErr());
                    }
                    return FAILURE;
                });
    }
}
