package dev.countersign.masking;

import static dev.countersign.masking.Checks.digit;
import static dev.countersign.masking.Checks.upper;

/// Finds the machine-readable lines of passports and identity cards (ICAO 9303), by the check
/// digits 7-3-1 of each line.
final class Passports {
    private static final int LONGEST = 44;

    private Passports() {}

    /// @param i a `<` that another follows
    /// @return where to go on
    static int at(Scan s, int i) {
        int from = i;
        int floor = Math.max(s.lo, s.floor);
        while (from > floor && i - from < LONGEST && part(s.b[from - 1])) {
            from--;
        }
        int to = i;
        while (to < s.hi && to - from <= LONGEST && part(s.b[to])) {
            to++;
        }
        if (s.at(to) == '/' && s.at(to - 1) == '<') {
            to--;
        }
        int n = to - from;
        boolean line =
                switch (n) {
                    case 44 -> named(s.b, from, 'P', n) || second(s.b, from);
                    case 36 -> named(s.b, from, s.b[from], n) || second(s.b, from);
                    case 30 -> card(s.b, from);
                    default -> false;
                };
        return line && s.hit(Entity.PASSPORT_MRZ, from, to) ? to : Math.max(to, i + 2);
    }

    /// `P<UTOERIKSSON<<ANNA…`.
    private static boolean named(byte[] b, int from, int kind, int n) {
        if (b[from] != kind || "PVIAC".indexOf(kind) < 0) {
            return false;
        }
        for (int i = from + 5; i < from + n; i++) {
            if (!upper(b[i]) && b[i] != '<') {
                return false;
            }
        }
        return upper(b[from + 2]) && upper(b[from + 5]);
    }

    private static boolean second(byte[] b, int from) {
        return check(b, from, 9) && check(b, from + 13, 6) && check(b, from + 21, 6);
    }

    private static boolean card(byte[] b, int from) {
        boolean first = "IAC".indexOf(b[from]) >= 0 && check(b, from + 5, 9);
        boolean second = digit(b[from]) && check(b, from, 6) && check(b, from + 8, 6);
        boolean third = upper(b[from]);
        for (int i = from; i < from + 30; i++) {
            third &= upper(b[i]) || b[i] == '<';
        }
        return first || second || third;
    }

    /// Whether the digit behind `n` characters is their check.
    private static boolean check(byte[] b, int from, int n) {
        int sum = 0;
        for (int i = 0; i < n; i++) {
            int value = b[from + i] == '<' ? 0 : Checks.value36(b[from + i]);
            sum += value * (i % 3 == 0 ? 7 : i % 3 == 1 ? 3 : 1);
        }
        return digit(b[from + n]) && sum % 10 == b[from + n] - '0';
    }

    private static boolean part(int c) {
        return upper(c) || digit(c) || c == '<';
    }
}
