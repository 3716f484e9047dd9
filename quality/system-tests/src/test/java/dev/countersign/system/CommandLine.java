package dev.countersign.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The `countersign` command as a user runs it, against a house's API; what it keeps goes into a
/// folder of the test.
final class CommandLine {
    private final House house;
    private final Path folder;
    private final Map<String, String> more;

    CommandLine(House house, Path folder) {
        this(house, folder, Map.of());
    }

    /// @param more that its environment holds
    CommandLine(House house, Path folder, Map<String, String> more) {
        this.house = house;
        this.folder = folder;
        this.more = more;
    }

    /// A file with a token in it.
    String file(String name, String token) throws IOException {
        return Files.writeString(folder.resolve(name), token).toString();
    }

    /// What it prints, on both streams.
    String run(String... arguments) throws IOException {
        return House.run(command(arguments), environment(), "");
    }

    /// One that runs on, with both streams in one.
    Process start(String... arguments) throws IOException {
        var builder = new ProcessBuilder(command(arguments)).redirectErrorStream(true);
        builder.environment().putAll(environment());
        return builder.start();
    }

    private static List<String> command(String... arguments) {
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "dev.countersign.cli.Countersign"));
        command.addAll(List.of(arguments));
        return command;
    }

    private Map<String, String> environment() {
        var out = new HashMap<>(more);
        out.put("COUNTERSIGN_API", "http://127.0.0.1:" + house.apiPort);
        out.put("XDG_CONFIG_HOME", folder.toString());
        return out;
    }
}
