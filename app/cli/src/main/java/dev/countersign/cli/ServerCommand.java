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
            "Runs the gateway until it is told to stop (SIGTERM, Ctrl-C).",
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
                                    server.close();
                                    stopping.countDown();
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
