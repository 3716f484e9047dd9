package dev.countersign.cli;

import dev.countersign.demo.Demo;
import java.io.Console;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        header = {
            "Starts a database, an issuer, the gateway and a scripted agent on this machine; six acts.",
            "",
            "Examples:",
            "  countersign demo",
            "  countersign demo --check --dir /tmp/demo",
            ""
        })
final class DemoCommand implements Callable<Integer> {
    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Keeps all state in DIR; ${DEFAULT-VALUE} unless said.",
            defaultValue = "countersign-demo")
    private Path directory = Path.of("countersign-demo");

    @Option(names = "--check", description = "Plays the acts unattended, asserts each, and stops.")
    private boolean check;

    @Option(names = "--reset", description = "Removes DIR first.")
    private boolean reset;

    @Override
    public Integer call() throws Exception {
        PrintStream out = System.out;
        if (reset && Files.exists(directory)) {
            if (!Demo.owns(directory)) {
                throw new IllegalStateException(
                        directory + " is no directory of the demo, so it is not removed");
            }
            Demo.delete(directory);
        }
        out.println("countersign demo, all of it in " + directory);
        var stop = new CountDownLatch(1);
        var stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(
                        Thread.ofPlatform()
                                .unstarted(() -> {
                                    stop.countDown();
                                    awaitQuietly(stopped);
                                }));
        try (var demo = new Demo(directory.toAbsolutePath(), out, !check && atTerminal())) {
            var broken = demo.play();
            if (!broken.isEmpty()) {
                out.println("Not as promised: " + String.join("; ", broken));
                return Countersign.FAILURE;
            }
            out.println("All acts came out as promised.");
            if (!check) {
                out.println("Stop with Ctrl-C. Connect yourself:");
                out.println("  " + demo.connectLine());
                stop.await();
            }
            return 0;
        } finally {
            stopped.countDown();
        }
    }

    private static boolean atTerminal() {
        return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            if (!latch.await(20, TimeUnit.SECONDS)) {
                System.err.println("countersign: the demo did not stop within 20 s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
