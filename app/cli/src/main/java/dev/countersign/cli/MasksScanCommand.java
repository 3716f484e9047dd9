package dev.countersign.cli;

import dev.countersign.masking.DetectorSettings;
import dev.countersign.masking.Detectors;
import dev.countersign.masking.MaskSink;
import dev.countersign.masking.Scanner;
import dev.countersign.masking.ValueName;
import dev.countersign.settings.Binder;
import dev.countersign.settings.ConfigurationProblems;
import dev.countersign.settings.Documents;
import dev.countersign.settings.Problem;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "scan",
        mixinStandardHelpOptions = true,
        header = {
            "Masks what the detectors find in standard input, and writes the rest as it is.",
            "",
            "Examples:",
            "  countersign masks scan < notes.txt",
            "  countersign masks scan --column customer_ssn <<< 536904399",
            "  countersign masks scan --ndjson < items.ndjson",
            ""
        },
        footer = {
            "",
            "With --ndjson each line is {\"id\": …, \"text\": \"…\", \"content_type\"?: \"…\"}, and so"
                    + " is each answer:",
            "{\"id\": …, \"masked\": \"…\", \"spans\": [{\"start\", \"end\", \"entity\"}]},"
                    + " in code points of the text."
        })
final class MasksScanCommand implements Callable<Integer> {
    private static final int PIECE = 1 << 16;

    @Option(names = "--ndjson", description = "One text a line, in and out.")
    private boolean ndjson;

    @Option(
            names = "--column",
            paramLabel = "NAME",
            defaultValue = "",
            description = "The name of the column that the text is a value of.")
    private String column = "";

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Detector settings (YAML); all that is on by default unless said.")
    private Optional<Path> config = Optional.empty();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        var scanner = Detectors.of(settings()).scanner();
        var name = ValueName.of(column);
        var out = new BufferedOutputStream(System.out, PIECE);
        var in = new BufferedInputStream(System.in, PIECE);
        int exit = ndjson ? lines(scanner, name, in, out) : text(scanner, name, in, out);
        out.flush();
        return exit;
    }

    private DetectorSettings settings() throws IOException {
        if (config.isEmpty()) {
            return DetectorSettings.STANDARD;
        }
        var problems = new ArrayList<Problem>();
        var documents = Documents.read(config.get());
        var bound =
                documents.size() == 1
                        ? new Binder(documents.getFirst(), problems).bind(DetectorSettings.class)
                        : Optional.<DetectorSettings>empty();
        if (bound.isEmpty()) {
            throw new ConfigurationProblems(problems);
        }
        return bound.get();
    }

    private static int text(Scanner scanner, ValueName name, InputStream in, OutputStream out)
            throws IOException {
        var piece = new byte[PIECE];
        scanner.begin(name, new Writing(out));
        while (true) {
            int n = in.read(piece);
            if (n < 0) {
                break;
            }
            scanner.feed(piece, 0, n);
            if (in.available() == 0) {
                out.flush();
            }
        }
        scanner.finish();
        return 0;
    }

    private int lines(Scanner scanner, ValueName name, InputStream in, OutputStream out)
            throws IOException {
        var line = new ByteArrayOutputStream(1024);
        var answer = new ScanAnswer(scanner, name);
        long number = 0;
        while (true) {
            int c = in.read();
            if (c >= 0 && c != '\n') {
                if (line.size() == ScanItem.LONGEST) {
                    return wrong(
                            out, number + 1, "a line is at most " + ScanItem.LONGEST + " bytes");
                }
                line.write(c);
                continue;
            }
            number++;
            var bytes = line.toByteArray();
            line.reset();
            if (!ScanItem.blank(bytes)) {
                ScanItem item;
                try {
                    item = ScanItem.parse(bytes);
                } catch (IllegalArgumentException e) {
                    return wrong(out, number, String.valueOf(e.getMessage()));
                }
                answer.write(item, out);
            }
            if (c < 0) {
                return 0;
            }
            if (in.available() == 0) {
                out.flush();
            }
        }
    }

    private int wrong(OutputStream out, long line, String message) throws IOException {
        out.flush();
        spec.commandLine().getErr().println("scan: line " + line + ": " + message);
        spec.commandLine().getErr().flush();
        return Countersign.FAILURE;
    }

    /// Writes what may be seen.
    private record Writing(OutputStream out) implements MaskSink {
        @Override
        public void bytes(byte[] b, int from, int to) {
            try {
                out.write(b, from, to - from);
            } catch (IOException e) {
                throw new UncheckedIOException("standard output cannot be written", e);
            }
        }

        @Override
        public void span(String detector, long from, long to) {}
    }
}
