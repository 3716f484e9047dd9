package dev.countersign.masking;

import java.util.HashMap;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/// What the words of a name or of a text say about a value: a mask with the bit of each entity that
/// they speak of, or [#NONE] where they speak against all.
///
/// Words are runs of letters, cut at `camelCase`; up to [#GRAM] in a row are looked up as one, so
/// that `social_security_no`, `SocialSecurityNo` and `social security no` are the same. Accents of
/// Latin letters do not count. Nothing is allocated.
final class Words {
    /// The bit of words that speak against.
    static final long NONE = 1L << Entity.CONTEXTUAL;

    static final int GRAM = 4;

    /// So many words later one that speaks against no longer does.
    private static final int FAR = 2;

    private static final long PRIME = 0x9E37_79B9_7F4A_7C15L;
    private static final int SLOTS = 1 << 14;
    private static final long[] KEYS = new long[SLOTS];
    private static final long[] MASKS = new long[SLOTS];
    private static final List<String> SUFFIXES =
            List.of("number", "num", "no", "nr", "id", "s", "value", "string");

    /// The base letters of U+00C0 to U+017F.
    private static final String BASE =
            "aaaaaaaceeeeiiiidnooooo.ouuuuytsaaaaaaaceeeeiiiidnooooo.ouuuuyty"
                    + "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkkllllll."
                    + ".llnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

    /// Nothing that says something has more letters.
    private static final int LONGEST = 63;

    /// The powers of the prime: how far a hash moves for so many more letters.
    private static final long[] POWERS = powers();

    /// Those of few letters.
    private static final long POWER_2 = POWERS[2];

    private static final long POWER_3 = POWERS[3];
    private static final long POWER_4 = POWERS[4];
    private static final long POWER_5 = POWERS[5];
    private static final long POWER_6 = POWERS[6];
    private static final long POWER_7 = POWERS[7];
    private static final long POWER_8 = POWERS[8];

    /// The small letter of an ASCII letter, as [#letter] has it; [#WIDE] where a longer look is
    /// needed.
    private static final byte[] SMALL = small();

    private static final byte WIDE = -1;

    /// A bit for each hash that is there: small enough to stay near, and most words are not there.
    private static final int FILTER = 1 << 17;

    private static final long[] THERE = new long[FILTER / 64];

    private static final ForeignWords FOREIGN = new ForeignWords();

    static {
        for (var line : Tables.lines("words.txt")) {
            read(line, Words::put);
        }
    }

    private Words() {}

    private static long[] powers() {
        var out = new long[LONGEST + 1];
        out[0] = 1;
        for (int i = 1; i < out.length; i++) {
            out[i] = out[i - 1] * PRIME;
        }
        return out;
    }

    private static byte[] small() {
        var out = new byte[256];
        for (int c = 0; c < 256; c++) {
            out[c] = c > 0x7F ? WIDE : Checks.letter(c) ? (byte) (c | 0x20) : 0;
        }
        return out;
    }

    private static void read(String line, BiConsumer<String, Long> to) {
        boolean script = line.startsWith("~");
        int colon = line.indexOf(':');
        long mask = 0;
        for (var name : line.substring(script ? 2 : 0, colon).split(" ", -1)) {
            mask |=
                    switch (name) {
                        case "NONE" -> NONE;
                        case "IDS" -> ids();
                        default -> Entity.valueOf(name).bit();
                    };
        }
        var words = new HashMap<String, Long>();
        for (var each : line.substring(colon + 1).split(",", -1)) {
            var word = each.strip();
            if (script) {
                FOREIGN.add(word, mask);
            } else {
                var joined = word.replace(" ", "");
                words.put(joined, mask);
                if (mask != NONE || joined.length() > 3) {
                    SUFFIXES.forEach(
                            suffix -> words.putIfAbsent(joined + suffix, words.get(joined)));
                }
            }
        }
        words.forEach(to);
    }

    private static long ids() {
        long mask = 0;
        for (var entity : Entity.values()) {
            if (entity.compareTo(Entity.US_SSN) >= 0
                    && entity.compareTo(Entity.IL_ID) <= 0
                    && entity != Entity.EMAIL
                    && entity != Entity.PHONE
                    && entity != Entity.ABA_ROUTING
                    && entity != Entity.US_EIN) {
                mask |= entity.bit();
            }
        }
        return mask;
    }

    /// The words that speak of one of these, as they are looked up.
    static void telling(long mask, Consumer<String> to) {
        for (var line : Tables.lines("words.txt")) {
            if (!line.startsWith("~")) {
                read(
                        line,
                        (word, says) -> {
                            if ((says & mask) != 0) {
                                to.accept(word);
                            }
                        });
            }
        }
    }

    private static void put(String word, long mask) {
        if (word.length() > LONGEST) {
            throw new IllegalStateException("a phrase of words.txt is too long: " + word);
        }
        long hash = 0;
        for (int i = 0; i < word.length(); i++) {
            hash = next(hash, word.charAt(i));
        }
        int slot = slot(hash);
        while (KEYS[slot] != 0 && KEYS[slot] != hash) {
            slot = slot + 1 & SLOTS - 1;
        }
        KEYS[slot] = hash;
        int bit = bit(hash);
        THERE[bit / 64] |= 1L << bit;
        // a word may speak of several; one that speaks against does so only where no other is
        MASKS[slot] = mask == NONE && MASKS[slot] != 0 ? MASKS[slot] : (MASKS[slot] & ~NONE) | mask;
    }

    private static long next(long hash, int letter) {
        return (hash + letter) * PRIME;
    }

    private static int slot(long hash) {
        return (int) (hash >>> 50);
    }

    private static int bit(long hash) {
        return (int) (hash >>> 47);
    }

    private static long lookup(long hash) {
        int bit = bit(hash);
        if ((THERE[bit / 64] & 1L << bit) == 0) {
            return 0;
        }
        int slot = slot(hash);
        while (KEYS[slot] != 0) {
            if (KEYS[slot] == hash) {
                return MASKS[slot];
            }
            slot = slot + 1 & SLOTS - 1;
        }
        return 0;
    }

    /// What a text says as a whole: all that stands behind the last word that speaks against.
    static long of(byte[] b, int from, int to) {
        return read(b, from, to, false);
    }

    /// What the last words of a name say: `db.password` is one, `password_length` is none.
    static long last(byte[] b, int from, int to) {
        return read(b, from, to, true);
    }

    private static long read(byte[] b, int from, int to, boolean lastOnly) {
        long all = 0;
        // the last words: the hash of each, and its length
        long one = 0;
        long two = 0;
        long three = 0;
        long four = 0;
        int oneLength = 0;
        int twoLength = 0;
        int threeLength = 0;
        int since = 0;
        boolean foreign = false;
        int i = from;
        while (i < to) {
            int c = SMALL[b[i] & 0xFF];
            if (c <= 0) {
                c = c == 0 ? 0 : letter(b, i, to);
                if (c == 0) {
                    foreign |= b[i] < 0;
                    i++;
                    continue;
                }
            }
            four = three;
            three = two;
            two = one;
            threeLength = twoLength;
            twoLength = oneLength;
            int few = b[i] >= 0 ? few(b, i, to) : 0;
            if (few > 0) {
                one = hash((Eight.at(b, i) | 0x20) << (8 * (8 - few)));
                oneLength = few;
                i += few;
            } else {
                one = 0;
                int start = i;
                int wide = 0;
                do {
                    one = next(one, c);
                    if (b[i] < 0) {
                        wide++;
                        i++;
                    }
                    i++;
                    if (i >= to) {
                        break;
                    }
                    c = SMALL[b[i] & 0xFF];
                    c = c < 0 ? letter(b, i, to) : c;
                } while (c != 0 && !(b[i] < 'a' && cut(b, i, from, to)));
                oneLength = i - start - wide;
            }
            if (lastOnly) {
                continue;
            }
            long mask = longest(one, two, three, four, oneLength, twoLength, threeLength);
            if (mask == NONE) {
                all = NONE;
                since = 0;
            } else if (mask == 0) {
                since++;
                all = all == NONE && since > FAR ? 0 : all;
            } else {
                all = (all & ~NONE) | mask;
            }
        }
        if (lastOnly && one != 0) {
            all = longest(one, two, three, four, oneLength, twoLength, threeLength);
        }
        return foreign ? FOREIGN.of(b, from, to, all) : all;
    }

    /// The length of a word of at most eight letters, the first small or capital, the others small:
    /// nearly all are such, and are taken at once instead of letter by letter.
    ///
    /// @return 0 where it may be another
    private static int few(byte[] b, int i, int to) {
        if (i + 8 > b.length) {
            return 0;
        }
        int n = Runs.small(Eight.at(b, i) | 0x20);
        return n >= to - i ? to - i : n < 8 && SMALL[b[i + n] & 0xFF] == 0 ? n : 0;
    }

    /// The hash of up to eight small letters, the last of them in the highest byte, as [#next]
    /// makes it.
    private static long hash(long letters) {
        return (letters & 0xFF) * POWER_8
                + (letters >>> 8 & 0xFF) * POWER_7
                + (letters >>> 16 & 0xFF) * POWER_6
                + (letters >>> 24 & 0xFF) * POWER_5
                + (letters >>> 32 & 0xFF) * POWER_4
                + (letters >>> 40 & 0xFF) * POWER_3
                + (letters >>> 48 & 0xFF) * POWER_2
                + (letters >>> 56) * PRIME;
    }

    /// What the most words in a row say that say anything, `one` being the last of them. The hash
    /// of words in a row is made of theirs: each moves on by the length of what comes behind it.
    private static long longest(
            long one, long two, long three, long four, int last, int second, int third) {
        long mask = 0;
        int length = last;
        if (two != 0 && length <= LONGEST) {
            long pair = two * POWERS[length] + one;
            length += second;
            if (three != 0 && length <= LONGEST) {
                long triple = three * POWERS[length] + pair;
                length += third;
                mask = four != 0 && length <= LONGEST ? lookup(four * POWERS[length] + triple) : 0;
                mask = mask == 0 ? lookup(triple) : mask;
            }
            mask = mask == 0 ? lookup(pair) : mask;
        }
        return mask == 0 ? lookup(one) : mask;
    }

    /// A new word begins here though no sign stands before it: `cardNumber`, `SSNValue`.
    private static boolean cut(byte[] b, int i, int from, int to) {
        if (i <= from || !Checks.upper(b[i])) {
            return false;
        }
        boolean lower = b[i - 1] >= 'a' && b[i - 1] <= 'z';
        boolean before = Checks.upper(b[i - 1]);
        boolean behind = i + 1 < to && b[i + 1] >= 'a' && b[i + 1] <= 'z';
        return lower || (before && behind);
    }

    /// The small letter without its accent; 0 where there is none.
    private static int letter(byte[] b, int i, int to) {
        int c = b[i];
        if (c >= 0) {
            return Checks.letter(c) ? c | 0x20 : 0;
        }
        if (c >= (byte) 0xC3 && c <= (byte) 0xC5 && i + 1 < to) {
            int point = (c & 0x1F) << 6 | (b[i + 1] & 0x3F);
            int at = point - 0xC0;
            return at < BASE.length() && BASE.charAt(at) != '.' ? BASE.charAt(at) : 0;
        }
        return 0;
    }
}
