package dev.countersign.cli;

import dev.countersign.model.Json;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "watch",
        mixinStandardHelpOptions = true,
        description =
                "What is recorded of a session that runs, as it happens, until it ends or Ctrl-C;"
                        + " without a name, of all that are yours.")
final class WatchCommand implements Callable<Integer> {
    @Mixin private Connection connection = new Connection();

    @Parameters(paramLabel = "SESSION", arity = "0..1", description = "Its whole name.")
    private String session = "";

    @Option(names = "--ndjson", description = "One record a line.")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var one = session.isEmpty() ? "" : "/" + ApiClient.encoded(session);
        return Asking.with(
                connection,
                api -> {
                    var over = new AtomicBoolean();
                    api.events(
                            "/v1/sessions" + one + "/events",
                            (kind, record) -> {
                                print(record);
                                over.set(!session.isEmpty() && kind.equals("session.close"));
                            });
                    if (over.get()) {
                        return 0;
                    }
                    System.err.println(
                            "countersign: the gateway ended the connection; is the sign-in over?");
                    return Countersign.FAILURE;
                });
    }

    private void print(Json.Obj record) {
        if (json) {
            System.out.println(record.text());
            return;
        }
        var name = session.isEmpty() ? Shown.of(record.text("sess").orElse("")) + "  " : "";
        ToldRecord.lines(record).forEach(line -> System.out.println(name + line));
    }
}
