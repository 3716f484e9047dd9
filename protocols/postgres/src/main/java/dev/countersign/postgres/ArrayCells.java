package dev.countersign.postgres;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Arrays, element by element: dimensions and NULLs stay. An array that cannot be read, or grows
/// beyond [#MAX_OUT], is NULL.
final class ArrayCells {
    /// The server's own limit.
    private static final int MAX_DIMENSIONS = 6;

    /// Bytes: many small elements may each become a long placeholder.
    static final int MAX_OUT = 4 << 20;

    private static final int HEADER = 3 * Integer.BYTES;
    private static final int DIMENSION = 2 * Integer.BYTES;

    /// Of an array that does not begin at 1: `[0:2][5:6]=`.
    private static final Pattern BOUNDS =
            Pattern.compile("(\\[-?\\d{1,10}:-?\\d{1,10}]){1," + MAX_DIMENSIONS + "}=");

    private static final int LONGEST_BOUNDS = MAX_DIMENSIONS * 25 + 1;

    private ArrayCells() {}

    /// What becomes of an element, which is a part of `in`; null for NULL.
    interface Element {
        byte @Nullable [] apply(byte[] in, int from, int to);
    }

    static CellMask of(CellType type, boolean binary, CellMask element) {
        return new CellMask.Each(
                value -> each(value, type, binary, element::apply, MAX_OUT), CellMask.Same.NULL);
    }

    /// An array whose elements were changed one by one; null where it cannot be read, or grows
    /// beyond `most` bytes.
    static byte @Nullable [] each(
            byte[] value, CellType type, boolean binary, Element element, int most) {
        return binary
                ? binary(value, type, element, most)
                : new Text(value, element, most).masked();
    }

    /// Dimensions, whether there are NULLs, the elements' type, each dimension's length and lower
    /// bound, and each element behind its length, -1 for NULL.
    private static byte @Nullable [] binary(
            byte[] value, CellType type, Element element, int most) {
        var in = ByteBuffer.wrap(value);
        if (value.length < HEADER) {
            return null;
        }
        int dimensions = in.getInt();
        in.getInt(); // written anew
        if (dimensions < 0
                || dimensions > MAX_DIMENSIONS
                || in.getInt() != type.oid
                || in.remaining() < dimensions * DIMENSION) {
            return null;
        }
        long count = dimensions == 0 ? 0 : 1;
        for (int i = 0; i < dimensions; i++) {
            int length = in.getInt();
            in.getInt(); // the lower bound
            if (length < 0 || length > in.remaining()) {
                return null;
            }
            count = Math.min(count * length, Integer.MAX_VALUE);
        }
        var out = new ByteArrayOutputStream(value.length);
        out.write(value, 0, in.position());
        boolean nulls = false;
        for (long i = 0; i < count; i++) {
            if (in.remaining() < Integer.BYTES) {
                return null;
            }
            int length = in.getInt();
            if (length < -1 || length > in.remaining()) {
                return null;
            }
            int at = in.position();
            var seen = length < 0 ? null : element.apply(value, at, at + length);
            in.position(at + Math.max(length, 0));
            nulls |= seen == null;
            int32(out, seen == null ? -1 : seen.length);
            if (seen != null) {
                out.writeBytes(seen);
            }
            if (out.size() > most) {
                return null;
            }
        }
        if (in.hasRemaining()) {
            return null;
        }
        return ByteBuffer.wrap(out.toByteArray()).putInt(Integer.BYTES, nulls ? 1 : 0).array();
    }

    private static void int32(ByteArrayOutputStream out, int value) {
        out.write(value >>> 24);
        out.write(value >>> 16);
        out.write(value >>> 8);
        out.write(value);
    }

    /// `{1,NULL,"a \"b\""}`, nested for more dimensions. Of the text itself nothing goes out but
    /// bounds, braces and commas.
    private static final class Text {
        private final byte[] in;
        private final Element element;
        private final int most;
        private final ByteArrayOutputStream out;
        private int at;

        Text(byte[] in, Element element, int most) {
            this.in = in;
            this.element = element;
            this.most = most;
            this.out = new ByteArrayOutputStream(in.length);
        }

        byte @Nullable [] masked() {
            return bounds() && array(1) && at == in.length && out.size() <= most
                    ? out.toByteArray()
                    : null;
        }

        private boolean bounds() {
            if (in.length == 0 || in[0] != '[') {
                return true;
            }
            var start =
                    new String(
                            in,
                            0,
                            Math.min(in.length, LONGEST_BOUNDS),
                            StandardCharsets.ISO_8859_1);
            var bounds = BOUNDS.matcher(start);
            if (!bounds.lookingAt()) {
                return false;
            }
            at = bounds.end();
            out.write(in, 0, at);
            return true;
        }

        private int peek() {
            return at < in.length ? in[at] : -1;
        }

        private boolean array(int depth) {
            if (depth > MAX_DIMENSIONS || peek() != '{') {
                return false;
            }
            copy();
            if (peek() == '}') {
                copy();
                return true;
            }
            while (out.size() <= most) {
                if (!(peek() == '{' ? array(depth + 1) : element())) {
                    return false;
                }
                int next = peek();
                if (next != ',' && next != '}') {
                    return false;
                }
                copy();
                if (next == '}') {
                    return true;
                }
            }
            return false;
        }

        private void copy() {
            out.write(in[at++]);
        }

        private boolean element() {
            byte[] value;
            if (peek() == '"') {
                value = quoted();
            } else {
                int from = at;
                while (at < in.length && "{},\"\\".indexOf(in[at]) < 0) {
                    at++;
                }
                if (at == from) {
                    return false;
                }
                value = Arrays.copyOfRange(in, from, at);
                if (isNull(new String(value, StandardCharsets.ISO_8859_1))) {
                    out.writeBytes(value);
                    return true;
                }
            }
            if (value == null) {
                return false;
            }
            write(element.apply(value, 0, value.length));
            return true;
        }

        private byte @Nullable [] quoted() {
            var value = new ByteArrayOutputStream();
            for (at++; at < in.length; at++) {
                if (in[at] == '"') {
                    at++;
                    return value.toByteArray();
                }
                if (in[at] == '\\' && ++at == in.length) {
                    return null;
                }
                value.write(in[at]);
            }
            return null;
        }

        private void write(byte @Nullable [] value) {
            if (value == null) {
                out.writeBytes("NULL".getBytes(StandardCharsets.UTF_8));
            } else if (quotes(value)) {
                out.write('"');
                for (byte b : value) {
                    if (b == '"' || b == '\\') {
                        out.write('\\');
                    }
                    out.write(b);
                }
                out.write('"');
            } else {
                out.writeBytes(value);
            }
        }

        private static boolean quotes(byte[] value) {
            var text = new String(value, StandardCharsets.ISO_8859_1);
            return text.isEmpty()
                    || isNull(text)
                    || text.chars().anyMatch(c -> c <= ' ' || "{},\"\\".indexOf(c) >= 0);
        }

        private static boolean isNull(String text) {
            return text.toUpperCase(Locale.ROOT).equals("NULL");
        }
    }
}
