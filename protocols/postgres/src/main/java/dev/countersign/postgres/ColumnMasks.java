package dev.countersign.postgres;

import dev.countersign.gate.Frame;
import dev.countersign.gate.MalformedFrame;
import dev.countersign.masking.DocumentMask;
import dev.countersign.masking.MaskKeys;
import dev.countersign.masking.MaskSettings;
import dev.countersign.masking.Operator;
import dev.countersign.masking.Scanner;
import dev.countersign.model.Facts;
import dev.countersign.model.Obligations;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Masks by origin and lineage: what happens to each cell is decided once for a result's shape.
///
/// A cell that is exactly one labelled column becomes what [CellMasks] chooses; a NULL of it stays
/// NULL. A column whose origin is not proven is one constant in every row, whatever the row holds.
/// A result that was announced without columns has a plan too: a row of it that has cells is not
/// passed on.
final class ColumnMasks implements RowMasks {
    private final Supplier<Labels> labels;
    private final MaskKeys.Scoped keys;
    private final @Nullable Scanner scanner;
    private Styles styles = Styles.DEFAULT;

    /// @param labels the catalogue as it is now
    /// @param keys of this session
    ColumnMasks(Supplier<Labels> labels, MaskKeys.Scoped keys) {
        this(labels, keys, null);
    }

    /// @param scanner looks at what nothing labels; null where nobody wants that
    ColumnMasks(Supplier<Labels> labels, MaskKeys.Scoped keys, @Nullable Scanner scanner) {
        this.labels = labels;
        this.keys = keys;
        this.scanner = scanner;
    }

    @Override
    public boolean detects() {
        return scanner != null;
    }

    @Override
    public boolean labelled() {
        return labels.get().any();
    }

    @Override
    public void reported(String setting, String value) {
        styles = styles.with(setting, value);
    }

    @Override
    public @Nullable Plan plan(Shape shape, Obligations obligations, Facts.Outputs outputs) {
        var now = labels.get();
        boolean labelled = now.any();
        if (!labelled && scanner == null) {
            return null;
        }
        // one that is not as long as was foreseen: nothing of it is proven
        boolean fits = outputs.fits(shape.columns().size());
        var masks = new ArrayList<Mask>();
        boolean any = false;
        for (int i = 0; i < shape.columns().size(); i++) {
            var column = shape.columns().get(i);
            var mask =
                    labelled
                            ? mask(
                                    column,
                                    now.origin(column.table(), column.attribute()),
                                    fits ? outputs.at(i).origin() : Facts.Origin.DERIVED,
                                    obligations)
                            : Mask.PASS;
            if (mask.passes() && scanner != null) {
                mask = new Mask("", null, false, Detecting.of(column, scanner));
            }
            masks.add(mask);
            any |= !mask.passes();
        }
        return any || masks.isEmpty() ? new RowPlan(masks) : null;
    }

    /// Two analyses must agree: where the target says that a column comes from, and where the
    /// statement's lineage does. Where they do not, the column is one constant.
    private Mask mask(
            Shape.Column column,
            Labels.Origin told,
            Facts.Origin followed,
            Obligations obligations) {
        return switch (followed) {
            case HARMLESS ->
                    told instanceof Labels.Origin.Harmless || column.table() == 0
                            ? Mask.PASS
                            : Mask.UNPROVEN;
            case LABELLED ->
                    told instanceof Labels.Origin.Labelled(var label)
                            ? mask(column, label, obligations)
                            : Mask.UNPROVEN;
            case DERIVED -> Mask.UNPROVEN;
        };
    }

    /// A document of which parts are labelled goes on to the detectors with what is left.
    private Mask mask(Shape.Column column, Labels.Label label, Obligations obligations) {
        var strict = strict(label.name(), label.mask(), obligations);
        if (!label.parts().isEmpty()) {
            var parts = new ArrayList<DocumentMask.Part>();
            for (var part : label.parts()) {
                var its = strict(part.label(), part.mask(), obligations);
                parts.add(new DocumentMask.Part(part.path(), Operator.of(part.label(), its, keys)));
            }
            return new Mask(
                    label.name(),
                    JsonCells.of(column, parts, Operator.of(label.name(), strict, keys)),
                    false,
                    scanner == null ? null : Detecting.of(column, scanner));
        }
        // NULL of `null` is not told from a value, nor by what is counted
        boolean blind = strict.equals(MaskSettings.NULL);
        return new Mask(
                label.name(),
                CellMasks.of(column, Operator.of(label.name(), strict, keys), styles),
                blind,
                null);
    }

    private static MaskSettings strict(
            String label, MaskSettings settings, Obligations obligations) {
        var strict = settings;
        for (var rule : obligations.masks()) {
            if (!rule.with().isEmpty()
                    && rule.labels().stream().anyMatch(pattern -> matches(pattern, label))) {
                strict =
                        strict.and(
                                rule.with().equals("null")
                                        ? MaskSettings.NULL
                                        : MaskSettings.REDACT);
            }
        }
        return strict;
    }

    /// `pii.*`: `*` stands for any run of characters.
    private static boolean matches(String pattern, String label) {
        var parts = pattern.split("\\*", -1);
        var quoted = new StringBuilder();
        for (int i = 0; i < parts.length; i++) {
            quoted.append(i == 0 ? "" : ".*").append(Pattern.quote(parts[i]));
        }
        return label.matches(quoted.toString());
    }

    @Override
    public @Nullable Detecting lines() {
        return scanner == null ? null : Detecting.lines(scanner);
    }

    @Override
    public @Nullable CopyMask copy(
            Facts.Outputs outputs, Obligations obligations, Map<String, Long> masked) {
        var now = labels.get();
        if (!now.any() || outputs.harmless()) {
            return null;
        }
        var masks = new ArrayList<Mask>();
        boolean binary = outputs.form() == Facts.Form.BINARY;
        for (var output : outputs.columns()) {
            masks.add(
                    switch (output.origin()) {
                        case HARMLESS ->
                                scanner == null || binary
                                        ? Mask.PASS
                                        : new Mask(
                                                "",
                                                null,
                                                false,
                                                Detecting.of(
                                                        new Shape.Column("", 0, 0, 25, -1, false),
                                                        scanner));
                        case DERIVED -> Mask.UNPROVEN;
                        case LABELLED -> {
                            var found = now.named(output.column());
                            yield found == null
                                    ? Mask.UNPROVEN
                                    : mask(
                                            new Shape.Column("", 0, 0, found.type(), -1, binary),
                                            found.label(),
                                            obligations);
                        }
                    });
        }
        return new CopyMask(outputs.form(), masks, masked);
    }

    /// @param cells null where they pass as they are
    /// @param blind a NULL is not told from a value, not even by what is counted
    /// @param detecting what is found in its cells where nothing labels them, or in what is left of
    ///   them; null where nobody looks
    record Mask(
            String label, @Nullable CellMask cells, boolean blind, @Nullable Detecting detecting) {
        static final Mask PASS = new Mask("", null, false, null);
        static final Mask UNPROVEN = new Mask("unproven", CellMasks.constant(), true, null);

        boolean passes() {
            return cells == null && detecting == null;
        }

        /// The same of a value that need not be read.
        byte @Nullable [] unread(Map<String, Long> masked) {
            masked.merge(label, 1L, Long::sum);
            return switch (Objects.requireNonNull(cells)) {
                case CellMask.Same same -> same.cell();
                case CellMask.Each each -> each.tooLong();
            };
        }

        /// How a cell looks, of a column that does not pass.
        ///
        /// @param value null for NULL
        byte @Nullable [] apply(byte @Nullable [] value, Map<String, Long> masked) {
            return cells == null ? looked(value, masked) : looked(covered(value, masked), masked);
        }

        private byte @Nullable [] looked(byte @Nullable [] value, Map<String, Long> masked) {
            var found =
                    detecting == null || value == null
                            ? null
                            : detecting.found(value, value.length, masked);
            return found == null ? value : found;
        }

        private byte @Nullable [] covered(byte @Nullable [] value, Map<String, Long> masked) {
            if (value != null || blind) {
                masked.merge(label, 1L, Long::sum);
            }
            if (value == null && !blind) {
                return null;
            }
            return switch (Objects.requireNonNull(cells)) {
                case CellMask.Same same -> same.cell();
                case CellMask.Each each when value == null || value.length > CellMask.LONGEST ->
                        each.tooLong();
                case CellMask.Each each -> each.of(value);
            };
        }
    }

    private static final class RowPlan implements Plan {
        private final List<Mask> masks;
        private byte[] buffer = new byte[256];

        RowPlan(List<Mask> masks) {
            this.masks = List.copyOf(masks);
        }

        /// A DataRow: `D`, its length, the number of cells, and each cell's length (-1 for NULL)
        /// and bytes.
        @Override
        public ByteBuf apply(Frame row, ByteBufAllocator allocator, Map<String, Long> masked)
                throws MalformedFrame {
            var in = row.buffer();
            int at = row.start() + PostgresFraming.HEADER;
            if (row.end() - at < Short.BYTES || in.getUnsignedShort(at) != masks.size()) {
                throw new MalformedFrame("a row that has not the columns it was announced with");
            }
            var out = allocator.buffer(row.size() + 64);
            try {
                out.writeByte('D').writeInt(0).writeShort(masks.size());
                at += Short.BYTES;
                for (var mask : masks) {
                    at = cell(mask, in, at, row.end(), out, masked);
                }
                if (at != row.end()) {
                    throw new MalformedFrame("a row that is longer than its cells");
                }
                out.setInt(out.readerIndex() + 1, out.readableBytes() - 1);
                return out;
            } catch (MalformedFrame | RuntimeException e) {
                out.release();
                throw e;
            }
        }

        private byte @Nullable [] detected(
                Mask mask, ByteBuf in, int at, int length, Map<String, Long> masked) {
            var detecting = mask.detecting();
            if (detecting == null) {
                return null;
            }
            if (length > buffer.length) {
                buffer = new byte[Math.max(length, 2 * buffer.length)];
            }
            in.getBytes(at, buffer, 0, length);
            return detecting.found(buffer, length, masked);
        }

        private int cell(
                Mask mask, ByteBuf in, int at, int end, ByteBuf out, Map<String, Long> masked)
                throws MalformedFrame {
            if (end - at < Integer.BYTES) {
                throw new MalformedFrame("a row that ends inside of a cell's length");
            }
            int length = in.getInt(at);
            int value = at + Integer.BYTES;
            if (length < -1 || length > end - value) {
                throw new MalformedFrame("a cell that is longer than its row");
            }
            int next = value + Math.max(length, 0);
            var cells = mask.cells();
            if (cells == null) {
                var found = length > 0 ? detected(mask, in, value, length, masked) : null;
                if (found == null) {
                    out.writeBytes(in, at, next - at);
                } else {
                    out.writeInt(found.length).writeBytes(found);
                }
                return next;
            }
            byte[] clear = null;
            if (length >= 0 && cells instanceof CellMask.Each && length <= CellMask.LONGEST) {
                clear = new byte[length];
                in.getBytes(value, clear);
            }
            var seen =
                    length >= 0 && clear == null ? mask.unread(masked) : mask.apply(clear, masked);
            if (seen == null) {
                out.writeInt(-1);
            } else {
                out.writeInt(seen.length).writeBytes(seen);
            }
            return next;
        }
    }
}
