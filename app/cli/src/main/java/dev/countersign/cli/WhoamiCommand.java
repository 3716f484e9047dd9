package dev.countersign.cli;

import dev.countersign.model.Json;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "whoami",
        mixinStandardHelpOptions = true,
        header = {
            "Says who is signed in, and until when.",
            "",
            "Examples:",
            "  countersign whoami",
            "  countersign whoami --json",
            ""
        })
final class WhoamiCommand implements Callable<Integer> {
    @Mixin private Connection connection = new Connection();

    @Option(names = "--json", description = "As an object.")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        return Asking.with(
                connection,
                api -> {
                    var me = api.get("/v1/whoami");
                    System.out.println(json ? me.text() : Shown.of(line(me)));
                    return 0;
                });
    }

    private static String line(Json.Obj me) {
        return me.text("subject").orElse("?")
                + " of "
                + me.text("issuer").orElse("?")
                + ", groups "
                + me.get("groups").map(Json::text).orElse("[]")
                + ", signed in "
                + me.text("signed_in").orElse("?")
                + ", until "
                + me.text("expires").orElse("?");
    }
}
