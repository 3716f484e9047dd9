package dev.countersign.masking;

import static dev.countersign.masking.Checks.alnum;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;

/// Finds e-mail addresses from their `@`: the subset of RFC 5321 that people use, letters of any
/// script, and a last label that exists.
final class EmailFinder {
    private static final int LOCAL = 64;
    private static final int WHOLE = 254;
    private static final int LABEL = 24;

    private static final long PRIME = 0x9E37_79B9_7F4A_7C15L;
    private static final long[] TLDS = tlds();

    private EmailFinder() {}

    private static long[] tlds() {
        var out = new HashSet<Long>();
        for (var line : Tables.lines("tlds.txt")) {
            for (var tld : line.split(" ", -1)) {
                var lower = tld.toLowerCase(Locale.ROOT);
                long hash = 0;
                for (int i = 0; i < lower.length(); i++) {
                    hash = (hash + lower.charAt(i)) * PRIME;
                }
                out.add(hash);
            }
        }
        return out.stream().mapToLong(Long::longValue).sorted().toArray();
    }

    /// @param i the `@`
    /// @return where to go on
    static int at(Scan s, int i) {
        byte[] b = s.b;
        int floor = Math.max(Math.max(s.lo, s.floor), i - LOCAL);
        int from = i;
        boolean wide = b[i - 1 < floor ? i : i - 1] < 0;
        while (from > floor) {
            int c = b[from - 1];
            if (c < 0) {
                int lead = from - 1;
                while (lead > floor && b[lead] < (byte) 0xC0) {
                    lead--;
                }
                // scripts that are written without blanks end where Latin letters begin
                if (!wide && (b[lead] & 0xFF) >= 0xE0) {
                    break;
                }
                from = lead;
            } else if (local(c)) {
                from--;
            } else {
                break;
            }
        }
        if (from > s.lo && from == i - LOCAL && local(b[from - 1])) {
            return i + 1;
        }
        while (from < i && !alnum(b[from]) && b[from] >= 0 && b[from] != '_' && b[from] != '+') {
            from++;
        }
        // behind an escape that was not one: `\nick@…` keeps its n, which harms nobody
        if (from == i || b[i - 1] == '.' || (s.at(from - 1) == '/' && s.at(from - 2) == '/')) {
            return i + 1;
        }
        int end = i + 1;
        int limit = Math.min(s.hi, i + WHOLE);
        boolean wideDomain = s.at(i + 1) < 0;
        while (end < limit && domain(b[end])) {
            if (!wideDomain && (b[end] & 0xFF) >= 0xE0) {
                break;
            }
            if (b[end] == '.' && b[end - 1] == '.') {
                break;
            }
            end++;
        }
        while (end > i + 1) {
            while (end > i + 1 && (b[end - 1] == '.' || b[end - 1] == '-')) {
                end--;
            }
            int dot = end - 1;
            while (dot > i && b[dot] != '.') {
                dot--;
            }
            if (dot <= i + 1) {
                return i + 1;
            }
            if (exists(b, dot + 1, end)) {
                break;
            }
            end = dot;
        }
        boolean remote = s.at(end) == ':' && i - from == 3 && s.starts("git", from);
        if (end <= i + 1 || remote || b[i + 1] == '-' || b[i + 1] == '.') {
            return i + 1;
        }
        return s.hit(Entity.EMAIL, from, end) ? end : i + 1;
    }

    private static boolean exists(byte[] b, int from, int to) {
        int n = to - from;
        if (n < 2 || n > 63) {
            return false;
        }
        if (n > 4 && (b[from] | 0x20) == 'x' && (b[from + 1] | 0x20) == 'n' && b[from + 2] == '-') {
            return true;
        }
        long hash = 0;
        for (int i = from; i < to; i++) {
            if (b[i] < 0) {
                return true;
            }
            if (!Checks.letter(b[i])) {
                return false;
            }
            hash = (hash + (b[i] | 0x20)) * PRIME;
        }
        return n <= LABEL && Arrays.binarySearch(TLDS, hash) >= 0;
    }

    private static boolean local(int c) {
        return alnum(c) || c < 0 || c == '.' || c == '_' || c == '-' || c == '+' || c == '%'
                || c == '\'';
    }

    private static boolean domain(int c) {
        return alnum(c) || c < 0 || c == '.' || c == '-';
    }
}
