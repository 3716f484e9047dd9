package dev.countersign.cli;

import dev.countersign.model.Json;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "login",
        mixinStandardHelpOptions = true,
        header = {
            "Signs a person in who sees reviews and decides them; never an agent.",
            "",
            "Examples:",
            "  countersign login",
            "  countersign login --device --api https://gw.example:8443",
            ""
        })
final class LoginCommand implements Callable<Integer> {
    @Mixin private Connection connection = new Connection();

    @Option(names = "--device", description = "Shows a code to enter on another device.")
    private boolean device;

    @Option(
            names = "--issuer",
            paramLabel = "URL",
            description = "Which one, where the gateway has several.")
    private String issuer = "";

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (var api = new ApiClient(connection.api(), "")) {
            var flow = new SignIn(entry(api, issuer), System.err);
            var tokens = device ? flow.device() : flow.browser("");
            var file = Connection.store(connection.api(), tokens.access());
            System.err.println("Signed in; the token is kept in " + file);
            return 0;
        } catch (ApiClient.Refused e) {
            return Asking.failed(e);
        }
    }

    /// Where people of this gateway sign in.
    static Json.Obj entry(ApiClient api, String issuer)
            throws IOException, InterruptedException, ApiClient.Refused {
        if (!(api.get("/v1/sign-in")
                        .get("issuers")
                        .orElse(Json.list(java.util.List.<String>of(), Json::of))
                instanceof Json.Arr(var items))) {
            throw new IOException("the gateway does not say where people sign in");
        }
        for (var item : items) {
            if (item instanceof Json.Obj entry
                    && (issuer.isEmpty() || entry.text("issuer").orElse("").equals(issuer))) {
                return entry;
            }
        }
        throw new IOException(
                "this gateway has no issuer"
                        + (issuer.isEmpty() ? "" : " " + issuer)
                        + " whose people decide; `review-audience` and `review-client` name them");
    }
}
