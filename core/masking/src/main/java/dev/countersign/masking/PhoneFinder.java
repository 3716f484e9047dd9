package dev.countersign.masking;

/// Finds telephone numbers: international ones behind `+` by the plan of their country, American
/// ones by the way they are written, others where a word says so.
final class PhoneFinder {
    private PhoneFinder() {}

    /// National phones and other groups that only words tell: digits with one blank, dot, dash or
    /// slash between groups.
    ///
    /// @param i where a number may begin
    static int grouped(Scan s, int i) {
        if (s.hi - i > 8 && dated(s.b, i, i + 8)) {
            return -1;
        }
        int end = i;
        int n = 0;
        int p = i;
        int groups = 0;
        while (p < s.hi && n <= 15) {
            int c = s.b[p];
            if (Checks.digit(c)) {
                n++;
                end = p + 1;
            } else if ((c == ' ' || c == '-' || c == '.' || c == '/' || c == ')')
                    && (Checks.digit(s.at(p + 1)) || (c == ')' && s.at(p + 1) == ' '))) {
                groups++;
            } else if (c == ' ' && s.at(p + 1) == '(' && Checks.digit(s.at(p + 2)) && groups < 2) {
                p++;
            } else {
                break;
            }
            p++;
        }
        if (n < 8 || n > 15 || groups > 5 || !s.ends(end) || !s.on(Entity.PHONE)) {
            return -1;
        }
        s.gather(i, end);
        return Phones.local(s.digits, n)
                        && (s.context(i, end) & Entity.PHONE.bit()) != 0
                        && s.hit(Entity.PHONE, i, end)
                ? end
                : -1;
    }

    /// `2024-01-15 10`, `10.01.2024`: a date or an address of four numbers.
    private static boolean dated(byte[] b, int i, int end) {
        boolean year = end - i > 4 && (b[i + 4] == '-' || b[i + 4] == '/' || b[i + 4] == '.');
        boolean day = end - i > 5 && b[i + 2] == b[i + 5] && (b[i + 2] == '.' || b[i + 2] == '/');
        return (year && (b[i] == '1' || b[i] == '2')) || (day && (b[i] <= '3'));
    }

    /// Behind `+`, or with its area in brackets.
    static int phone(Scan s, int i, int before) {
        boolean plus = before == '+' || s.at(i - 2) == '+';
        int from = before == '+' ? i - 1 : s.at(i - 2) == '+' ? i - 2 : i - 1;
        int outside = s.at(from - 1);
        if (Checks.alnum(outside) || outside == '+' || outside == '_') {
            return -1;
        }
        int n = 0;
        int end = i;
        int p = i;
        int signs = 0;
        boolean bracket = before == '(';
        byte[] b = s.b;
        while (p < s.hi && n < 16) {
            int c = b[p];
            if (Checks.digit(c)) {
                s.digits[n++] = (byte) (c - '0');
                end = p + 1;
                signs = 0;
            } else if (c == ')' && bracket) {
                bracket = false;
            } else if (c == '(' && !bracket && n > 0) {
                bracket = true;
                signs++;
            } else if ((c == ' ' || c == '-' || c == '.' || c == '/') && signs < 2) {
                signs++;
            } else {
                break;
            }
            if (plus && n == 15) {
                p++;
                break;
            }
            p++;
        }
        if (plus) {
            return international(s, from, i, end, n);
        }
        boolean american =
                n == 10 && s.at(i + 3) == ')' && Phones.american(s.digits, 0) && s.ends(end);
        if (american) {
            return s.context(from, end) != Words.NONE && s.hit(Entity.PHONE, from, end) ? end : -1;
        }
        boolean local = n >= 8 && n <= 13 && Phones.local(s.digits, n) && s.ends(end);
        return local
                        && (s.context(from, end) & Entity.PHONE.bit()) != 0
                        && s.hit(Entity.PHONE, from, end)
                ? end
                : -1;
    }

    /// The longest run of groups from `+` that is a number of its country.
    private static int international(Scan s, int from, int i, int end, int digits) {
        int n = digits;
        int stop = end;
        while (n >= 8) {
            boolean whole = s.ends(stop) || (s.at(stop) == '-' && !Checks.digit(s.at(stop + 1)));
            if (whole && Phones.international(s.digits, n)) {
                return s.hit(Entity.PHONE, from, stop) ? stop : -1;
            }
            // gives up the last group
            while (stop > i && Checks.digit(s.b[stop - 1])) {
                stop--;
                n--;
            }
            while (stop > i && !Checks.digit(s.b[stop - 1])) {
                stop--;
            }
        }
        return -1;
    }
}
