package dev.countersign.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The `countersign` command as a user runs it, against a house's API; what it keeps goes into a
/// folder of the test.
final class CommandLine {
    private final House house;
    private final Path folder;

    CommandLine(House house, Path folder) {
        this.house = house;
        this.folder = folder;
    }

    /// A file with a token in it.
    String file(String name, String token) throws IOException {
        return Files.writeString(folder.resolve(name), token).toString();
    }

    /// What it prints, on both streams.
    String run(String... arguments) throws IOException {
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                "dev.countersign.cli.Countersign"));
        command.addAll(List.of(arguments));
        return House.run(
                command,
                Map.of(
                        "COUNTERSIGN_API",
                        "http://127.0.0.1:" + house.apiPort,
                        "XDG_CONFIG_HOME",
                        folder.toString()),
                "");
    }
}
