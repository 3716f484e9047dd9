package dev.countersign.masking;

/// A value as it reads, with the place of each byte in the value as it stands.
///
/// Digits of all scripts, full-width and enclosed characters become ASCII; Unicode's blanks, dashes
/// and dots theirs; what has no width goes; escapes of JSON and code (backslash and `u0034`, `n`),
/// of URLs (`%34`, doubled too) and of HTML (`&#52;`, `&commat;`) are undone, so that a number is
/// the same however it is written. What comes out is never longer than what went in.
final class Folding {
    private static final int ESCAPES = 8;

    /// Room behind what comes out: plain bytes are written eight at a time.
    private static final int SPARE = 8;

    private byte[] out = new byte[SPARE];
    private int length;

    /// Where something was read otherwise; all between two of them is plain.
    private final Changes changes = new Changes();

    /// Set by the readers below: how many bytes the character took.
    private int width;

    /// Where `raw` begins in what comes out.
    int fold(byte[] b, int lo, int raw, int hi) {
        if (out.length < hi - lo + SPARE) {
            out = new byte[Math.max(hi - lo + SPARE, 2 * out.length)];
        }
        changes.clear(lo);
        length = 0;
        int from = 0;
        int i = lo;
        while (i < hi) {
            int before = length;
            int plain = copy(b, i, hi);
            if (plain > i) {
                if (i <= raw) {
                    from = before + Math.min(raw, plain - 1) - i;
                }
                i = plain;
                continue;
            }
            if (i <= raw) {
                from = length;
            }
            int point = point(b, i, hi);
            if (width == 1) {
                out[length++] = b[i]; // what begins here reads as it stands
            } else if (point == Readings.GONE) {
                changes.add(length, i, length, i + width);
            } else if (point < 0x80) {
                put(point, i, i + width);
            } else {
                character(b, i, point);
            }
            i += width;
        }
        if (i <= raw) {
            from = length;
        }
        return from;
    }

    /// Bytes that stay what they are, up to one that may not.
    private int copy(byte[] b, int from, int hi) {
        int i = from;
        while (i + 8 <= hi) {
            long eight = Eight.at(b, i);
            int n = Eight.plain(eight);
            Eight.put(out, length, eight);
            length += n;
            i += n;
            if (n < 8) {
                return i;
            }
        }
        while (i < hi && !Readings.otherwise(b[i])) {
            out[length++] = b[i++];
        }
        return i;
    }

    byte[] bytes() {
        return out;
    }

    int length() {
        return length;
    }

    /// Where the byte `i` of what came out begins in what went in.
    int start(int i) {
        return changes.start(i);
    }

    /// Where it ends.
    int end(int i) {
        return changes.end(i);
    }

    private void put(int c, int from, int to) {
        out[length] = (byte) c;
        changes.add(length, from, ++length, to);
    }

    /// A character that stays what it is: its own bytes where it stands as such.
    private void character(byte[] b, int i, int point) {
        if (b[i] < 0) {
            // its own bytes are plain: the ones before and behind it are at the same places
            System.arraycopy(b, i, out, length, width);
            length += width;
        } else if (point < 0x800) {
            put(0xC0 | point >> 6, i, i + width);
            put(0x80 | (point & 0x3F), i, i + width);
        } else {
            put(0xE0 | (point >> 12 & 15), i, i + width);
            put(0x80 | (point >> 6 & 0x3F), i, i + width);
            put(0x80 | (point & 0x3F), i, i + width);
        }
    }

    /// Whether the character at `i` would come out as another.
    static boolean needed(byte[] b, int i, int hi) {
        int c = b[i];
        if (c >= 0) {
            int next = i + 1 < hi ? b[i + 1] : 0;
            return switch (c) {
                case '\\' ->
                        next == 'u'
                                || next == 'n'
                                || next == 't'
                                || next == 'r'
                                || next == '"'
                                || next == '/'
                                || next == '\\'
                                || next == 'x';
                case '%' ->
                        i + 2 < hi && ((Checks.hex(next) && Checks.hex(b[i + 2])) || next == 'u');
                case '&' -> next == '#' || Checks.letter(next);
                default -> false;
            };
        }
        return switch (c & 0xFF) {
            case 0xC2, 0xCD, 0xD8, 0xD9, 0xDB, 0xDF, 0xE0, 0xE1, 0xE2, 0xEA, 0xEF, 0xF0 -> {
                int size = size(c);
                if (i + size > hi) {
                    yield false;
                }
                int point = decode(b, i, size);
                yield point >= 0 && Readings.folded(point) != point;
            }
            case 0xE3 -> i + 2 < hi && b[i + 1] == (byte) 0x80 && b[i + 2] == (byte) 0x80;
            default -> false;
        };
    }

    private int point(byte[] b, int i, int hi) {
        int c = b[i];
        width = 1;
        if (c < 0) {
            int size = size(c);
            if (size == 1 || i + size > hi) {
                return c & 0xFF;
            }
            int point = decode(b, i, size);
            if (point < 0) {
                return c & 0xFF;
            }
            width = size;
            return Readings.folded(point);
        }
        return switch (c) {
            case '\\' -> backslash(b, i, hi);
            case '%' -> percent(b, i, hi);
            case '&' -> entity(b, i, hi);
            default -> c;
        };
    }

    private int backslash(byte[] b, int i, int hi) {
        int p = i;
        while (p < hi && b[p] == '\\' && p - i < ESCAPES) {
            p++;
        }
        if (p >= hi) {
            return '\\';
        }
        int escape = b[p];
        int point =
                switch (escape) {
                    case 'n' -> '\n';
                    case 'r' -> '\r';
                    case 't' -> '\t';
                    case '"' -> '"';
                    case '/' -> '/';
                    default -> Readings.GONE;
                };
        if (point != Readings.GONE) {
            width = p + 1 - i;
            return point;
        }
        if (escape == 'x') {
            int value = hex(b, p + 1, 2, hi);
            if (value < 0x20 || value > 0x7E) {
                return '\\';
            }
            width = p + 3 - i;
            return value;
        }
        return escape == 'u' ? unicode(b, i, p + 1, hi) : '\\';
    }

    /// The hexadecimal digits behind backslash and `u`, perhaps in braces, perhaps of a pair.
    private int unicode(byte[] b, int i, int p, int hi) {
        if (p < hi && b[p] == '{') {
            int stop = p + 1;
            while (stop < hi && stop - p < 8 && Checks.hex(b[stop])) {
                stop++;
            }
            int point = stop < hi && b[stop] == '}' ? hex(b, p + 1, stop - p - 1, hi) : -1;
            if (point < 0 || point > 0xFFFF) {
                return b[i];
            }
            width = stop + 1 - i;
            return Readings.folded(point);
        }
        int point = hex(b, p, 4, hi);
        if (point < 0) {
            return b[i];
        }
        width = p + 4 - i;
        if (point >= 0xD800 && point < 0xDC00) {
            int q = p + 4;
            while (q < hi && b[q] == '\\') {
                q++;
            }
            int low = q < hi && q > p + 4 && b[q] == 'u' ? hex(b, q + 1, 4, hi) : -1;
            if (low >= 0xDC00 && low < 0xE000) {
                int pair = 0x10000 + ((point - 0xD800) << 10) + low - 0xDC00;
                int read = Readings.folded(pair);
                width = q + 5 - i;
                return read < 0x80 ? read : 0xFFFD;
            }
        }
        return Readings.folded(point);
    }

    private int percent(byte[] b, int i, int hi) {
        if (i + 1 < hi && b[i + 1] == 'u') {
            int point = hex(b, i + 2, 4, hi);
            if (point > 0) {
                width = 6;
                return Readings.folded(point);
            }
            return '%';
        }
        int at = i;
        int first = hex(b, at + 1, 2, hi);
        int second = first == '%' ? hex(b, at + 3, 2, hi) : -1;
        if ((second >= 0x20 && second < 0x7F) || second >= 0xC2) {
            at += 2;
            first = second;
        }
        if (first >= 0x20 && first < 0x7F) {
            width = at + 3 - i;
            return first;
        }
        int size = first < 0xC2 ? 1 : size(first);
        if (size == 1) {
            return '%';
        }
        var utf8 = new byte[size];
        utf8[0] = (byte) first;
        int p = at + 3;
        for (int k = 1; k < size; k++) {
            if (p >= hi || b[p] != '%') {
                return '%';
            }
            p += p + 2 < hi && b[p + 1] == '2' && b[p + 2] == '5' ? 2 : 0;
            int value = hex(b, p + 1, 2, hi);
            if (value < 0) {
                return '%';
            }
            utf8[k] = (byte) value;
            p += 3;
        }
        int point = decode(utf8, 0, size);
        if (point < 0) {
            return '%';
        }
        width = p - i;
        int read = Readings.folded(point);
        return read > 0xFFFF ? 0xFFFD : read;
    }

    private int entity(byte[] b, int i, int hi) {
        int p = i + 1;
        // an ampersand that is escaped itself
        while (p + 4 <= hi
                && b[p] == 'a'
                && b[p + 1] == 'm'
                && b[p + 2] == 'p'
                && b[p + 3] == ';'
                && p + 4 < hi
                && (b[p + 4] == '#' || b[p + 4] == 'a')) {
            p += 4;
        }
        if (p < hi && b[p] == '#') {
            return number(b, i, p + 1, hi);
        }
        for (var named : Readings.NAMED) {
            if (p >= hi || b[p] != named.charAt(0)) {
                continue;
            }
            int end = named.indexOf(';') + 1;
            if (p + end <= hi && same(b, p, named, end)) {
                width = p + end - i;
                return end == named.length() ? Readings.GONE : named.charAt(end);
            }
        }
        return '&';
    }

    private int number(byte[] b, int i, int from, int hi) {
        int p = from;
        int radix = 10;
        if (p < hi && (b[p] | 0x20) == 'x') {
            radix = 16;
            p++;
        }
        int value = 0;
        int digits = 0;
        while (p < hi && digits < 8) {
            int digit = Checks.value36(b[p]);
            if (digit < 0 || digit >= radix) {
                break;
            }
            value = value * radix + digit;
            digits++;
            p++;
        }
        if (digits == 0 || value < 9 || value > 0x10FFFF || p >= hi || b[p] != ';') {
            return '&';
        }
        width = p + 1 - i;
        int read = Readings.folded(value);
        return read > 0xFFFF ? 0xFFFD : read;
    }

    private static boolean same(byte[] b, int p, String word, int n) {
        for (int k = 0; k < n; k++) {
            if (b[p + k] != word.charAt(k)) {
                return false;
            }
        }
        return true;
    }

    /// @return -1 where they are not so many
    private static int hex(byte[] b, int from, int n, int hi) {
        if (from + n > hi || n < 1) {
            return -1;
        }
        int value = 0;
        for (int i = from; i < from + n; i++) {
            if (!Checks.hex(b[i])) {
                return -1;
            }
            value = value << 4 | Checks.value36(b[i]);
        }
        return value;
    }

    private static int size(int lead) {
        int c = lead & 0xFF;
        return c < 0xC2 || c > 0xF4 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    }

    /// @return -1 where it is no UTF-8
    private static int decode(byte[] b, int i, int size) {
        int point = b[i] & 0xFF >> (size + 1);
        for (int k = 1; k < size; k++) {
            int c = b[i + k];
            if ((c & 0xC0) != 0x80) {
                return -1;
            }
            point = point << 6 | (c & 0x3F);
        }
        return point;
    }

    /// Lets go of the memory of an unusually long value.
    void shrink(int most) {
        if (out.length > most) {
            out = new byte[SPARE];
            changes.shrink();
        }
    }
}
