package dev.countersign.cli;

import dev.countersign.model.Json;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// Sessions that run now, by the control API.
final class LiveSessions {
    private LiveSessions() {}

    static int list(Connection connection, boolean json) throws IOException, InterruptedException {
        return Asking.list(connection, "/v1/sessions", "sessions", json, LiveSessions::line);
    }

    private static String line(Json.Obj one) {
        return Shown.of(
                "%s  since %s  %-16s %-12s from %s%s"
                        .formatted(
                                one.text("id").orElse("?"),
                                one.text("since").orElse("?"),
                                CredentialsCommand.who(one),
                                one.text("target").orElse("?"),
                                one.text("peer").orElse("?"),
                                CredentialsCommand.work(one)));
    }

    @Command(
            name = "kill",
            mixinStandardHelpOptions = true,
            description = "Ends one that runs, at once, whatever it is doing.")
    static final class Kill implements Callable<Integer> {
        @Mixin private Connection connection = new Connection();

        @Parameters(paramLabel = "SESSION", description = "Its whole name.")
        private String id = "";

        @Override
        public Integer call() throws IOException, InterruptedException {
            return Asking.with(
                    connection,
                    api -> {
                        api.delete("/v1/sessions/" + ApiClient.encoded(id));
                        System.out.println("session " + Shown.of(id) + " ends");
                        return 0;
                    });
        }
    }
}
