package dev.countersign.postgres;

import dev.countersign.masking.DocumentMask;
import dev.countersign.masking.Operator;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// Masks of json and jsonb: the whole document becomes one string, or parts of it are masked.
final class JsonCells {
    /// The only version of jsonb's binary format: it and the document's text.
    private static final byte VERSION = 1;

    private static final long JSONB = 3802;

    private JsonCells() {}

    /// @param versioned jsonb in binary
    static CellMask of(boolean versioned, Operator operator) {
        return switch (operator) {
            case Operator.Nothing _ -> CellMask.Same.NULL;
            case Operator.Fixed(var text) -> same(versioned, text);
            case Operator.Partial(_, _, var placeholder) -> same(versioned, placeholder);
            case Operator.Digits(_, var placeholder) -> same(versioned, placeholder);
            case Operator.FirstDay(_, var placeholder) -> same(versioned, placeholder);
            case Operator.Bucket(_, var placeholder) -> same(versioned, placeholder);
            case Operator.Pseudonym(var key, var placeholder) ->
                    new CellMask.Each(
                            value -> {
                                if (!versioned) {
                                    return cell(false, key.text(value));
                                }
                                return value.length == 0 || value[0] != VERSION
                                        ? null
                                        : cell(
                                                true,
                                                key.text(
                                                        Arrays.copyOfRange(
                                                                value, 1, value.length)));
                            },
                            same(versioned, placeholder));
        };
    }

    /// @param parts that are masked
    /// @param whole what becomes of a document that cannot be looked into
    static CellMask of(Shape.Column column, List<DocumentMask.Part> parts, Operator whole) {
        boolean versioned = column.binary() && column.type() == JSONB;
        var otherwise =
                of(versioned, whole) instanceof CellMask.Same same ? same : CellMask.Same.NULL;
        if (!DocumentMask.fits(parts)) {
            return otherwise;
        }
        var mask = new DocumentMask(parts);
        return new CellMask.Each(
                value -> {
                    if (!versioned) {
                        return mask.apply(value).orElse(null);
                    }
                    return value.length == 0 || value[0] != VERSION
                            ? null
                            : mask.apply(Arrays.copyOfRange(value, 1, value.length))
                                    .map(JsonCells::versioned)
                                    .orElse(null);
                },
                otherwise);
    }

    private static byte[] versioned(byte[] text) {
        var out = new byte[text.length + 1];
        out[0] = VERSION;
        System.arraycopy(text, 0, out, 1, text.length);
        return out;
    }

    private static CellMask.Same same(boolean versioned, String text) {
        return new CellMask.Same(cell(versioned, text));
    }

    private static byte[] cell(boolean versioned, String text) {
        var out = new StringBuilder(text.length() + 3).append(versioned ? "\u0001\"" : "\"");
        text.chars()
                .forEach(c -> {
                    if (c == '"' || c == '\\') {
                        out.append('\\').append((char) c);
                    } else if (c < ' ') {
                        out.append(String.format("\\u%04x", c));
                    } else {
                        out.append((char) c);
                    }
                });
        return out.append('"').toString().getBytes(StandardCharsets.UTF_8);
    }
}
