package dev.countersign.cli;

import dev.countersign.api.ShownAction;
import dev.countersign.evidence.EvidenceFailure;
import dev.countersign.evidence.PayloadReader;
import dev.countersign.model.Json;
import dev.countersign.verifier.LogReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description =
                "The records of one session, its statements, and what the client saw: by the control"
                        + " API, or of a data directory, then with the payload key.")
final class ShowCommand implements Callable<Integer> {
    @Mixin private Connection connection = new Connection();

    @Parameters(
            paramLabel = "SESSION",
            description = "Its whole name; with --dir how it begins will do.")
    private String session = "";

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "The gateway's data directory; else its control API is asked.")
    private Path directory = Path.of("");

    @Option(
            names = "--payload-key",
            paramLabel = "FILE",
            description = "With --dir: opens the payloads; DIR/keys/payload where it is there.")
    private Path key = Path.of("");

    @Option(names = "--json", description = "One record a line, each with its opened payload.")
    private boolean json;

    @Option(
            names = "--exact",
            description =
                    "Statements and parameters as they were sent; without it, what the detectors find"
                            + " in them is masked. By the control API, a record says who saw them.")
    private boolean exact;

    private final ShownAction shown = new ShownAction();

    @Override
    public Integer call() throws IOException, InterruptedException {
        return directory.toString().isEmpty() ? byApi() : byFiles();
    }

    private int byApi() throws IOException, InterruptedException {
        return Asking.with(
                connection,
                api -> {
                    var records = new Pages(api, session, exact ? "/exact" : "", "records");
                    for (var one = records.next(); one.isPresent(); one = records.next()) {
                        print(one.get());
                    }
                    return 0;
                });
    }

    private int byFiles() throws IOException {
        var file = key.toString().isEmpty() ? directory.resolve("keys/payload") : key;
        var payloads =
                Files.isReadable(file)
                        ? Optional.of(PayloadReader.open(directory, file))
                        : Optional.<PayloadReader>empty();
        var found = new ArrayList<String>();
        LogReader.read(
                directory,
                (index, leaf, text, record) -> {
                    var name = Members.text(record, "sess");
                    if (!session.isEmpty() && name.startsWith(session)) {
                        if (!found.contains(name)) {
                            found.add(name);
                        }
                        show(text, record, payloads);
                    }
                });
        if (found.size() == 1) {
            return 0;
        }
        System.err.println(
                found.isEmpty()
                        ? "countersign: no session begins with " + Shown.of(session)
                        : "countersign: several sessions begin so: " + found);
        return Countersign.FAILURE;
    }

    private void show(String text, Map<String, Object> record, Optional<PayloadReader> payloads) {
        boolean masked = !exact && Members.text(record, "k").equals("intent");
        var members = (Json.Obj) Json.parse(text);
        var payload =
                payload(members, record, payloads)
                        .map(opened -> masked ? shown.of(opened) : opened);
        print(payload.map(opened -> members.with("payload", Json.of(opened))).orElse(members));
    }

    private void print(Json.Obj record) {
        if (json) {
            System.out.println(record.text());
        } else {
            ToldRecord.lines(record).forEach(System.out::println);
        }
    }

    private static Optional<String> payload(
            Json.Obj members, Map<String, Object> record, Optional<PayloadReader> payloads) {
        if (payloads.isEmpty() || Members.map(Members.map(record, "x"), "payload").isEmpty()) {
            return Optional.empty();
        }
        try {
            return payloads.get().read(members).text();
        } catch (EvidenceFailure e) {
            System.err.println("countersign: " + e.getMessage());
            return Optional.empty();
        }
    }
}
