package dev.countersign.postgres;

import dev.countersign.gate.MalformedFrame;
import dev.countersign.model.Facts;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Masks what a COPY sends to the client, row by row, in text, CSV and binary (PostgreSQL's page
/// "COPY", File Formats).
///
/// What comes is a stream: a message need not be a row. Bytes are held until a row is whole, at
/// most [Replies#MAX_MASKED_ROW] of them, and each row leaves as one CopyData. In text a row ends
/// with a line feed, since one inside a value is written as `\n`; in CSV with one outside of
/// quotes; in binary its cells' lengths say where it ends.
final class CopyMask {
    /// Begins every binary copy: signature, flags, and the length of an extension.
    private static final byte[] SIGNATURE = {
        'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xFF, '\r', '\n', 0
    };

    private static final int FIXED = SIGNATURE.length + 2 * Integer.BYTES;

    private final Facts.Form form;
    private final List<ColumnMasks.Mask> masks;
    private final Map<String, Long> masked;
    private byte[] held = new byte[1 << 10];
    private int filled;
    private int looked;
    private boolean quoted;
    private boolean begun;
    private boolean over;

    /// Is told each row as it leaves: a whole CopyData.
    interface Rows {
        void row(ByteBuf row);
    }

    /// @param form one that can be masked
    /// @param masked counts masked cells by label
    CopyMask(Facts.Form form, List<ColumnMasks.Mask> masks, Map<String, Long> masked) {
        this.form = form;
        this.masks = List.copyOf(masks);
        this.masked = masked;
        this.begun =
                switch (form) {
                    case TEXT_WITH_NAMES, CSV_WITH_NAMES, BINARY -> false;
                    case TEXT, CSV, ROWS, OTHER -> true;
                };
    }

    /// Takes in what a CopyData, or a piece of one, holds.
    void feed(ByteBuf in, int from, int to, ByteBufAllocator allocator, Rows out)
            throws MalformedFrame {
        if (filled + (to - from) > Replies.MAX_MASKED_ROW) {
            throw new MalformedFrame(
                    "a row of more than " + Replies.MAX_MASKED_ROW + " bytes cannot be masked");
        }
        if (filled + (to - from) > held.length) {
            held =
                    Arrays.copyOf(
                            held,
                            Math.max(
                                    filled + (to - from),
                                    Math.min(2 * held.length, Replies.MAX_MASKED_ROW)));
        }
        in.getBytes(from, held, filled, to - from);
        filled += to - from;
        int done = 0;
        int end;
        while ((end = form == Facts.Form.BINARY ? tupleEnd(done) : lineEnd(done)) >= 0) {
            row(done, end, allocator, out);
            done = end;
        }
        System.arraycopy(held, done, held, 0, filled - done);
        filled -= done;
        looked = form == Facts.Form.BINARY ? 0 : filled;
    }

    /// The copy is over: nothing may be left.
    void end() throws MalformedFrame {
        if (filled > 0 || (form == Facts.Form.BINARY && !over)) {
            throw new MalformedFrame("a copy that ends inside of a row");
        }
    }

    private void row(int from, int to, ByteBufAllocator allocator, Rows rows)
            throws MalformedFrame {
        var out = allocator.buffer(to - from + 64);
        try {
            out.writeByte('d').writeInt(0);
            if (!begun || over) {
                begun = true;
                out.writeBytes(held, from, to - from); // names of columns, or what frames them
            } else {
                switch (form) {
                    case TEXT, TEXT_WITH_NAMES -> text(from, to - 1, out);
                    case CSV, CSV_WITH_NAMES -> csv(from, to - 1, out);
                    case BINARY -> binary(from, out);
                    case ROWS, OTHER -> throw new MalformedFrame("a copy that cannot be masked");
                }
            }
            out.setInt(out.readerIndex() + 1, out.readableBytes() - 1);
        } catch (MalformedFrame | RuntimeException e) {
            out.release();
            throw e;
        }
        rows.row(out);
    }

    private int lineEnd(int from) {
        int at = Math.max(from, looked);
        for (; at < filled; at++) {
            if (held[at] == '"' && form != Facts.Form.TEXT && form != Facts.Form.TEXT_WITH_NAMES) {
                quoted = !quoted;
            } else if (held[at] == '\n' && !quoted) {
                looked = at + 1;
                return at + 1;
            }
        }
        looked = at;
        return -1;
    }

    // ---- text

    private void text(int from, int to, ByteBuf out) throws MalformedFrame {
        int column = 0;
        for (int at = from; ; column++) {
            int end = at;
            while (end < to && held[end] != '\t') {
                end += held[end] == '\\' ? 2 : 1;
            }
            var mask = mask(column);
            out.writeBytes(column == 0 ? new byte[0] : new byte[] {'\t'});
            if (mask.passes()) {
                out.writeBytes(held, at, Math.min(end, to) - at);
            } else {
                boolean none = end - at == 2 && held[at] == '\\' && held[at + 1] == 'N';
                var seen = mask.apply(none ? null : unescaped(at, Math.min(end, to)), masked);
                if (seen == null) {
                    out.writeByte('\\').writeByte('N');
                } else {
                    escaped(seen, out);
                }
            }
            if (end >= to) {
                break;
            }
            at = end + 1;
        }
        whole(column + 1);
        out.writeByte('\n');
    }

    private byte[] unescaped(int from, int to) {
        var out = new byte[to - from];
        int length = 0;
        for (int at = from; at < to; at++) {
            byte one = held[at];
            if (one == '\\' && at + 1 < to) {
                one =
                        switch (held[++at]) {
                            case 'b' -> '\b';
                            case 'f' -> '\f';
                            case 'n' -> '\n';
                            case 'r' -> '\r';
                            case 't' -> '\t';
                            case 'v' -> 0x0B;
                            default -> held[at];
                        };
            }
            out[length++] = one;
        }
        return Arrays.copyOf(out, length);
    }

    private static void escaped(byte[] value, ByteBuf out) {
        for (byte one : value) {
            int letter =
                    switch (one) {
                        case '\b' -> 'b';
                        case '\f' -> 'f';
                        case '\n' -> 'n';
                        case '\r' -> 'r';
                        case '\t' -> 't';
                        case 0x0B -> 'v';
                        case '\\' -> '\\';
                        default -> 0;
                    };
            if (letter == 0) {
                out.writeByte(one);
            } else {
                out.writeByte('\\').writeByte(letter);
            }
        }
    }

    // ---- CSV

    private void csv(int from, int to, ByteBuf out) throws MalformedFrame {
        int column = 0;
        for (int at = from; ; column++) {
            int end = at;
            for (boolean inside = false; end < to && (inside || held[end] != ','); end++) {
                inside ^= held[end] == '"';
            }
            var mask = mask(column);
            out.writeBytes(column == 0 ? new byte[0] : new byte[] {','});
            if (mask.passes()) {
                out.writeBytes(held, at, end - at);
            } else {
                var seen = mask.apply(at == end ? null : unquoted(at, end), masked);
                if (seen != null) {
                    quoted(seen, out);
                }
            }
            if (end >= to) {
                break;
            }
            at = end + 1;
        }
        whole(column + 1);
        out.writeByte('\n');
    }

    private byte[] unquoted(int from, int to) {
        if (held[from] != '"') {
            return Arrays.copyOfRange(held, from, to);
        }
        var out = new byte[to - from];
        int length = 0;
        for (int at = from + 1; at < to; at++) {
            if (held[at] == '"') {
                at++; // doubled, or the end
                if (at >= to) {
                    break;
                }
            }
            out[length++] = held[at];
        }
        return Arrays.copyOf(out, length);
    }

    /// Always in quotes: an empty text without them would be NULL.
    private static void quoted(byte[] value, ByteBuf out) {
        out.writeByte('"');
        for (byte one : value) {
            if (one == '"') {
                out.writeByte('"');
            }
            out.writeByte(one);
        }
        out.writeByte('"');
    }

    // ---- binary

    /// Where what begins here ends: the header, a row, or the trailer.
    private int tupleEnd(int from) throws MalformedFrame {
        if (over) {
            if (from < filled) {
                throw new MalformedFrame("a copy that goes on behind its end");
            }
            return -1;
        }
        if (!begun) {
            return header(from);
        }
        if (filled - from < Short.BYTES) {
            return -1;
        }
        int cells = (short) int16(from);
        if (cells == -1) {
            over = true;
            return from + Short.BYTES;
        }
        whole(cells);
        long at = from + (long) Short.BYTES;
        for (int i = 0; i < cells; i++) {
            if (filled - at < Integer.BYTES) {
                return -1;
            }
            int length = int32((int) at);
            if (length < -1) {
                throw new MalformedFrame("a cell of a negative length");
            }
            at += Integer.BYTES + (long) Math.max(length, 0);
            if (at > Replies.MAX_MASKED_ROW) {
                throw new MalformedFrame(
                        "a row of more than " + Replies.MAX_MASKED_ROW + " bytes cannot be masked");
            }
        }
        return at <= filled ? (int) at : -1;
    }

    private int header(int from) throws MalformedFrame {
        if (filled - from < FIXED) {
            return -1;
        }
        if (Arrays.mismatch(held, from, from + SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length)
                >= 0) {
            throw new MalformedFrame("a binary copy that does not begin as one");
        }
        int flags = int32(from + SIGNATURE.length);
        int extension = int32(from + FIXED - Integer.BYTES);
        if (flags != 0 || extension != 0) {
            throw new MalformedFrame("a binary copy with flags or an extension that nobody knows");
        }
        return from + FIXED;
    }

    private void binary(int from, ByteBuf out) {
        int cells = int16(from);
        out.writeShort(cells);
        int at = from + Short.BYTES;
        for (int i = 0; i < cells; i++) {
            int length = int32(at);
            at += Integer.BYTES;
            var mask = masks.get(i);
            if (mask.passes()) {
                out.writeInt(length).writeBytes(held, at, Math.max(length, 0));
            } else {
                var value = length < 0 ? null : Arrays.copyOfRange(held, at, at + length);
                var seen = mask.apply(value, masked);
                out.writeInt(seen == null ? -1 : seen.length);
                if (seen != null) {
                    out.writeBytes(seen);
                }
            }
            at += Math.max(length, 0);
        }
    }

    private int int16(int at) {
        return (held[at] & 0xFF) << 8 | (held[at + 1] & 0xFF);
    }

    private int int32(int at) {
        return int16(at) << 16 | int16(at + 2);
    }

    // ---- both

    private ColumnMasks.Mask mask(int column) throws MalformedFrame {
        if (column >= masks.size()) {
            throw new MalformedFrame("a row that has not the columns it should have");
        }
        return masks.get(column);
    }

    private void whole(int columns) throws MalformedFrame {
        if (columns != masks.size()) {
            throw new MalformedFrame("a row that has not the columns it should have");
        }
    }
}
