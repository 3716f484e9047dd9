package dev.countersign.masking;

import org.jspecify.annotations.Nullable;

/// Looks through one value: a line of text, a string of a JSON document, a field of a table.
///
/// One pass over the bytes with a table of classes; nearly all of them belong to none and are
/// skipped eight at a time. A byte of a class (a digit, `@`, `:`, `=` …) is a place where something
/// could be, and a finder looks around it with exact rules; each finder says where to go on, and
/// looks back over no more than a fixed number of bytes, so that the whole is linear. The first
/// byte that reads other than it stands ([Folding]) lets the value be read again as it reads.
final class ValueScanner {
    private static final byte DIGIT = 1;
    private static final byte AT = 2;
    private static final byte ASSIGN = 3;
    private static final byte DASH = 4;
    private static final byte DOLLAR = 5;
    private static final byte BRACE = 6;
    private static final byte CAPITAL = 7;
    private static final byte ANGLE = 8;
    private static final byte LINE = 9;
    private static final byte QUOTE = 10;
    private static final byte FOLD = 11;

    private static final byte[] PLAIN = classes(false);
    private static final byte[] RAW = classes(true);
    private static final int PEM_LABEL = 48;
    private static final Entity[] ALL = Entity.values();
    private static final int ROOM = 1 << 17;

    /// `a@b.cd`: nothing that tells itself is shorter, but for addresses of machines.
    private static final int SHORTEST = 6;

    final Scan scan;
    private final Folding folding = new Folding();
    private final Custom custom;
    private final boolean addresses;
    private final boolean onlyLong;

    ValueScanner(boolean[] on, Custom custom) {
        this(new Scan(on), custom);
        scan.nested = new ValueScanner(new Scan(on), custom);
        scan.nested.scan.disguised = true;
    }

    private ValueScanner(Scan scan, Custom custom) {
        this.scan = scan;
        this.custom = custom;
        addresses = AddressFinder.on(scan);
        onlyLong = !addresses && custom.isEmpty();
    }

    private static byte[] classes(boolean folds) {
        var out = new byte[256];
        for (int c = '0'; c <= '9'; c++) {
            out[c] = DIGIT;
        }
        out['@'] = AT;
        out[':'] = ASSIGN;
        out['='] = ASSIGN;
        out['>'] = ASSIGN;
        out['-'] = DASH;
        out['$'] = DOLLAR;
        out['{'] = BRACE;
        out['A'] = CAPITAL;
        out['<'] = ANGLE;
        out['_'] = LINE;
        out['\''] = QUOTE;
        if (folds) {
            for (int c :
                    new int[] {
                        '\\', '%', '&', 0xC2, 0xCD, 0xD8, 0xD9, 0xDB, 0xDF, 0xE0, 0xE1, 0xE2, 0xE3,
                        0xEA, 0xEF, 0xF0
                    }) {
                out[c] = FOLD;
            }
        }
        return out;
    }

    /// Finds what there is in `[from, hi)`; the ranges are of `b` as it stands.
    ///
    /// @param lo words may be read from here on
    /// @param said what the name of the value says
    /// @param open whether more of the value comes behind `hi`
    Hits scan(byte[] b, int lo, int from, int hi, long said, boolean open) {
        scan.hits.clear();
        if (hi - from < SHORTEST && (said & AssignedFinder.NAMED) == 0 && onlyLong) {
            return scan.hits;
        }
        scan.set(b, lo, from, hi, said, open);
        if (!pass(from, RAW) || written(b)) {
            scan.hits.clear();
            int start = folding.fold(b, lo, from, hi);
            scan.set(folding.bytes(), 0, start, folding.length(), said, open);
            pass(start, PLAIN);
            if (!custom.isEmpty()) {
                custom.find(scan, start);
            }
            for (int i = 0; i < scan.hits.count(); i++) {
                scan.hits.move(
                        i, folding.start(scan.hits.start(i)), folding.end(scan.hits.end(i) - 1));
            }
            folding.shrink(ROOM);
        } else if (!custom.isEmpty()) {
            custom.find(scan, from);
        }
        return scan.hits;
    }

    /// Whether something that was found reads other than it stands: its end is then another.
    private boolean written(byte[] b) {
        for (int i = 0; i < scan.hits.count(); i++) {
            int end = scan.hits.end(i);
            if (Eight.plain(b, scan.hits.start(i), end)) {
                continue;
            }
            for (int k = scan.hits.start(i); k < end; k++) {
                if (RAW[b[k] & 0xFF] == FOLD && Folding.needed(b, k, scan.hi)) {
                    return true;
                }
            }
        }
        return false;
    }

    /// @return false where the value does not read as it stands
    private boolean pass(int from, byte[] classes) {
        if (AssignedFinder.whole(scan, from)) {
            return true;
        }
        byte[] b = scan.b;
        int hi = scan.hi;
        int i = from;
        while (true) {
            i = next(b, i, hi, classes);
            if (i >= hi) {
                return true;
            }
            int at = i;
            switch (classes[b[i] & 0xFF]) {
                case DIGIT -> {
                    if (addresses) {
                        int end = AddressFinder.at(scan, i);
                        i = end > 0 ? end : DigitFinder.run(scan, i);
                    } else {
                        i = DigitFinder.at(scan, i);
                    }
                }
                case AT -> i = EmailFinder.at(scan, i);
                case ASSIGN -> i = assign(i);
                case DASH -> i = dash(i);
                case DOLLAR -> i = Hashes.at(scan, i);
                case BRACE -> i = Hashes.scheme(scan, i);
                case CAPITAL -> i = capital(i);
                case QUOTE -> i = AssignedFinder.quoted(scan, i);
                case LINE -> i = line(i);
                case ANGLE -> i = i + 1 < hi && b[i + 1] == '<' ? Passports.at(scan, i) : i + 1;
                default -> {
                    if (Folding.needed(b, i, hi)) {
                        return false;
                    }
                    i++;
                }
            }
            // whatever a finder says, it goes on
            i = Math.max(i, at + 1);
        }
    }

    /// The first byte from `from` on that is of a class; `hi` where none is.
    static int next(byte[] b, int from, int hi, byte[] classes) {
        int i = from;
        for (; i + 8 <= hi; i += 8) {
            int c0 = classes[b[i] & 0xFF];
            int c1 = classes[b[i + 1] & 0xFF];
            int c2 = classes[b[i + 2] & 0xFF];
            int c3 = classes[b[i + 3] & 0xFF];
            int c4 = classes[b[i + 4] & 0xFF];
            int c5 = classes[b[i + 5] & 0xFF];
            int c6 = classes[b[i + 6] & 0xFF];
            int c7 = classes[b[i + 7] & 0xFF];
            if ((c0 | c1 | c2 | c3 | c4 | c5 | c6 | c7) != 0) {
                int low = c0 | c1 << 8 | c2 << 16 | c3 << 24;
                int high = c4 | c5 << 8 | c6 << 16 | c7 << 24;
                long all = (low & 0xFFFF_FFFFL) | (long) high << 32;
                return i + (Long.numberOfTrailingZeros(all) >>> 3);
            }
        }
        while (i < hi && classes[b[i] & 0xFF] == 0) {
            i++;
        }
        return i;
    }

    /// A name's sign; or the padding of base64, which need not have a digit.
    private int assign(int i) {
        if (scan.b[i] == '=' && Checks.alnum(scan.at(i - 1)) && !Checks.alnum(scan.at(i + 1))) {
            int before = scan.hits.count();
            int end = TokenFinder.at(scan, i - 1);
            if (scan.hits.count() > before) {
                return end;
            }
        }
        return AssignedFinder.at(scan, i);
    }

    /// `AKIA…`; or the middle of a token that need not have a digit.
    private int capital(int i) {
        if (Checks.alnum(scan.at(i - 1))) {
            return TokenFinder.at(scan, i);
        }
        int end = Secrets.at(scan, i);
        return end > 0 ? end : i + 1;
    }

    /// `hf_`, `ghp_`, `sk_live_`: tokens that need not have a digit.
    private int line(int i) {
        int before = scan.at(i - 1);
        int start =
                switch (before) {
                    case 'f' -> scan.at(i - 2) == 'h' ? i - 2 : -1;
                    case 'p', 'o', 'u', 's', 'r' -> scan.starts("gh", i - 3) ? i - 3 : -1;
                    case 'm' -> scan.starts("npm", i - 3) ? i - 3 : -1;
                    case 'e' -> scan.starts("k_live", i - 6) ? i - 7 : -1;
                    case 't' ->
                            scan.starts("k_test", i - 6)
                                    ? i - 7
                                    : scan.starts("github_pat", i - 10) ? i - 10 : -1;
                    default -> -1; // no token has another letter there
                };
        int end = start < scan.lo ? -1 : Secrets.at(scan, start);
        return end > 0 ? end : i + 1;
    }

    /// `-----BEGIN … PRIVATE KEY-----` to its end, or to the end of what is there.
    private int dash(int from) {
        if (scan.at(from + 1) != '-' && !Checks.letter(scan.at(from - 1))) {
            return from + 1;
        }
        int i = from;
        while (i < scan.hi && scan.b[i] == '-') {
            i++;
        }
        if (i - from == 2 && i < scan.hi && Checks.letter(scan.b[i]) && scan.at(from - 1) == ' ') {
            return AssignedFinder.option(scan, i);
        }
        if (i - from == 1 && scan.starts("xox", from - 4)) {
            int end = Secrets.at(scan, from - 4);
            return end > 0 ? end : i;
        }
        if (i - from == 1
                && ((scan.at(from - 1) == 't' && scan.starts("glpat", from - 5))
                        || (scan.at(from - 1) == 'k' && scan.at(from - 2) == 's'))) {
            int end = Secrets.at(scan, scan.at(from - 1) == 't' ? from - 5 : from - 2);
            return end > 0 ? end : i;
        }
        if (i - from < 5 || !scan.starts("BEGIN ", i)) {
            return i;
        }
        int start = i - 5;
        int label = find("PRIVATE KEY", i, Math.min(scan.hi, i + PEM_LABEL));
        int body = label < 0 ? -1 : find("-----", label, Math.min(scan.hi, label + PEM_LABEL));
        if (body < 0) {
            return i;
        }
        int end = find("-----END", body + 5, scan.hi);
        int close = end < 0 ? -1 : find("-----", end + 8, Math.min(scan.hi, end + 8 + PEM_LABEL));
        if (close >= 0) {
            int stop = close + 5;
            return scan.hit(Entity.PRIVATE_KEY, start, stop) ? stop : i;
        }
        int stop = body + 5;
        while (stop < scan.hi
                && scan.b[stop] != '"'
                && scan.b[stop] != '\''
                && scan.b[stop] != '<') {
            stop++;
        }
        if (!scan.hit(Entity.PRIVATE_KEY, start, stop)) {
            return i;
        }
        if (stop == scan.hi) {
            scan.hits.goesOn(Hits.Tail.KEY);
        }
        return stop;
    }

    private int find(String word, int from, int to) {
        for (int i = from; i + word.length() <= to; i++) {
            if (scan.starts(word, i)) {
                return i;
            }
        }
        return -1;
    }

    /// The first thing that stands in a text of its own; null where there is none.
    @Nullable Entity first(byte[] text) {
        var hits = scan(text, 0, 0, text.length, 0, false);
        return hits.count() == 0 || hits.detector(0) >= ALL.length ? null : ALL[hits.detector(0)];
    }
}
