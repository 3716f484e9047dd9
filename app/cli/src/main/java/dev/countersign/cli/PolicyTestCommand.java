package dev.countersign.cli;

import dev.countersign.model.Decision.RuleRef;
import dev.countersign.model.Json;
import dev.countersign.server.PolicyTestRun;
import dev.countersign.server.PolicyTestRun.Cover;
import dev.countersign.server.PolicyTestRun.Ran;
import dev.countersign.settings.ConfigurationProblems;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "test",
        mixinStandardHelpOptions = true,
        header = {
            "Runs files of tests: statements, and what the rules are to say to each.",
            "",
            "Examples:",
            "  countersign policy test dist/policies/*-tests.yaml",
            "  countersign policy test --config countersign.yaml --json our-tests.yaml",
            ""
        },
        footer = {
            "",
            "Each statement goes through the analysis and the rules of the gateway, against the tables"
                    + " that its test declares; nothing is connected to (docs/policy-as-code.md).",
            "Exit codes: 0 all as expected, 1 some are not, 2 usage, or something is wrong in the files."
        })
final class PolicyTestCommand implements Callable<Integer> {
    private static final int USAGE = 2;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "A gateway's configuration, whose rules and targets are tested; otherwise the"
                            + " policies that each file includes.")
    private Optional<Path> config = Optional.empty();

    @Option(names = "--json", description = "One object.")
    private boolean json;

    @Parameters(
            paramLabel = "FILE",
            arity = "1..*",
            description = "Files with `kind: PolicyTests`.")
    private List<Path> files = List.of();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        var out = spec.commandLine().getOut();
        var err = spec.commandLine().getErr();
        try {
            var report = PolicyTestRun.run(files, config);
            if (json) {
                out.println(json(report).text());
            } else {
                table(report).lines(Terminal.isThere()).forEach(out::println);
                out.flush();
                said(report).forEach(err::println);
            }
            return report.failed() == 0 ? 0 : Countersign.FAILURE;
        } catch (ConfigurationProblems e) {
            e.problems().forEach(problem -> err.println(Shown.of(problem.toString())));
            return USAGE;
        } finally {
            out.flush();
            err.flush();
        }
    }

    private static Table table(PolicyTestRun.Report report) {
        var table = new Table();
        for (var ran : report.results()) {
            table.row(
                    ran.wrong().isEmpty() ? "ok" : "FAIL",
                    ran.verdict().outcome().word(),
                    rules(ran),
                    ran.name(),
                    ran.wrong().isEmpty()
                            ? ""
                            : place(ran) + ": " + String.join("; ", ran.wrong()));
        }
        return table;
    }

    private static String rules(Ran ran) {
        return ran.verdict().by().equals("gateway")
                ? "(gateway)"
                : ran.verdict().rules().isEmpty()
                        ? "(no rule)"
                        : ran.verdict().rules().stream()
                                .map(RuleRef::rule)
                                .collect(Collectors.joining(","));
    }

    private static String place(Ran ran) {
        return ran.at().file() + ":" + ran.at().line() + ":" + ran.at().column();
    }

    private static List<String> said(PolicyTestRun.Report report) {
        var out = new java.util.ArrayList<String>();
        int all = report.results().size();
        out.add(all + " cases, " + report.failed() + " not as expected");
        neverMatched(report).forEach(rule -> out.add(Shown.of("no case matches rule " + rule)));
        alwaysMatched(report)
                .forEach(rule -> out.add(Shown.of("no case leaves rule " + rule + " unmatched")));
        return out;
    }

    private static List<String> neverMatched(PolicyTestRun.Report report) {
        return report.coverage().stream()
                .filter(cover -> cover.matched() == 0)
                .map(Cover::rule)
                .toList();
    }

    private static List<String> alwaysMatched(PolicyTestRun.Report report) {
        return report.coverage().stream()
                .filter(cover -> cover.unmatched() == 0 && cover.matched() > 0 && !cover.always())
                .map(Cover::rule)
                .toList();
    }

    private static Json json(PolicyTestRun.Report report) {
        return Json.object()
                .put("cases", Json.list(report.results(), PolicyTestCommand::json))
                .put("failed", report.failed())
                .put("never_matched", Json.strings(neverMatched(report)))
                .put("never_unmatched", Json.strings(alwaysMatched(report)))
                .build();
    }

    private static Json json(Ran ran) {
        return Json.object()
                .put("at", place(ran))
                .put("name", ran.name())
                .put("ok", ran.wrong().isEmpty())
                .put("decision", ran.verdict().outcome().word())
                .put("by", ran.verdict().by())
                .put(
                        "rules",
                        Json.strings(
                                ran.verdict().rules().stream().map(RuleRef::toString).toList()))
                .put("panels", Json.strings(ran.verdict().panels()))
                .put("told", ran.verdict().told().map(Json::of))
                .put("wrong", Json.strings(ran.wrong()))
                .build();
    }
}
