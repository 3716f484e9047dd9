package dev.countersign.cli;

import picocli.CommandLine.Command;

/// The group; each of its commands is a file of its own.
@Command(
        name = "policy",
        mixinStandardHelpOptions = true,
        header = {
            "Tests rules like code, and says why they decide as they do.",
            "",
            "Examples:",
            "  countersign policy test dist/policies/*-tests.yaml",
            "  countersign policy validate --config countersign.yaml",
            "  countersign policy explain --config countersign.yaml --target shop --actor eve:ann \\",
            "    \"DELETE FROM customers\"",
            "  countersign policy replay --dir /var/lib/countersign --config new.yaml",
            ""
        },
        subcommands = {
            PolicyValidateCommand.class,
            PolicyTestCommand.class,
            PolicyExplainCommand.class,
            PolicyReplayCommand.class
        })
final class PolicyCommand {
    private PolicyCommand() {}
}
