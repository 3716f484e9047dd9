package dev.countersign.masking;

/// Finds what the magnetic stripe of a card holds (ISO/IEC 7813).
final class Tracks {
    private Tracks() {}

    /// `%B`, the number, `^`, a name, `^`, `YYMM` and more digits.
    static int track1(Scan s, int from, int to) {
        byte[] b = s.b;
        int n = to - from - 1;
        if (b[from] != 'B'
                || n < 12
                || n > 19
                || s.gather(from + 1, to) != n
                || !TokenFinder.allDigits(s.text, n)
                || !Checks.luhn(s.digits, 0, n)) {
            return -1;
        }
        int caret = to + 1;
        while (caret < s.hi && caret - to < 30 && b[caret] != '^') {
            caret++;
        }
        int end = caret + 1;
        while (end < s.hi
                && (Checks.alnum(b[end]) || (b[end] == ' ' && Checks.digit(s.at(end + 1))))) {
            end++;
        }
        if (end - caret < 5 || !Checks.digit(s.at(caret + 1)) || !expiry(b, caret + 1)) {
            return -1;
        }
        int start = s.at(from - 1) == '%' ? from - 1 : from;
        int stop = s.at(end) == '?' ? end + 1 : end;
        return s.hit(Entity.CARD_TRACK1, start, stop) ? stop : -1;
    }

    static int track2(Scan s, int i, int j) {
        int end = j + 1;
        while (end < s.hi && Checks.digit(s.b[end]) && end - j < 40) {
            end++;
        }
        if (end - j < 8 || s.gather(i, j) > 19 || !expiry(s.b, j + 1)) {
            return -1;
        }
        if (!Checks.luhn(s.digits, 0, j - i)) {
            return -1;
        }
        int stop = s.at(end) == '?' ? end + 1 : end;
        return s.hit(Entity.CARD_TRACK2, i - 1, stop) ? stop : -1;
    }

    /// `YYMM`.
    private static boolean expiry(byte[] b, int at) {
        int month = 10 * (b[at + 2] - '0') + b[at + 3] - '0';
        return month >= 1 && month <= 12;
    }
}
