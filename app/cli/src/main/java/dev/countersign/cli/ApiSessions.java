package dev.countersign.cli;

import dev.countersign.model.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Sessions by the control API.
final class ApiSessions {
    /// Sessions that the API has on one page.
    private static final int MAX_PAGE = 200;

    private ApiSessions() {}

    static int live(Connection connection, boolean json) throws IOException, InterruptedException {
        return Asking.list(connection, "/v1/sessions", "sessions", json, ApiSessions::liveLine);
    }

    private static String liveLine(Json.Obj one) {
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

    /// Which of those that the log tells of.
    static final class Filter {
        @Option(
                names = "--limit",
                paramLabel = "N",
                defaultValue = "50",
                description = "By the control API: so many of the latest; ${DEFAULT-VALUE}.")
        private int limit;

        @Option(names = "--agent", paramLabel = "SUB", description = "By the control API: whose.")
        private String agent = "";

        @Option(
                names = "--person",
                paramLabel = "SUB",
                description = "By the control API: on whose behalf.")
        private String person = "";

        @Option(names = "--target", paramLabel = "NAME", description = "By the control API: where.")
        private String target = "";

        @Option(
                names = "--of-plan",
                paramLabel = "PLAN",
                description = "By the control API: of this plan.")
        private String plan = "";

        private String path(int wanted, String before) {
            return "/v1/sessions?state=all&limit="
                    + Math.clamp(wanted, 1, MAX_PAGE)
                    + query("agent", agent)
                    + query("person", person)
                    + query("target", target)
                    + query("plan", plan)
                    + query("before", before);
        }

        private static String query(String name, String value) {
            return value.isEmpty() ? "" : "&" + name + "=" + ApiClient.encoded(value);
        }
    }

    /// @param grouped by plan and step
    static int list(Connection connection, Filter filter, boolean grouped, boolean json)
            throws IOException, InterruptedException {
        return Asking.with(
                connection,
                api -> {
                    var all = all(api, filter);
                    if (json) {
                        System.out.println(Json.list(all, one -> one).text());
                    } else if (grouped) {
                        var groups = new TreeMap<String, List<Json.Obj>>();
                        all.forEach(one ->
                                groups.computeIfAbsent(claim(one), _ -> new ArrayList<>())
                                        .add(one));
                        groups.forEach((claim, those) -> {
                            System.out.println(Shown.of(claim));
                            those.forEach(one -> System.out.println(line(one)));
                        });
                    } else {
                        all.forEach(one -> System.out.println(line(one)));
                    }
                    return 0;
                });
    }

    private static List<Json.Obj> all(ApiClient api, Filter filter)
            throws IOException, InterruptedException, ApiClient.Refused {
        var out = new ArrayList<Json.Obj>();
        var before = "";
        do {
            var page = api.get(filter.path(filter.limit - out.size(), before));
            out.addAll(Asking.items(page, "sessions"));
            before = page.text("next").orElse("");
        } while (!before.isEmpty() && out.size() < filter.limit);
        return out;
    }

    private static String claim(Json.Obj one) {
        return new Plans.Claim(
                        one.text("plan").orElse(""),
                        one.text("step").orElse(""),
                        one.text("assurance").orElse(""))
                .toString();
    }

    private static String line(Json.Obj one) {
        return Shown.of(
                "%s  %s  %-16s %-12s %4d actions %3d refused  %s%s"
                        .formatted(
                                one.text("id").orElse("?"),
                                one.text("since").orElse("?"),
                                CredentialsCommand.who(one),
                                one.text("target").orElse("?"),
                                one.integer("actions").orElse(0L),
                                one.integer("refused").orElse(0L),
                                one.text("reason").orElse("open"),
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
