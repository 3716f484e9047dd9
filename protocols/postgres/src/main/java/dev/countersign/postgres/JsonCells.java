package dev.countersign.postgres;

import dev.countersign.masking.Operator;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Masks of json and jsonb: the whole document becomes one string.
final class JsonCells {
    /// The only version of jsonb's binary format: it and the document's text.
    private static final byte VERSION = 1;

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
