package dev.countersign.cli;

import dev.countersign.model.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The exchange itself. Without `--json` no secret is printed: the password goes into a passfile of
/// its own, which libpq, pgjdbc and asyncpg read by themselves.
@Command(
        name = "mint",
        mixinStandardHelpOptions = true,
        header = {
            "Exchanges an agent's token for a user and a password that open one target.",
            "",
            "The password is written into a passfile that only you can read, and the connect string",
            "names it. With --json it is printed instead, and no file is written. The connect string",
            "asks for SCRAM only (require_auth), which libpq knows since version 16.",
            "",
            "Examples:",
            "  countersign credentials mint shop --token-file agent.jwt --for 30m",
            "  get-token | countersign credentials mint shop --token-file - --plan nightly --json",
            ""
        })
final class MintCommand implements Callable<Integer> {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,6})(s|m|h)");

    @Mixin private Gateway gateway = new Gateway();

    @Parameters(paramLabel = "TARGET", description = "The one target that it opens.")
    private String target = "";

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            required = true,
            description = "Holds the agent's access token; `-` reads it from stdin.")
    private String tokenFile = "";

    @Option(
            names = "--plan",
            paramLabel = "P",
            description = "Its sessions carry out this plan and can claim no other.")
    private String plan = "";

    @Option(names = "--step", paramLabel = "S", description = "And this step of it.")
    private String step = "";

    @Option(
            names = "--for",
            paramLabel = "TIME",
            description = "How long it lives: 90s, 30m; 1h at most, and unless said.")
    private String lifetime = "1h";

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description =
                    "PEM file of whoever signed the gateway's certificate, for the connect string;"
                            + " else the machine's own list.")
    private String ca = "system";

    @Option(
            names = "--passfile",
            paramLabel = "FILE",
            description = "Where the password goes; else beside the stored sign-in.")
    private String passfile = "";

    @Option(names = "--json", description = "As an object, with the password in it.")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var form = new LinkedHashMap<String, String>();
        form.put("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange");
        form.put("subject_token", Gateway.token(tokenFile));
        form.put("subject_token_type", "urn:ietf:params:oauth:token-type:access_token");
        form.put("audience", target);
        form.put("expires_in", Long.toString(seconds(lifetime)));
        if (!plan.isEmpty()) {
            form.put("plan", plan);
        }
        if (!step.isEmpty()) {
            form.put("step", step);
        }
        try (var api = new ApiClient(gateway.api(), "")) {
            print(api.postForm("/oauth/token", form));
            return 0;
        } catch (ApiClient.Refused e) {
            return Asking.failed(e);
        }
    }

    private static long seconds(String text) {
        var parts = DURATION.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("--for is a time such as 90s, 30m or 1h: " + text);
        }
        long number = Long.parseLong(parts.group(1));
        return switch (parts.group(2)) {
            case "s" -> number;
            case "m" -> number * 60;
            default -> number * 3_600;
        };
    }

    private void print(Json.Obj minted) throws IOException {
        var user = minted.text("username").orElse("");
        var password = minted.text("access_token").orElse("");
        var expires = minted.text("expires_at").orElse("");
        var words = words(minted);
        if (json) {
            System.out.println(
                    Json.object()
                            .put("username", user)
                            .put("password", password)
                            .put("target", target)
                            .put("expires", expires)
                            .put("connect", words + " password=" + password)
                            .build()
                            .text());
            return;
        }
        var file =
                Gateway.keep(
                        passfile.isEmpty()
                                ? Gateway.folder().resolve("credentials").resolve(user + ".pgpass")
                                : Path.of(passfile),
                        "*:*:" + escaped(target) + ":" + user + ":" + password + "\n");
        System.out.println("user      " + Shown.of(user));
        System.out.println("until     " + Shown.of(expires));
        System.out.println("password  in " + file + ", which only you can read");
        System.out.println("connect   psql \"" + words + " passfile=" + file + "\"");
    }

    /// The connect string without the password (libpq's keywords and values).
    private String words(Json.Obj minted) throws IOException {
        var host = host(gateway.api());
        boolean tls = minted.get("tls").map(Json::text).orElse("").equals("true");
        return "host="
                + host
                + " port="
                + minted.integer("port").orElse(0L)
                + " dbname="
                + quoted(target)
                + " user="
                + minted.text("username").orElse("")
                + (tls ? " sslmode=verify-full sslrootcert=" + quoted(ca) : "")
                + " require_auth=scram-sha-256";
    }

    /// The gateway listens for databases where its API does; one in clear is on loopback.
    private static String host(URI api) throws IOException {
        var host = api.getHost();
        if (host == null) {
            throw new IOException("--api names no host: " + api);
        }
        return host.equals("localhost") ? InetAddress.getLoopbackAddress().getHostAddress() : host;
    }

    private static String quoted(String value) {
        return value.matches("[A-Za-z0-9_./:@-]+")
                ? value
                : "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace(":", "\\:");
    }
}
