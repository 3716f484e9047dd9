package dev.countersign.postgres;

import dev.countersign.gate.Frame;
import dev.countersign.gate.MalformedFrame;
import dev.countersign.masking.MaskKeys;
import dev.countersign.masking.MaskSettings;
import dev.countersign.masking.Operator;
import dev.countersign.model.Facts;
import dev.countersign.model.Obligations;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
    private Styles styles = Styles.DEFAULT;

    /// @param labels the catalogue as it is now
    /// @param keys of this session
    ColumnMasks(Supplier<Labels> labels, MaskKeys.Scoped keys) {
        this.labels = labels;
        this.keys = keys;
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
        if (!now.any()) {
            return null;
        }
        // one that is not as long as was foreseen: nothing of it is proven
        boolean fits = outputs.fits(shape.columns().size());
        var masks = new ArrayList<Mask>();
        boolean any = false;
        for (int i = 0; i < shape.columns().size(); i++) {
            var column = shape.columns().get(i);
            var mask =
                    mask(
                            column,
                            now.origin(column.table(), column.attribute()),
                            fits ? outputs.at(i) : Facts.Origin.DERIVED,
                            obligations);
            masks.add(mask);
            any |= mask.cells() != null;
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
                    told instanceof Labels.Origin.Labelled(var label, var settings)
                            ? mask(column, label, settings, obligations)
                            : Mask.UNPROVEN;
            case DERIVED -> Mask.UNPROVEN;
        };
    }

    private Mask mask(
            Shape.Column column, String label, MaskSettings settings, Obligations obligations) {
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
        return new Mask(
                label, CellMasks.of(column, Operator.of(label, strict, keys), styles), false);
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

    /// @param cells null where they pass as they are
    /// @param blind a NULL is not told from a value, not even by what is counted
    private record Mask(String label, @Nullable CellMask cells, boolean blind) {
        static final Mask PASS = new Mask("", null, false);
        static final Mask UNPROVEN = new Mask("unproven", CellMasks.constant(), true);
    }

    private record RowPlan(List<Mask> masks) implements Plan {
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

        private static int cell(
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
                out.writeBytes(in, at, next - at);
                return next;
            }
            if (length >= 0 || mask.blind()) {
                masked.merge(mask.label(), 1L, Long::sum);
            }
            var seen =
                    length < 0 && !mask.blind()
                            ? null
                            : switch (cells) {
                                case CellMask.Same same -> same.cell();
                                case CellMask.Each each when length > CellMask.LONGEST ->
                                        each.tooLong();
                                case CellMask.Each each -> {
                                    var clear = new byte[length];
                                    in.getBytes(value, clear);
                                    yield each.of(clear);
                                }
                            };
            if (seen == null) {
                out.writeInt(-1);
            } else {
                out.writeInt(seen.length).writeBytes(seen);
            }
            return next;
        }
    }
}
