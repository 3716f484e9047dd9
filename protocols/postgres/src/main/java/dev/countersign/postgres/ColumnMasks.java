package dev.countersign.postgres;

import dev.countersign.gate.Frame;
import dev.countersign.gate.MalformedFrame;
import dev.countersign.masking.MaskSettings;
import dev.countersign.masking.Operator;
import dev.countersign.model.Bytes;
import dev.countersign.model.Facts;
import dev.countersign.model.Obligations;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Masks by origin: what happens to each cell is decided once for a result's shape.
///
/// A cell that is exactly one labelled column has its label's operator if its type is text, and is
/// NULL otherwise: NULL is a valid value of every type in both formats. A cell whose origin is not
/// proven is NULL in every row. A NULL of a labelled column stays NULL. A result that was announced
/// without columns has a plan too: a row of it that has cells is not passed on.
final class ColumnMasks implements RowMasks {
    private static final long TEXT = 25;
    private static final long NAME = 19;
    private static final long BPCHAR = 1042;
    private static final long VARCHAR = 1043;
    private static final Set<Long> TEXTS = Set.of(TEXT, NAME, BPCHAR, VARCHAR);

    /// Bytes of `name`, less its zero.
    private static final int NAME_LENGTH = 63;

    /// What a type modifier counts beside the length.
    private static final int MODIFIER = 4;

    private final Supplier<Labels> labels;

    /// @param labels the catalogue as it is now
    ColumnMasks(Supplier<Labels> labels) {
        this.labels = labels;
    }

    @Override
    public boolean labelled() {
        return labels.get().any();
    }

    @Override
    public @Nullable Plan plan(Shape shape, Obligations obligations, Facts.Outputs outputs) {
        var now = labels.get();
        if (!now.any()) {
            return null;
        }
        // one that is not as long as was foreseen: only what the target itself calls harmless is
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
            any |= mask.kind() != Kind.PASS;
        }
        return any || masks.isEmpty() ? new RowPlan(masks) : null;
    }

    /// Two analyses must agree: where the target says that a column comes from, and where the
    /// statement's lineage does. Where they do not, the column is one constant.
    private static Mask mask(
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

    private static Mask mask(
            Shape.Column column, String label, MaskSettings settings, Obligations obligations) {
        if (!TEXTS.contains(column.type())) {
            return new Mask(Kind.NULL, label, null, 0);
        }
        boolean redacted =
                obligations.masks().stream()
                        .anyMatch(mask ->
                                mask.with().equals("redact")
                                        && mask.labels().stream()
                                                .anyMatch(pattern -> matches(pattern, label)));
        return new Mask(
                Kind.OPERATOR,
                label,
                Operator.of(label, redacted ? MaskSettings.REDACT : settings),
                longest(column));
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

    private static int longest(Shape.Column column) {
        if (column.type() == NAME) {
            return NAME_LENGTH;
        }
        return column.type() != TEXT && column.modifier() >= MODIFIER
                ? column.modifier() - MODIFIER
                : Integer.MAX_VALUE;
    }

    private enum Kind {
        PASS,
        OPERATOR,
        NULL
    }

    private record Mask(Kind kind, String label, @Nullable Operator operator, int longest) {
        static final Mask PASS = new Mask(Kind.PASS, "", null, 0);
        static final Mask UNPROVEN = new Mask(Kind.NULL, "unproven", null, 0);

        byte @Nullable [] apply(byte[] value) {
            var with = operator;
            if (with == null) {
                return null;
            }
            return Bytes.owned(value)
                    .text()
                    .map(text -> with.apply(text, longest))
                    .orElseGet(() -> with.unreadable(longest))
                    .getBytes(StandardCharsets.UTF_8);
        }
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
            if (mask.kind() == Kind.PASS) {
                out.writeBytes(in, at, next - at);
                return next;
            }
            if (length >= 0) {
                masked.merge(mask.label(), 1L, Long::sum);
            }
            if (length < 0 || mask.kind() == Kind.NULL) {
                out.writeInt(-1);
                return next;
            }
            var clear = new byte[length];
            in.getBytes(value, clear);
            var seen = mask.apply(clear);
            if (seen == null) {
                out.writeInt(-1);
            } else {
                out.writeInt(seen.length).writeBytes(seen);
            }
            return next;
        }
    }
}
