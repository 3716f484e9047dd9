package dev.countersign.cli;

import picocli.CommandLine.Command;

/// The group; each of its commands is a file of its own.
@Command(
        name = "masks",
        mixinStandardHelpOptions = true,
        header = {
            "Says what the masks make of a statement.",
            "",
            "Examples:",
            "  countersign masks explain --config countersign.yaml shop \"SELECT ssn FROM customers\"",
            ""
        },
        subcommands = {MasksExplainCommand.class})
final class MasksCommand {
    private MasksCommand() {}
}
