package dev.countersign.cli;

import picocli.CommandLine.Command;

/// The group; each of its commands is a file of its own.
@Command(
        name = "masks",
        mixinStandardHelpOptions = true,
        header = {
            "Says what the masks make of a statement or a text.",
            "",
            "Examples:",
            "  countersign masks explain --config countersign.yaml shop \"SELECT ssn FROM customers\"",
            "  countersign masks scan < notes.txt",
            "  countersign masks scan --ndjson < items.ndjson",
            ""
        },
        subcommands = {MasksExplainCommand.class, MasksScanCommand.class})
final class MasksCommand {
    private MasksCommand() {}
}
