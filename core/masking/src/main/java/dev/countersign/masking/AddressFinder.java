package dev.countersign.masking;

import static dev.countersign.masking.Checks.digit;
import static dev.countersign.masking.Checks.hex;

/// Finds what is looked for only where a configuration says so: addresses of machines, and dates
/// that are told to be those of a birth.
final class AddressFinder {
    private static final int LONGEST = 45;

    private AddressFinder() {}

    static boolean on(Scan s) {
        return s.on(Entity.IP) || s.on(Entity.MAC) || s.on(Entity.DOB);
    }

    /// @param i a digit
    /// @return behind what was found; -1 where nothing is
    static int at(Scan s, int i) {
        int from = i;
        int floor = Math.max(s.lo, s.floor);
        while (from > floor && i - from < LONGEST && part(s.b[from - 1])) {
            from--;
        }
        int to = i;
        int colons = 0;
        int dots = 0;
        int dashes = 0;
        while (to < s.hi && to - from < LONGEST && (part(s.b[to]) || s.b[to] == '/')) {
            to++;
        }
        while (to > i && !hex(s.b[to - 1])) {
            to--;
        }
        for (int k = from; k < to; k++) {
            colons += s.b[k] == ':' ? 1 : 0;
            dots += s.b[k] == '.' ? 1 : 0;
            dashes += s.b[k] == '-' ? 1 : 0;
        }
        if (Checks.alnum(s.at(from - 1)) || Checks.alnum(s.at(to))) {
            return -1;
        }
        boolean sixes = to - from == 17 && (colons == 5 || dashes == 5) && pairs(s, from);
        if (sixes) {
            return s.hit(Entity.MAC, from, to) ? to : -1;
        }
        if (colons >= 2 && dots == 0 && dashes == 0 && sixteen(s, from, to, colons)) {
            return s.hit(Entity.IP, from, to) ? to : -1;
        }
        int four = dots >= 3 ? four(s, i) : -1;
        if (four > 0) {
            return s.hit(Entity.IP, i, four) ? four : -1;
        }
        boolean signs = dashes == 2 || dots == 2 || s.at(i + 2) == '/' || s.at(i + 4) == '/';
        boolean date =
                signs
                        && s.on(Entity.DOB)
                        && to - i >= 8
                        && to - i <= 10
                        && (s.context(i, to) & Entity.DOB.bit()) != 0;
        return date && s.hit(Entity.DOB, i, to) ? to : -1;
    }

    private static boolean part(int c) {
        return hex(c) || c == ':' || c == '.' || c == '-';
    }

    private static boolean pairs(Scan s, int from) {
        for (int k = 0; k < 17; k++) {
            int c = s.at(from + k);
            if (k % 3 == 2 ? c != s.at(from + 2) : !hex(c)) {
                return false;
            }
        }
        return true;
    }

    /// Up to eight groups of up to four, with one `::` where there are fewer.
    private static boolean sixteen(Scan s, int from, int to, int colons) {
        int group = 0;
        int gaps = 0;
        int digits = 0;
        for (int k = from; k < to; k++) {
            int c = s.at(k);
            digits += digit(c) ? 1 : 0;
            group = c == ':' ? 0 : group + 1;
            gaps += c == ':' && s.at(k + 1) == ':' ? 1 : 0;
            if (group > 4 || c == '.' || c == '-' || c == '/') {
                return false;
            }
        }
        return digits > 0 && ((colons == 7 && gaps == 0) || (colons <= 7 && gaps == 1));
    }

    private static int four(Scan s, int i) {
        int p = i;
        for (int part = 0; part < 4; part++) {
            int value = 0;
            int n = 0;
            while (digit(s.at(p)) && n < 4) {
                value = 10 * value + s.at(p) - '0';
                p++;
                n++;
            }
            if (n == 0 || value > 255) {
                return -1;
            }
            if (part < 3) {
                if (s.at(p) != '.') {
                    return -1;
                }
                p++;
            }
        }
        return s.at(p) == '.' && digit(s.at(p + 1)) ? -1 : p;
    }
}
