package dev.countersign.masking;

import org.jspecify.annotations.Nullable;

/// Looks through one level of base64 or hexadecimal: a token whose bytes are text in which
/// something is found is masked whole.
final class Disguise {
    private static final int LEAST = 16;
    private static final int MOST = 4096;
    private static final int TASTE = 9;

    private Disguise() {}

    /// What is found inside; null where it is no text, or a harmless one.
    static @Nullable Entity at(Scan s, int from, int to) {
        int n = to - from;
        if (n < LEAST || s.disguised) {
            return null;
        }
        if ((n & 1) == 0 && hexText(s.b, from, to) && Assigned.hex(s.b, from, to)) {
            var found = inside(s, unhex(s.b, from, Math.min(to, from + MOST)));
            if (found != null) {
                return found;
            }
        }
        return text(s.b, from, to) ? inside(s, unbase(s.b, from, Math.min(to, from + MOST))) : null;
    }

    /// Whether the first bytes, written as hexadecimal, are those of a text.
    private static boolean hexText(byte[] b, int from, int to) {
        int rest = 0;
        for (int i = from; i + 1 < to && i < from + 2 * TASTE; i += 2) {
            if (!Checks.hex(b[i]) || !Checks.hex(b[i + 1])) {
                return false;
            }
            rest = utf8(rest, Checks.value36(b[i]) << 4 | Checks.value36(b[i + 1]));
            if (rest < 0) {
                return false;
            }
        }
        return true;
    }

    /// One more byte of a text in UTF-8.
    ///
    /// @param rest bytes that the character before still has
    /// @return bytes that this one still has; negative where it is no text
    private static int utf8(int rest, int b) {
        if (rest > 0) {
            return (b & 0xC0) == 0x80 ? rest - 1 : -1;
        }
        if (b < 0x80) {
            return printable((byte) b) ? 0 : -1;
        }
        return b < 0xC2 || b > 0xF4 ? -1 : b < 0xE0 ? 1 : b < 0xF0 ? 2 : 3;
    }

    /// Whether the first bytes are those of a text; almost nothing else gets past this.
    private static boolean text(byte[] b, int from, int to) {
        int held = 0;
        int bits = 0;
        int n = 0;
        int rest = 0;
        for (int i = from; i < to && n < TASTE; i++) {
            int value = Secrets.value64(b[i]);
            if (value < 0) {
                return n >= TASTE;
            }
            held = held << 6 | value;
            bits += 6;
            if (bits >= 8) {
                bits -= 8;
                rest = utf8(rest, held >> bits & 0xFF);
                if (rest < 0) {
                    return false;
                }
                n++;
            }
        }
        return true;
    }

    private static @Nullable Entity inside(Scan s, byte[] text) {
        if (text.length < 8) {
            return null;
        }
        for (byte c : text) {
            if (!printable(c)) {
                return null;
            }
        }
        return s.inside(text);
    }

    private static boolean printable(byte c) {
        return (c >= ' ' && c < 0x7F) || c == '\n' || c == '\r' || c == '\t' || c < (byte) 0xF5;
    }

    private static byte[] unhex(byte[] b, int from, int to) {
        var out = new byte[(to - from) / 2];
        for (int i = 0; i < out.length; i++) {
            out[i] =
                    (byte)
                            (Checks.value36(b[from + 2 * i]) << 4
                                    | Checks.value36(b[from + 2 * i + 1]));
        }
        return out;
    }

    private static byte[] unbase(byte[] b, int from, int to) {
        var out = new byte[(to - from) * 3 / 4];
        int held = 0;
        int bits = 0;
        int n = 0;
        for (int i = from; i < to; i++) {
            int value = Secrets.value64(b[i]);
            if (value < 0) {
                break;
            }
            held = held << 6 | value;
            bits += 6;
            if (bits >= 8 && n < out.length) {
                bits -= 8;
                out[n++] = (byte) (held >> bits);
            }
        }
        return java.util.Arrays.copyOf(out, n);
    }
}
