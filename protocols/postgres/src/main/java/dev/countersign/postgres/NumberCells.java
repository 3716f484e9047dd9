package dev.countersign.postgres;

import dev.countersign.masking.Operator;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Numbers in buckets. What has no bucket (NaN, infinity), or one that its type cannot hold, is
/// NULL.
final class NumberCells {
    /// Whole numbers up to here are exact in a double; above, a multiple would show the number
    /// itself.
    private static final double EXACT_DOUBLE = 0x1p53;

    private static final double EXACT_FLOAT = 0x1p24;

    private static final int LONGEST_TEXT = 32;
    private static final Pattern WHOLE = Pattern.compile("-?\\d{1,19}");
    private static final Pattern FLOAT =
            Pattern.compile("-?\\d{1,20}(\\.\\d{1,20})?(e[+-]\\d{1,3})?");

    private NumberCells() {}

    /// @param bytes of it in binary
    /// @param least that the type holds
    static CellMask.Change whole(boolean binary, int bytes, long least, Operator.Bucket bucket) {
        return value -> {
            var read = binary ? binaryWhole(value, bytes) : textWhole(value);
            var floor = read.isEmpty() ? read : bucket.apply(read.getAsLong());
            return floor.isEmpty() || floor.getAsLong() < least
                    ? null
                    : write(floor.getAsLong(), binary, bytes);
        };
    }

    static CellMask.Change oid(boolean binary, Operator.Bucket bucket) {
        return value -> {
            var read = binary ? binaryWhole(value, Integer.BYTES) : textWhole(value);
            return read.isEmpty()
                    ? null
                    : write(
                            bucket.apply(read.getAsLong() & 0xFFFF_FFFFL).orElse(0),
                            binary,
                            Integer.BYTES);
        };
    }

    private static OptionalLong binaryWhole(byte[] value, int bytes) {
        if (value.length != bytes) {
            return OptionalLong.empty();
        }
        var in = ByteBuffer.wrap(value);
        return OptionalLong.of(
                bytes == Short.BYTES
                        ? in.getShort()
                        : bytes == Integer.BYTES ? in.getInt() : in.getLong());
    }

    private static OptionalLong textWhole(byte[] value) {
        var text = text(value);
        if (text == null || !WHOLE.matcher(text).matches()) {
            return OptionalLong.empty();
        }
        var number = new BigInteger(text);
        return number.bitLength() < Long.SIZE
                ? OptionalLong.of(number.longValue())
                : OptionalLong.empty();
    }

    private static byte[] write(long number, boolean binary, int bytes) {
        if (!binary) {
            return Long.toString(number).getBytes(StandardCharsets.UTF_8);
        }
        var out = ByteBuffer.allocate(bytes);
        if (bytes == Short.BYTES) {
            out.putShort((short) number);
        } else if (bytes == Integer.BYTES) {
            out.putInt((int) number);
        } else {
            out.putLong(number);
        }
        return out.array();
    }

    /// @param wide a float8
    static CellMask.Change floating(boolean wide, boolean binary, Operator.Bucket bucket) {
        return value -> {
            double number = binary ? binaryFloating(value, wide) : textFloating(value);
            double exact = wide ? EXACT_DOUBLE : EXACT_FLOAT;
            if (!(Math.abs(number) < exact)) {
                return null;
            }
            var floor = bucket.apply((long) Math.floor(number)).orElse(0);
            if (!binary) {
                return Long.toString(floor).getBytes(StandardCharsets.UTF_8);
            }
            return wide
                    ? ByteBuffer.allocate(Double.BYTES).putDouble((double) floor).array()
                    : ByteBuffer.allocate(Float.BYTES).putFloat((float) floor).array();
        };
    }

    private static double binaryFloating(byte[] value, boolean wide) {
        if (value.length != (wide ? Double.BYTES : Float.BYTES)) {
            return Double.NaN;
        }
        var in = ByteBuffer.wrap(value);
        return wide ? in.getDouble() : in.getFloat();
    }

    private static double textFloating(byte[] value) {
        var text = text(value);
        return text != null && FLOAT.matcher(text).matches()
                ? Double.parseDouble(text)
                : Double.NaN;
    }

    static CellMask.Change numeric(boolean binary, int modifier, Operator.Bucket bucket) {
        int digits = Numeric.wholeDigits(modifier);
        return value -> {
            var floor = binary ? Numeric.floor(value) : Numeric.floorOfText(value);
            if (floor == null) {
                return null;
            }
            var out = bucket.apply(floor);
            if (out.signum() != 0 && out.abs().toString().length() > digits) {
                return null;
            }
            return Numeric.cell(out, binary, modifier);
        };
    }

    private static @Nullable String text(byte[] value) {
        return value.length > LONGEST_TEXT ? null : new String(value, StandardCharsets.ISO_8859_1);
    }
}
