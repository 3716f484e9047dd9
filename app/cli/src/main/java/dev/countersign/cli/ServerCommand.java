package dev.countersign.cli;

import dev.countersign.server.Server;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "server",
        mixinStandardHelpOptions = true,
        header = {
            "Runs the gateway until it is told to stop (SIGTERM, Ctrl-C); exit 0 when it stopped well.",
            "",
            "Examples:",
            "  countersign server --config countersign.yaml",
            ""
        })
final class ServerCommand implements Callable<Integer> {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            required = true,
            description = "The configuration; YAML.")
    private Path config = Path.of("countersign.yaml");

    @Override
    public Integer call() throws Exception {
        var stopping = new CountDownLatch(1);
        var server = Server.start(config);
        Runtime.getRuntime()
                .addShutdownHook(
                        Thread.ofPlatform()
                                .unstarted(() -> {
                                    boolean well = server.stop();
                                    stopping.countDown();
                                    // a JVM that a signal ends says 143 whatever came of it
                                    Runtime.getRuntime().halt(well ? 0 : Countersign.FAILURE);
                                }));
        server.listeners()
                .forEach((protocol, at) ->
                        System.out.println(
                                "listening: "
                                        + protocol
                                        + " on "
                                        + at.getHostString()
                                        + ":"
                                        + at.getPort()));
        stopping.await();
        return 0;
    }
}
