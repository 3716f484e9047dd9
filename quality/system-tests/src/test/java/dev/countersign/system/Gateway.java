package dev.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/// The gateway as a process of its own, which a test may stop, kill, and look at from outside.
final class Gateway {
    /// On a busy machine.
    private static final Duration START = Duration.ofSeconds(60);

    private Gateway() {}

    /// Starts one on the house's documents, and waits until it listens.
    ///
    /// @param flags of its Java
    static Process launch(House house, String... flags) throws IOException {
        return launch(house, Map.of(), flags);
    }

    /// @param environment more of it
    static Process launch(House house, Map<String, String> environment, String... flags)
            throws IOException {
        var process = begin(house, environment, flags);
        Awaitility.await()
                .atMost(START)
                .until(() -> !process.isAlive() || (listens(house.port) && listens(house.apiPort)));
        assertThat(process.isAlive()).as("the gateway starts").isTrue();
        return process;
    }

    /// Starts one; it may end by itself.
    static Process begin(House house, String... flags) throws IOException {
        return begin(house, Map.of(), flags);
    }

    private static Process begin(House house, Map<String, String> environment, String... flags)
            throws IOException {
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(flags.length == 0 ? List.of("-XX:TieredStopAtLevel=1") : List.of(flags));
        command.addAll(
                List.of(
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.countersign.cli.Countersign",
                        "server",
                        "--config",
                        house.config().toString()));
        var builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log(house).toFile()));
        builder.environment().putAll(environment);
        return builder.start();
    }

    /// What all of them have said.
    static Path log(House house) {
        return house.directory.resolve("server.log");
    }

    private static boolean listens(int port) {
        try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
