import dev.countersign.masking.DetectorSettings;
import dev.countersign.masking.Detectors;
import dev.countersign.masking.MaskSink;
import dev.countersign.masking.Scanner;
import dev.countersign.masking.ValueName;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.Supplier;

/// How fast text is looked through, all detectors on, one thread: `speed CORPUS.ndjson-texts`.
/// Each kind of text is 32 MiB, read seven times; the median of the CPU time counts.
final class Speed {
    private static final int SIZE = 32 << 20;
    private static final Random RANDOM = new Random(1);
    private static final String[] WORDS =
            ("the quick brown fox jumps over a lazy dog while customers wait for their parcels in the rain and nobody knows when"
                            + " they will come but all of them hope")
                    .split(" ");

    private static long out;

    private static final MaskSink SINK =
            new MaskSink() {
                @Override
                public void bytes(byte[] b, int from, int to) {
                    out += to - from;
                }

                @Override
                public void span(String detector, long from, long to) {}
            };

    public static void main(String[] args) throws Exception {
        var scanner = Detectors.of(DetectorSettings.STANDARD).scanner();
        text("prose, clean", scanner, () -> words(12) + ".\n");
        text("prose of another script, clean", scanner, () -> "Заказ был отправлен вчера вечером и будет доставлен на следующей неделе.\n");
        text("log lines, clean", scanner, () -> "2024-03-12T10:15:%02d.%03dZ INFO  [http-8080-exec-%d] c.acme.Orders - order %d took %d ms id=%08x-1111-4111-8111-%012x\n".formatted(n(60), n(1000), n(9), n(999999), n(900), n(1 << 30), RANDOM.nextLong() & 0xFFFFFFFFFFFFL));
        text("JSON lines, clean", scanner, () -> "{\"id\": %d, \"name\": \"%s\", \"city\": \"%s\", \"amount\": %d.%02d, \"created_at\": \"2024-03-12T10:15:00Z\", \"active\": true}\n".formatted(n(99999), words(2), words(1), n(1000), n(100)));
        text("CSV, clean", scanner, () -> "%d,%s,%s,%d.%02d,2024-03-12\n".formatted(n(99999), words(2), words(1), n(1000), n(100)));
        text("prose, a value in each line", scanner, () -> words(8) + " " + new String[] {"4111 1111 1111 1111", "john.doe@example.com", "536-90-4399", "+1 415-555-2671", "DE89370400440532013000"}[n(5)] + " " + words(4) + "\n");
        for (var file : args) {
            byte[] once = Files.readAllBytes(Path.of(file));
            var all = new ByteArrayOutputStream(SIZE + once.length);
            while (all.size() < SIZE) {
                all.write(once);
            }
            measure("the labelled corpus, as text", scanner, all.toByteArray());
        }
        cells(scanner, "cells of 100 bytes, clean", (words(30)).substring(0, 100));
        cells(scanner, "cells of 20 bytes, clean", (words(30)).substring(0, 20));
        rows(scanner);
        System.out.println("(" + out + " bytes went through)");
    }

    /// Of this thread.
    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static int n(int most) {
        return RANDOM.nextInt(most);
    }

    private static String words(int n) {
        var line = new StringBuilder();
        for (int i = 0; i < n; i++) {
            line.append(i == 0 ? "" : " ").append(WORDS[n(WORDS.length)]);
        }
        return line.toString();
    }

    private static void text(String what, Scanner scanner, Supplier<String> line) {
        var all = new ByteArrayOutputStream(SIZE + 1000);
        while (all.size() < SIZE) {
            all.writeBytes(line.get().getBytes(StandardCharsets.UTF_8));
        }
        measure(what, scanner, all.toByteArray());
    }

    private static void measure(String what, Scanner scanner, byte[] text) {
        var times = new long[7];
        for (int i = 0; i < times.length; i++) {
            long start = cpu();
            scanner.mask(text, 0, text.length, ValueName.NONE, SINK);
            times[i] = cpu() - start;
        }
        java.util.Arrays.sort(times);
        System.out.printf("%-40s %6.0f MB/s%n", what, text.length * 1000.0 / times[3]);
    }

    /// Rows of the benchmark's table `people`: five texts, in two of which something is found.
    private static void rows(Scanner scanner) {
        var columns = new String[] {"name", "email", "ssn", "word", "city"};
        var names = java.util.Arrays.stream(columns).map(ValueName::of).toArray(ValueName[]::new);
        var cells = new byte[5 * 20_000][];
        long bytes = 0;
        for (int i = 0; i < 20_000; i++) {
            var digest = new byte[16];
            RANDOM.nextBytes(digest);
            var texts =
                    new String[] {
                        "name " + i,
                        "user" + i + "@mail.example.com",
                        "%03d-55-%04d".formatted(i % 1_000, i % 10_000),
                        java.util.HexFormat.of().formatHex(digest),
                        "Town of " + i % 500
                    };
            for (int k = 0; k < 5; k++) {
                cells[5 * i + k] = texts[k].getBytes(StandardCharsets.UTF_8);
                bytes += cells[5 * i + k].length;
            }
        }
        var times = new long[7];
        for (int i = 0; i < times.length; i++) {
            long start = cpu();
            for (int k = 0; k < 20 * cells.length; k++) {
                var cell = cells[k % cells.length];
                scanner.mask(cell, 0, cell.length, names[k % 5], SINK);
            }
            times[i] = cpu() - start;
        }
        java.util.Arrays.sort(times);
        System.out.printf("%-40s %6.0f MB/s%n", "rows of the benchmark, two of five found", 20 * bytes * 1000.0 / times[3]);
    }

    private static void cells(Scanner scanner, String what, String cell) {
        byte[] text = cell.getBytes(StandardCharsets.UTF_8);
        var times = new long[7];
        for (int i = 0; i < times.length; i++) {
            long start = cpu();
            for (int k = 0; k < 1_000_000; k++) {
                scanner.mask(text, 0, text.length, ValueName.NONE, SINK);
            }
            times[i] = cpu() - start;
        }
        java.util.Arrays.sort(times);
        System.out.printf("%-40s %6.0f MB/s, %d ns a cell%n", what, text.length * 1e9 / times[3], times[3] / 1_000_000);
    }
}
