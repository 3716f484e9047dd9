package dev.countersign.postgres;

import dev.countersign.masking.MaskKey;
import dev.countersign.masking.Operator;
import dev.countersign.model.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Masks of texts, which look the same in both formats.
final class TextCells {
    /// Bytes of `name`, less its zero.
    private static final int NAME_LENGTH = 63;

    /// What a type modifier counts beside the length.
    private static final int MODIFIER = 4;

    /// The shortest cut of a pseudonym that still tells values apart: 64 bits behind the prefix.
    private static final int SHORTEST_PSEUDONYM = MaskKey.PREFIX.length() + 13;

    private TextCells() {}

    static CellMask of(CellType type, int modifier, Operator operator) {
        var room = room(type, modifier);
        return switch (operator) {
            case Operator.Nothing _ -> CellMask.Same.NULL;
            case Operator.Fixed(var text) -> room.same(text);
            case Operator.FirstDay(_, var placeholder) -> room.same(placeholder);
            case Operator.Bucket(_, var placeholder) -> room.same(placeholder);
            case Operator.Partial partial ->
                    new CellMask.Each(
                            value ->
                                    Bytes.owned(value)
                                            .text()
                                            .map(text -> room.fit(partial.apply(text)))
                                            .orElse(null),
                            room.same(partial.placeholder()));
            case Operator.Digits(var key, var placeholder) ->
                    new CellMask.Each(
                            value ->
                                    Bytes.owned(value)
                                            .text()
                                            .flatMap(key::apply)
                                            .map(room::fit)
                                            .orElse(null),
                            room.same(placeholder));
            case Operator.Pseudonym(var key, var placeholder) ->
                    room.points() < SHORTEST_PSEUDONYM
                            ? room.same(placeholder)
                            : new CellMask.Each(
                                    value ->
                                            room.fit(key.text(room.padded() ? bare(value) : value)),
                                    room.same(placeholder));
        };
    }

    private static Room room(CellType type, int modifier) {
        if (type == CellType.NAME) {
            return new Room(Integer.MAX_VALUE, NAME_LENGTH, false);
        }
        boolean limited = type != CellType.TEXT && modifier >= MODIFIER;
        return new Room(
                limited ? modifier - MODIFIER : Integer.MAX_VALUE,
                Integer.MAX_VALUE,
                limited && type == CellType.BPCHAR);
    }

    /// Without the blanks that a `char(n)` is filled up with, which count for nothing.
    private static byte[] bare(byte[] value) {
        int end = value.length;
        while (end > 0 && value[end - 1] == ' ') {
            end--;
        }
        return Arrays.copyOf(value, end);
    }

    /// What a column can hold.
    ///
    /// @param points code points of a `varchar(n)` or `char(n)`
    /// @param bytes of a `name`
    /// @param padded filled up with blanks
    private record Room(int points, int bytes, boolean padded) {
        CellMask.Same same(String text) {
            return new CellMask.Same(fit(text));
        }

        byte[] fit(String text) {
            if (points == Integer.MAX_VALUE && bytes == Integer.MAX_VALUE) {
                return text.getBytes(StandardCharsets.UTF_8);
            }
            int count = text.codePointCount(0, text.length());
            var fits =
                    count <= points ? text : text.substring(0, text.offsetByCodePoints(0, points));
            if (padded && count < points) {
                fits += " ".repeat(points - count);
            }
            var out = fits.getBytes(StandardCharsets.UTF_8);
            return out.length <= bytes ? out : cut(out);
        }

        /// At the end of a whole character.
        private byte[] cut(byte[] text) {
            int end = bytes;
            while (end > 0 && (text[end] & 0xC0) == 0x80) {
                end--;
            }
            return Arrays.copyOf(text, end);
        }
    }
}
