package dev.countersign.cli;

import dev.countersign.model.Json;
import dev.countersign.verifier.LogReader;
import dev.countersign.verifier.Verifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "evidence",
        mixinStandardHelpOptions = true,
        header = {
            "Verifies and shows the evidence log, which needs nothing but its files, and fetches a copy.",
            "",
            "Examples:",
            "  countersign evidence fetch copy && countersign evidence verify copy",
            "  countersign evidence verify /var/lib/countersign",
            "  countersign evidence show /var/lib/countersign --json | jq .k",
            ""
        },
        subcommands = {
            EvidenceCommand.Verify.class,
            EvidenceCommand.Show.class,
            FetchCommand.class
        })
final class EvidenceCommand {
    private EvidenceCommand() {}

    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            description =
                    "0: good, 7: does not verify, 9: right as far as it goes, but incomplete.")
    static final class Verify implements Callable<Integer> {
        @Parameters(paramLabel = "DIR", description = "The gateway's data directory.")
        private Path directory = Path.of(".");

        @Option(
                names = "--since",
                paramLabel = "FILE",
                description = "An older checkpoint that the log must still contain.")
        private Path since = Path.of("");

        @Option(
                names = "--payload-key",
                paramLabel = "FILE",
                description =
                        "Opens the proofs of signed rulings; DIR/keys/payload where it is there.")
        private Path key = Path.of("");

        @Option(names = "--json", description = "One finding or proof a line, then the result.")
        private boolean json;

        @Spec private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() throws IOException {
            if (!Files.isDirectory(directory)) {
                throw new ParameterException(
                        spec.commandLine(), "there is no directory " + directory);
            }
            var older = since.toString().isEmpty() ? "" : Files.readString(since);
            var report = Verifier.verify(directory, new Verifier.Options(older, payloadKey()));
            if (json) {
                report.findings()
                        .forEach(finding ->
                                System.out.println(
                                        Json.object()
                                                .put("code", finding.code().name())
                                                .put("index", finding.index())
                                                .put("message", finding.message())
                                                .build()
                                                .text()));
                report.proofs()
                        .forEach(proof ->
                                System.out.println(
                                        Json.object()
                                                .put("proof", proof.state().name())
                                                .put("index", proof.index())
                                                .put("review", proof.review())
                                                .put("ruling", proof.ruling())
                                                .put("by", proof.by())
                                                .put("message", proof.detail())
                                                .build()
                                                .text()));
                System.out.println(
                        Json.object()
                                .put("exit", report.exitCode())
                                .put("records", report.size())
                                .put("rulings_by_session", report.rulings().bySession())
                                .put("rulings_signed", report.rulings().signed())
                                .put("running_sessions", report.running())
                                .put("trust", report.trust())
                                .build()
                                .text());
                return report.exitCode();
            }
            report.findings().forEach(finding -> System.out.println(Shown.of(finding.toString())));
            System.out.println(
                    switch (report.exitCode()) {
                        case 0 -> "good: " + report.size() + " records";
                        case 9 -> "incomplete: " + report.size() + " records";
                        default -> "does not verify";
                    });
            if (report.running() > 0) {
                System.out.println(report.running() + " sessions of the last boot are open");
            }
            if (report.rulings().all() > 0) {
                System.out.println(report.rulings());
            }
            report.proofs().forEach(proof -> System.out.println(Shown.of(proof.toString())));
            System.out.println("trust: " + report.trust());
            return report.exitCode();
        }

        private String payloadKey() throws IOException {
            if (!key.toString().isEmpty()) {
                return Files.readString(key);
            }
            var usual = directory.resolve("keys/payload");
            return Files.isReadable(usual) ? Files.readString(usual) : "";
        }
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "One record a line, in order; it does not verify.")
    static final class Show implements Callable<Integer> {
        @Parameters(paramLabel = "DIR", description = "The gateway's data directory.")
        private Path directory = Path.of(".");

        @Option(names = "--json", description = "Each record exactly as it is stored.")
        private boolean json;

        @Override
        public Integer call() throws IOException {
            LogReader.read(
                    directory,
                    (index, leaf, text, record) ->
                            System.out.println(json ? text : line(index, record)));
            return 0;
        }

        private static String line(long index, Map<String, Object> record) {
            var x = Members.map(record, "x");
            var actor = Members.map(record, "actor");
            var behind = Members.text(Members.map(actor, "on_behalf_of"), "sub");
            var person = Members.text(Members.map(x, "reviewer"), "sub");
            var who =
                    Members.text(actor, "sub")
                            + person
                            + (behind.isEmpty() ? "" : " for " + behind);
            var what =
                    switch (Members.text(record, "k")) {
                        case "intent" ->
                                Members.text(Members.map(x, "decision"), "verdict")
                                        + (Members.text(x, "refused").isEmpty()
                                                ? ""
                                                : " (refused: " + Members.text(x, "refused") + ")")
                                        + "  "
                                        + Members.text(x, "shape");
                        case "outcome" -> Outcomes.of(x);
                        case "session.close" -> Members.text(x, "reason");
                        case "auth.fail", "alert" -> Members.text(x, "code");
                        case "approval.request", "approval.consume" -> Members.text(x, "review");
                        case "approval.ruling" ->
                                Members.text(x, "review")
                                        + "  "
                                        + Members.text(x, "ruling")
                                        + (person.isEmpty()
                                                ? ""
                                                : " (" + Members.text(x, "assurance") + ")");
                        case "approval.refused" ->
                                Members.text(x, "review") + "  " + Members.text(x, "code");
                        case "evidence.read" ->
                                Members.text(x, "what") + "  " + Members.text(x, "of");
                        default -> "";
                    };
            return Shown.of(
                    "%6d  %s  %-17s %-14s %-10s %s"
                            .formatted(
                                    index,
                                    Members.text(record, "t"),
                                    Members.text(record, "k"),
                                    who,
                                    Members.text(Members.map(record, "tgt"), "conn"),
                                    what));
        }
    }
}
