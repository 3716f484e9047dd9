package dev.countersign.masking;

/// Whether something looks drawn by lot, by its letters and by their entropy. For one thread at a
/// time: the counts are used over and over.
final class Randomness {
    private static final byte DIGIT = 1;
    private static final byte SMALL = 2;
    private static final byte CAPITAL = 4;
    private static final byte NOT_HEX = 8;

    /// No secret has it.
    private static final byte NEVER = 16;

    private static final byte[] KINDS = kinds();

    /// Short tokens of which no character comes often have their logarithms here.
    private static final int LENGTHS = 128;

    private static final int TIMES = 16;
    private static final double[] TERMS = terms();
    private static final double LOG_2 = Math.log(2);

    private final int[] counts = new int[128];

    private static byte[] kinds() {
        var out = new byte[256];
        for (int c = 0; c < 256; c++) {
            boolean never =
                    c <= ' ' || c > 127 || c == '(' || c == '<' || c == '{' || c == '"'
                            || c == '\'';
            int letter = Checks.upper(c) ? CAPITAL : Checks.letter(c) ? SMALL : 0;
            out[c] =
                    (byte)
                            (letter
                                    | (Checks.digit(c) ? DIGIT : 0)
                                    | (Checks.hex(c) ? 0 : NOT_HEX)
                                    | (never ? NEVER : 0));
        }
        return out;
    }

    private static double[] terms() {
        var out = new double[LENGTHS * TIMES];
        for (int n = 1; n < LENGTHS; n++) {
            for (int count = 1; count < TIMES; count++) {
                out[n * TIMES + count] = compute(count, n);
            }
        }
        return out;
    }

    private static double compute(int count, int n) {
        double p = (double) count / n;
        return p * Math.log(p);
    }

    boolean of(byte[] b, int from, int to) {
        int n = to - from;
        int all = 0;
        int before = 0;
        int last = 0;
        int run = 0;
        int longest = 0;
        int covered = 0;
        int mixed = 0;
        long low = 0;
        long high = 0;
        for (int i = from; i < to; i++) {
            int c = b[i];
            int kind = KINDS[c & 0xFF];
            all |= kind;
            long bit = 1L << c;
            long upper = -(c >> 6 & 1L);
            low |= bit & ~upper;
            high |= bit & upper;
            // which kind comes next cannot be foreseen: nothing here branches on it but a word; all
            // bits of `small` are set where it is one
            int small = -((kind & SMALL) >> 1);
            if (run >= 3 && small == 0) {
                covered += word(run, before);
            }
            mixed |= kind & (last >= 'a' ? CAPITAL : 0);
            before ^= (before ^ kind) & ~small;
            run = (run + 1) & small;
            longest = Math.max(longest, run);
            last = c;
        }
        covered += word(run, before);
        if ((all & NEVER) != 0 || (all & (SMALL | CAPITAL)) == 0 || longest > 12) {
            return false;
        }
        if ((all & DIGIT) == 0 && !(mixed != 0 && n >= 20 && longest < 8)) {
            return false;
        }
        double least = n < 16 ? 2.9 : (all & NOT_HEX) == 0 ? 3.0 : 3.5;
        // so few different ones never have so much
        int different = Long.bitCount(low) + Long.bitCount(high);
        return different >= (least < 3.5 ? 8 : 12)
                && 10 * covered < 7 * n
                && entropy(b, from, to, low, high) >= least;
    }

    /// How many letters a run of small ones makes a word of.
    private static int word(int run, int before) {
        int capital = (before & CAPITAL) != 0 ? 1 : 0;
        return run > 3 || (run == 3 && capital == 1) ? run + capital : 0;
    }

    private double entropy(byte[] b, int from, int to, long low, long high) {
        for (int i = from; i < to; i++) {
            counts[b[i]]++;
        }
        double entropy = minus(0, low, 0, to - from);
        return minus(entropy, high, 64, to - from) / LOG_2;
    }

    private double minus(double before, long present, int first, int n) {
        double entropy = before;
        for (long rest = present; rest != 0; rest &= rest - 1) {
            int c = first + Long.numberOfTrailingZeros(rest);
            int count = counts[c];
            counts[c] = 0;
            entropy -= n < LENGTHS && count < TIMES ? TERMS[n * TIMES + count] : compute(count, n);
        }
        return entropy;
    }

    /// Whether most of it is words: `OAuth2CodeGrant`, `my-first-value-1`.
    static boolean words(byte[] b, int from, int to) {
        int covered = 0;
        int run = 0;
        int before = 0;
        for (int i = from; i < to; i++) {
            int kind = KINDS[b[i] & 0xFF];
            if ((kind & SMALL) != 0) {
                run++;
            } else {
                covered += word(run, before);
                run = 0;
                before = kind;
            }
        }
        return 10 * (covered + word(run, before)) >= 7 * (to - from);
    }
}
