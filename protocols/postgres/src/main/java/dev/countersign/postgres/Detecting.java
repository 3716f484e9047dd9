package dev.countersign.postgres;

import dev.countersign.masking.MaskSink;
import dev.countersign.masking.Scanner;
import dev.countersign.masking.ValueName;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the detectors find in the cells of one column that nothing labels. For one session.
final class Detecting {
    /// text, varchar, bpchar, json, xml, and literals whose type nobody said
    private static final Set<Long> TEXTS = Set.of(25L, 1043L, 1042L, 114L, 142L, 705L);

    private static final long JSONB = 3802;

    /// Types with smaller oids come with the server.
    private static final long FIRST_MADE = 16_384;

    private final Scanner scanner;
    private final ValueName name;

    /// Bytes in front of each text: the version of a jsonb in binary.
    private final int before;

    /// What it is an array of; null where it is none.
    private final @Nullable CellType elements;

    private final boolean binary;
    private final Kept kept = new Kept();

    private Detecting(
            Scanner scanner,
            ValueName name,
            int before,
            @Nullable CellType elements,
            boolean binary) {
        this.scanner = scanner;
        this.name = name;
        this.before = before;
        this.elements = elements;
        this.binary = binary;
    }

    /// Null where the column has no text in it. In text format everything is text, but for the
    /// system's own types that no detector finds anything in.
    static @Nullable Detecting of(Shape.Column column, Scanner scanner) {
        var elements = elements(column.type());
        boolean made = !column.binary() && column.type() >= FIRST_MADE;
        boolean jsonb = column.type() == JSONB || elements == CellType.JSONB;
        if (!TEXTS.contains(column.type()) && !made && !jsonb && elements == null) {
            return null;
        }
        return new Detecting(
                scanner,
                ValueName.of(column.name()),
                jsonb && column.binary() ? 1 : 0,
                elements,
                column.binary());
    }

    private static @Nullable CellType elements(long array) {
        var element = CellType.element(array);
        return switch (element) {
            case TEXT, VARCHAR, BPCHAR, NAME, JSON, JSONB -> element;
            case null, default -> null;
        };
    }

    /// Looks at whole lines, or at texts of which each is one value.
    static Detecting lines(Scanner scanner) {
        return new Detecting(scanner, ValueName.NONE, 0, null, false);
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

    /// The cell with what was found in it masked; null where nothing was.
    ///
    /// @param cell of which the first `length` bytes are the value
    /// @param masked counts what was found, by detector
    byte @Nullable [] found(byte[] cell, int length, Map<String, Long> masked) {
        return elements == null
                ? found(cell, 0, length, masked)
                : inElements(cell, length, elements, masked);
    }

    /// Each element is a value of its own. What cannot be read as an array is one text.
    private byte @Nullable [] inElements(
            byte[] cell, int length, CellType type, Map<String, Long> masked) {
        var inside = new HashMap<String, Long>();
        var out =
                ArrayCells.each(
                        Arrays.copyOf(cell, length),
                        type,
                        binary,
                        (in, from, to) -> {
                            var found = found(in, from, to, inside);
                            return found == null ? Arrays.copyOfRange(in, from, to) : found;
                        },
                        Integer.MAX_VALUE);
        if (out == null) {
            return found(cell, 0, length, masked);
        }
        if (inside.isEmpty()) {
            return null;
        }
        inside.forEach((detector, count) -> masked.merge(detector, count, Long::sum));
        return out;
    }

    private byte @Nullable [] found(byte[] in, int start, int end, Map<String, Long> masked) {
        int from = start + before;
        if (from >= end) {
            return null;
        }
        kept.begin(in, start, from, masked);
        scanner.mask(in, from, end, name, kept);
        return kept.found();
    }

    /// What is left of one value. Nothing is copied before something was found.
    private static final class Kept implements MaskSink {
        /// Bytes that are kept for the next value.
        private static final int MAX_KEPT = 64 * 1024;

        private byte[] out = new byte[256];
        private int length;
        private byte[] in = out;
        private int start;

        /// Up to here all of it was let through.
        private int clean;

        private boolean changed;
        private Map<String, Long> masked = Map.of();

        /// @param from up to which it passes unseen
        void begin(byte[] value, int valueStart, int from, Map<String, Long> counts) {
            in = value;
            start = valueStart;
            clean = from;
            length = 0;
            changed = false;
            masked = counts;
        }

        @Override
        @SuppressWarnings("ReferenceEquality") // whether it is the very same memory
        public void bytes(byte[] b, int from, int to) {
            if (!changed && b == in && from == clean) {
                clean = to;
                return;
            }
            change();
            add(b, from, to);
        }

        @Override
        public void span(String detector, long from, long to) {
            masked.merge(detector, 1L, Long::sum);
        }

        private void change() {
            if (!changed) {
                changed = true;
                add(in, start, clean);
            }
        }

        private void add(byte[] b, int from, int to) {
            int more = to - from;
            if (more > out.length - length) {
                out = Arrays.copyOf(out, Math.max(2 * out.length, Math.addExact(length, more)));
            }
            System.arraycopy(b, from, out, length, more);
            length += more;
        }

        /// Null where nothing was.
        byte @Nullable [] found() {
            var value = changed ? Arrays.copyOf(out, length) : null;
            if (out.length > MAX_KEPT) {
                out = new byte[256];
            }
            in = out;
            return value;
        }
    }
}
