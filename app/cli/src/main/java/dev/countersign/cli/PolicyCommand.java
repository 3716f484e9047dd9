package dev.countersign.cli;

import picocli.CommandLine.Command;

@Command(
        name = "policy",
        mixinStandardHelpOptions = true,
        header = {
            "What policies say, and what others would have said.",
            "",
            "Examples:",
            "  countersign policy replay --dir /var/lib/countersign --config new.yaml",
            "  countersign policy replay --dir . --config new.yaml --since 2026-11-01T00:00:00Z --json",
            ""
        },
        subcommands = {PolicyReplayCommand.class})
final class PolicyCommand {
    private PolicyCommand() {}
}
