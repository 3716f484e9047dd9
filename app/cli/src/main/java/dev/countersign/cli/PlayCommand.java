package dev.countersign.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "play",
        mixinStandardHelpOptions = true,
        description =
                "Plays a session: its statements and what the client saw of each answer, with the"
                        + " pauses there were, until Ctrl-C.")
final class PlayCommand implements Callable<Integer> {
    @Mixin private Connection connection = new Connection();

    @Parameters(paramLabel = "SESSION", description = "Its whole name.")
    private String session = "";

    @Option(
            names = "--speed",
            paramLabel = "N",
            defaultValue = "1",
            description = "So many times as fast; ${DEFAULT-VALUE}.")
    private double speed;

    @Option(
            names = "--max-pause",
            paramLabel = "SECONDS",
            defaultValue = "2",
            description = "No pause is longer; ${DEFAULT-VALUE}.")
    private double pause;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!(speed > 0) || !(pause >= 0) || pause > 3_600) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--speed is above 0, and --max-pause between 0 and 3600 seconds");
        }
        var never = new CountDownLatch(1);
        return Asking.with(
                connection,
                api -> {
                    new Player(
                                    System.out::println,
                                    speed,
                                    Duration.ofMillis((long) (pause * 1_000)),
                                    wait -> {
                                        var _ = never.await(wait.toMillis(), TimeUnit.MILLISECONDS);
                                    })
                            .play(
                                    new Pages(api, session, "", "records"),
                                    new Pages(api, session, "/recording", "frames"));
                    return 0;
                });
    }
}
