package dev.countersign.masking;

/// The ends of the names that secrets have.
final class SecretWords {
    private static final int LETTERS = 3;

    /// A bit for each three letters in which a word that tells a secret ends.
    private static final long[] ENDS = new long[(1 << (5 * LETTERS)) / 64];

    private SecretWords() {}

    static {
        for (var word :
                new String[] {
                    "password", "passwd", "passphrase", "secret", "apikey", "token", "secretkey"
                }) {
            add(word);
        }
        Words.telling(AssignedFinder.NAMED, SecretWords::add);
    }

    private static void add(String word) {
        if (word.length() < LETTERS) {
            return; // never ruled out
        }
        int three = 0;
        for (int i = word.length() - LETTERS; i < word.length(); i++) {
            three = three << 5 | (word.charAt(i) & 31);
        }
        ENDS[three / 64] |= 1L << three;
    }

    /// Whether a name without letters beyond ASCII could end in a word that tells a secret: nearly
    /// all that tell none are known by their last letters.
    static boolean ends(byte[] b, int from, int end) {
        int to = end;
        while (to > from && !Checks.letter(b[to - 1])) {
            to--;
        }
        if (to - from < LETTERS || !Checks.letter(b[to - 2]) || !Checks.letter(b[to - 3])) {
            // the word before belongs to it
            return true;
        }
        int three = (b[to - 3] & 31) << 10 | (b[to - 2] & 31) << 5 | (b[to - 1] & 31);
        return (ENDS[three / 64] & 1L << three) != 0;
    }

    /// What the end of the last word says: `PGPASSWORD`.
    static long end(byte[] b, int from, int to) {
        if (to == from) {
            return 0;
        }
        return switch (b[to - 1] | 0x20) {
            case 'd' ->
                    ends(b, from, to, "password") || ends(b, from, to, "passwd")
                            ? Entity.PASSWORD.bit()
                            : 0;
            case 'e' -> ends(b, from, to, "passphrase") ? Entity.PASSWORD.bit() : 0;
            case 't' -> ends(b, from, to, "secret") ? Entity.SECRET.bit() : 0;
            case 'n' -> ends(b, from, to, "token") ? Entity.SECRET.bit() : 0;
            case 'y' ->
                    ends(b, from, to, "apikey") || ends(b, from, to, "secretkey")
                            ? Entity.SECRET.bit()
                            : 0;
            default -> 0; // no such word ends so
        };
    }

    private static boolean ends(byte[] b, int from, int to, String word) {
        return AssignedFinder.ends(b, from, to, word);
    }
}
