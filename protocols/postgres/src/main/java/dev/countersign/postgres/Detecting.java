package dev.countersign.postgres;

import dev.countersign.masking.MaskSink;
import dev.countersign.masking.Scanner;
import dev.countersign.masking.ValueName;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the detectors find in the cells of one column that nothing labels. For one session.
final class Detecting {
    /// text, varchar, bpchar, json, xml, and literals whose type nobody said
    private static final Set<Long> TEXTS = Set.of(25L, 1043L, 1042L, 114L, 142L, 705L);

    private static final long JSONB = 3802;

    private final Scanner scanner;
    private final ValueName name;

    /// Bytes in front of the text: the version of a jsonb in binary.
    private final int before;

    private Detecting(Scanner scanner, ValueName name, int before) {
        this.scanner = scanner;
        this.name = name;
        this.before = before;
    }

    /// Null where the column has no text in it. In text format everything is text, but for the
    /// system's own types that no detector finds anything in.
    static @Nullable Detecting of(Shape.Column column, Scanner scanner) {
        boolean text = TEXTS.contains(column.type()) || made(column);
        if (!text && column.type() != JSONB) {
            return null;
        }
        return new Detecting(
                scanner,
                ValueName.of(column.name()),
                column.type() == JSONB && column.binary() ? 1 : 0);
    }

    /// Looks at whole lines.
    static Detecting lines(Scanner scanner) {
        return new Detecting(scanner, ValueName.NONE, 0);
    }

    /// Takes lines of which pieces come, the last when `end` is called.
    void begin(MaskSink sink) {
        scanner.begin(name, sink);
    }

    void feed(byte[] b, int from, int to) {
        scanner.feed(b, from, to);
    }

    void end() {
        var _ = scanner.finish();
    }

    /// An array of texts, or of a type that somebody made, as it is written.
    private static boolean made(Shape.Column column) {
        boolean array = column.type() == 1009 || column.type() == 1015 || column.type() == 1014;
        return !column.binary() && (array || column.type() >= 16_384);
    }

    /// The cell with what was found in it masked; null where nothing was.
    ///
    /// @param cell of which the first `length` bytes are the value
    /// @param masked counts what was found, by detector
    byte @Nullable [] found(byte[] cell, int length, Map<String, Long> masked) {
        if (length <= before || scanner.clean(cell, before, length, name)) {
            return null;
        }
        var out = new ByteArrayOutputStream(length + 64);
        out.write(cell, 0, before);
        scanner.mask(
                cell,
                before,
                length,
                name,
                new MaskSink() {
                    @Override
                    public void bytes(byte[] b, int from, int to) {
                        out.write(b, from, to - from);
                    }

                    @Override
                    public void span(String detector, long from, long to) {
                        masked.merge(detector, 1L, Long::sum);
                    }
                });
        return out.toByteArray();
    }
}
