package dev.countersign.cli;

import dev.countersign.model.Json;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "reviews",
        mixinStandardHelpOptions = true,
        header = {
            "What waits for people, and what they say to it.",
            "",
            "Examples:",
            "  countersign reviews watch",
            "  countersign reviews approve apr_k3f9m2x7q4ab",
            ""
        },
        subcommands = {
            ReviewsCommand.ListAll.class,
            ReviewsCommand.Show.class,
            ReviewsCommand.Watch.class,
            ReviewsCommand.Approve.class,
            ReviewsCommand.Reject.class
        })
final class ReviewsCommand {
    private ReviewsCommand() {}

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "One review a line, the oldest first.")
    static final class ListAll implements Callable<Integer> {
        @Mixin private Connection connection = new Connection();

        @Option(names = "--all", description = "Those too that are over.")
        private boolean all;

        @Option(names = "--json", description = "A list of objects.")
        private boolean json;

        @Override
        public Integer call() throws IOException, InterruptedException {
            var path = "/v1/reviews" + (all ? "?state=all" : "");
            return Asking.list(connection, path, "reviews", json, ShownReview::line);
        }
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "All of one review: who, what exactly, and what it would touch.")
    static final class Show implements Callable<Integer> {
        @Mixin private Connection connection = new Connection();

        @Parameters(paramLabel = "REVIEW", description = "Its name: apr_…")
        private String id = "";

        @Option(
                names = "--exact",
                description =
                        "The exact words, unmasked, for those who may decide; a record says who opened"
                                + " them.")
        private boolean exact;

        @Option(names = "--json", description = "As an object.")
        private boolean json;

        @Override
        public Integer call() throws IOException, InterruptedException {
            return Asking.with(
                    connection,
                    api -> {
                        var review = api.get("/v1/reviews/" + id);
                        System.out.print(json ? review.text() + "\n" : ShownReview.whole(review));
                        if (exact) {
                            var opened = api.post("/v1/reviews/" + id + "/exact", empty());
                            System.out.print(
                                    json ? opened.text() + "\n" : ShownReview.exact(opened));
                        }
                        return 0;
                    });
        }
    }

    @Command(
            name = "watch",
            mixinStandardHelpOptions = true,
            description = "What happens to reviews, as it happens, until Ctrl-C.")
    static final class Watch implements Callable<Integer> {
        @Mixin private Connection connection = new Connection();

        @Option(names = "--ndjson", description = "One object a line.")
        private boolean json;

        @Override
        public Integer call() throws IOException, InterruptedException {
            return Asking.with(
                    connection,
                    api -> {
                        api.events(
                                "/v1/events",
                                (happened, review) ->
                                        System.out.println(
                                                json
                                                        ? review.with("event", Json.of(happened))
                                                                .text()
                                                        : "%-7s %s"
                                                                .formatted(
                                                                        Shown.of(happened),
                                                                        ShownReview.line(review))));
                        System.err.println("countersign: the gateway ended the connection");
                        return Countersign.FAILURE;
                    });
        }
    }

    @Command(
            name = "approve",
            mixinStandardHelpOptions = true,
            description =
                    "Says yes to exactly what is shown, once. Opens a sign-in of its own for this"
                            + " ruling where there is a browser.")
    static final class Approve implements Callable<Integer> {
        @Mixin private Ruling ruling = new Ruling();

        @Override
        public Integer call() throws IOException, InterruptedException {
            return ruling.give("approved");
        }
    }

    @Command(name = "reject", mixinStandardHelpOptions = true, description = "Says no.")
    static final class Reject implements Callable<Integer> {
        @Mixin private Ruling ruling = new Ruling();

        @Override
        public Integer call() throws IOException, InterruptedException {
            return ruling.give("rejected");
        }
    }

    /// What approve and reject share.
    static final class Ruling {
        @Mixin private Connection connection = new Connection();

        @Parameters(paramLabel = "REVIEW", description = "Its name: apr_…")
        private String id = "";

        @Option(
                names = "--reason",
                paramLabel = "TEXT",
                description = "For whoever asked, and for the record.")
        private String reason = "";

        @Option(
                names = "--exact",
                description = "Opens and prints the exact words first, where some are masked.")
        private boolean exact;

        @Option(
                names = "--session",
                description =
                        "Rules by the stored sign-in (assurance: session), without one for this"
                                + " ruling.")
        private boolean session;

        int give(String word) throws IOException, InterruptedException {
            return Asking.with(
                    connection,
                    api -> {
                        var review = api.get("/v1/reviews/" + id);
                        System.err.print(ShownReview.whole(review));
                        if (exact) {
                            System.err.print(
                                    ShownReview.exact(
                                            api.post("/v1/reviews/" + id + "/exact", empty())));
                        }
                        var body = Json.object().put("ruling", word).putIfAny("reason", reason);
                        boolean wanted =
                                review.get("signed").map(Json::text).orElse("").equals("true");
                        if (!session && (wanted || SignIn.hasBrowser())) {
                            var named =
                                    api.post(
                                            "/v1/reviews/" + id + "/statement",
                                            Json.object().put("ruling", word).build());
                            SignIn.checkNonce(named, id, word);
                            var tokens =
                                    new SignIn(LoginCommand.entry(api, ""), System.err)
                                            .browser(named.text("oidc_nonce").orElse(""));
                            if (tokens.idToken().isEmpty()) {
                                throw new IOException(
                                        "the issuer gave no ID token, so nothing would be signed; "
                                                + "--session rules by the stored sign-in");
                            }
                            body.put("id_token", tokens.idToken())
                                    .put(
                                            "nonce",
                                            named.object("statement")
                                                    .flatMap(said -> said.text("nonce"))
                                                    .orElse(""));
                        }
                        var now = api.post("/v1/reviews/" + id + "/rulings", body.build());
                        System.out.println(ShownReview.line(now));
                        return 0;
                    });
        }
    }

    private static Json.Obj empty() {
        return Json.object().build();
    }
}
