package dev.countersign.cli;

import dev.countersign.model.Json;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "credentials",
        mixinStandardHelpOptions = true,
        header = {
            "Short-lived users and passwords for databases, in exchange for an agent's token.",
            "",
            "Examples:",
            "  countersign credentials mint shop --token-file agent.jwt --for 30m",
            "  countersign credentials revoke cs_k3f9m2x7q4abcdef",
            ""
        },
        subcommands = {
            MintCommand.class,
            CredentialsCommand.ListAll.class,
            CredentialsCommand.Revoke.class
        })
final class CredentialsCommand {
    private CredentialsCommand() {}

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "Those that live and act for you, one a line, the oldest first.")
    static final class ListAll implements Callable<Integer> {
        @Mixin private Connection connection = new Connection();

        @Option(names = "--json", description = "A list of objects.")
        private boolean json;

        @Override
        public Integer call() throws IOException, InterruptedException {
            return Asking.list(connection, "/v1/credentials", "credentials", json, ListAll::line);
        }

        private static String line(Json.Obj one) {
            return Shown.of(
                    "%-20s %-12s until %s  %s%s"
                            .formatted(
                                    one.text("id").orElse("?"),
                                    one.text("target").orElse("?"),
                                    one.text("expires").orElse("?"),
                                    who(one),
                                    work(one)));
        }
    }

    @Command(
            name = "revoke",
            mixinStandardHelpOptions = true,
            description = "Ends one now, and every session that it opened.")
    static final class Revoke implements Callable<Integer> {
        @Mixin private Connection connection = new Connection();

        @Parameters(paramLabel = "ID", description = "Its user name: cs_…")
        private String id = "";

        @Override
        public Integer call() throws IOException, InterruptedException {
            return Asking.with(
                    connection,
                    api -> {
                        api.delete("/v1/credentials/" + ApiClient.encoded(id));
                        System.out.println("revoked " + Shown.of(id) + "; its sessions end");
                        return 0;
                    });
        }
    }

    // ---- what lists of what runs share

    /// `eve for ann`
    static String who(Json.Obj one) {
        var who = one.object("who").orElse(Json.object().build());
        var behind = who.text("on_behalf_of").orElse("");
        return who.text("actor").orElse("?") + (behind.isEmpty() ? "" : " for " + behind);
    }

    static String work(Json.Obj one) {
        var plan = one.text("plan").orElse("");
        var step = one.text("step").orElse("");
        return (plan.isEmpty() ? "" : "  plan " + plan) + (step.isEmpty() ? "" : ", step " + step);
    }
}
