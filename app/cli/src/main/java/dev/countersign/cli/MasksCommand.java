package dev.countersign.cli;

import picocli.CommandLine.Command;

/// The group; each of its commands is a file of its own.
@Command(
        name = "masks",
        mixinStandardHelpOptions = true,
        header = {
            "Tries masks on text.",
            "",
            "Examples:",
            "  countersign masks scan < notes.txt",
            "  countersign masks scan --ndjson < items.ndjson",
            ""
        },
        subcommands = {MasksScanCommand.class})
final class MasksCommand {
    private MasksCommand() {}
}
