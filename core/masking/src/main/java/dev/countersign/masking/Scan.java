package dev.countersign.masking;

import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/// One value while it is looked through: where it lies, what its name says, what was found.
///
/// The finders ([DigitFinder], [TokenFinder], [EmailFinder], [AssignedFinder]) work on it one after
/// the other, each from a byte that could be the middle of what it finds, and say where to go on.
final class Scan {
    final Hits hits = new Hits();

    /// One more than a candidate may have.
    private static final int ROOM = 65;

    /// Digits or letters of the candidate, without the signs between them.
    final byte[] text = new byte[ROOM];

    final byte[] digits = new byte[ROOM];

    final Randomness random = new Randomness();

    final MessageDigest sha256 = Wallets.sha256();

    byte[] b = new byte[0];

    /// Words may be read from here on.
    int lo;

    /// Behind what was found last; nothing is found before it.
    int floor;

    /// Where the value ends, and whether more of it comes behind that.
    int hi;

    boolean open;

    /// What the name of the value says ([Words]).
    long said;

    /// Where the words before a number were last read, and what they said.
    private int readBefore = -1;

    private long saidBefore;

    /// The name of the value in small letters, for the words of custom detectors.
    String name = "";

    /// Set on the scan of what stood in disguise: only one level is looked through.
    boolean disguised;

    @Nullable ValueScanner nested;

    private final boolean[] on;

    Scan(boolean[] on) {
        this.on = on;
    }

    void set(byte[] bytes, int low, int from, int high, long name, boolean more) {
        b = bytes;
        lo = low;
        floor = from;
        hi = high;
        said = name;
        open = more;
        readBefore = -1;
    }

    /// What is found first in a text that stood in disguise; null where nothing is.
    @Nullable Entity inside(byte[] decoded) {
        return nested == null ? null : nested.first(decoded);
    }

    boolean on(Entity entity) {
        return on[entity.number()];
    }

    /// @return whether it was taken
    boolean hit(Entity entity, int start, int end) {
        if (!on[entity.number()] || start < floor) {
            return false;
        }
        hits.add(start, end, entity.number());
        floor = end;
        return true;
    }

    /// The same, of something that goes on as `tail` where the value does.
    boolean hit(Entity entity, int start, int end, Hits.Tail tail) {
        if (!hit(entity, start, end)) {
            return false;
        }
        if (open && end == hi) {
            hits.goesOn(tail);
        }
        return true;
    }

    /// What the words around `[s, e)` say, or else the name of the value.
    long context(int s, int e) {
        if (s != readBefore) {
            saidBefore = Surroundings.before(b, lo, s);
            readBefore = s;
        }
        long here = saidBefore != Surroundings.UNKNOWN ? saidBefore : Surroundings.behind(b, e, hi);
        return here != 0 ? here : said;
    }

    int at(int i) {
        return i >= lo && i < hi ? b[i] : ' ';
    }

    /// Whether a number may begin at `i`: not within a word, a longer number, or a chain of them.
    boolean begins(int i) {
        int before = at(i - 1);
        if (before < 0) {
            return true;
        }
        if (Checks.alnum(before) || before == '_') {
            return false;
        }
        int farther = at(i - 2);
        return switch (before) {
            case '-', '.' -> !Checks.alnum(farther);
            case ':', ',' -> !Checks.digit(farther) || Checks.letter(at(i - 3));
            case '+', '@' -> false;
            default -> true;
        };
    }

    /// Whether a number may end before `i`.
    boolean ends(int i) {
        int behind = at(i);
        if (behind < 0) {
            return true;
        }
        if (Checks.alnum(behind) || behind == '_' || behind == '@') {
            return false;
        }
        int farther = at(i + 1);
        return switch (behind) {
            case '-' -> !Checks.alnum(farther);
            case '.', ':' -> !Checks.digit(farther);
            default -> true;
        };
    }

    /// Gathers letters (as capitals) and digits.
    ///
    /// @return how many there are; -1 where they are too many
    int gather(int from, int to) {
        int n = 0;
        for (int i = from; i < to; i++) {
            int c = b[i];
            // a sign is written too, and the next is written over it: a branch would be guessed
            text[n] = Checks.capital(c);
            digits[n] = (byte) (c - '0');
            n += Checks.alnum(c) ? 1 : 0;
            if (n == ROOM) {
                return -1;
            }
        }
        return n;
    }

    boolean starts(String word, int i) {
        int n = word.length();
        if (i < lo || i + n > hi) {
            return false;
        }
        for (int k = 0; k < n; k++) {
            if (b[i + k] != word.charAt(k)) {
                return false;
            }
        }
        return true;
    }

    /// The same, small or capital.
    boolean startsFolded(String word, int i) {
        int n = word.length();
        if (i < lo || i + n > hi) {
            return false;
        }
        for (int k = 0; k < n; k++) {
            if ((b[i + k] | 0x20) != (word.charAt(k) | 0x20)) {
                return false;
            }
        }
        return true;
    }
}
