package dev.countersign.masking;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;

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

    private static final List<Script> SCRIPTS = new ArrayList<>();

    static {
        for (var line : Tables.lines("words.txt")) {
            read(line);
        }
    }

    private Words() {}

    /// A word that is looked for as it stands.
    private record Script(String word, long mask) {
        boolean in(byte[] b, int from, int to) {
            var utf8 = word.getBytes(UTF_8);
            for (int i = from; i + utf8.length <= to; i++) {
                if (Arrays.equals(b, i, i + utf8.length, utf8, 0, utf8.length)) {
                    return true;
                }
            }
            return false;
        }
    }

    private static void read(String line) {
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
                SCRIPTS.add(new Script(word, mask));
            } else {
                var joined = word.replace(" ", "");
                words.put(joined, mask);
                if (mask != NONE || joined.length() > 3) {
                    SUFFIXES.forEach(
                            suffix -> words.putIfAbsent(joined + suffix, words.get(joined)));
                }
            }
        }
        words.forEach(Words::put);
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

    private static void put(String word, long mask) {
        long hash = 0;
        for (int i = 0; i < word.length(); i++) {
            hash = next(hash, word.charAt(i));
        }
        int slot = slot(hash);
        while (KEYS[slot] != 0 && KEYS[slot] != hash) {
            slot = slot + 1 & SLOTS - 1;
        }
        KEYS[slot] = hash;
        // a word may speak of several; one that speaks against does so only where no other is
        MASKS[slot] = mask == NONE && MASKS[slot] != 0 ? MASKS[slot] : (MASKS[slot] & ~NONE) | mask;
    }

    private static long next(long hash, int letter) {
        return (hash + letter) * PRIME;
    }

    private static int slot(long hash) {
        return (int) (hash >>> 50);
    }

    private static long lookup(long hash) {
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
        long one = 0;
        long two = 0;
        long three = 0;
        long four = 0;
        int since = 0;
        boolean inside = false;
        boolean foreign = false;
        int i = from;
        while (i < to) {
            int c = letter(b, i, to);
            int width = b[i] < 0 && c != 0 ? 2 : 1;
            if (c == 0) {
                foreign |= b[i] < 0;
                inside = false;
                i++;
                continue;
            }
            if (!inside || cut(b, i, from, to)) {
                four = three;
                three = two;
                two = one;
                one = 0;
                inside = true;
            }
            one = next(one, c);
            two = two == 0 ? 0 : next(two, c);
            three = three == 0 ? 0 : next(three, c);
            four = four == 0 ? 0 : next(four, c);
            i += width;
            if (i >= to || letter(b, i, to) == 0 || cut(b, i, from, to)) {
                long mask = longest(one, two, three, four);
                if (lastOnly) {
                    all = mask;
                } else if (mask == NONE) {
                    all = NONE;
                    since = 0;
                } else if (mask == 0) {
                    since++;
                    all = all == NONE && since > FAR ? 0 : all;
                } else {
                    all = (all & ~NONE) | mask;
                }
            }
        }
        return foreign ? foreign(b, from, to, all) : all;
    }

    private static long longest(long one, long two, long three, long four) {
        long mask = four == 0 ? 0 : lookup(four);
        mask = mask == 0 && three != 0 ? lookup(three) : mask;
        mask = mask == 0 && two != 0 ? lookup(two) : mask;
        return mask == 0 ? lookup(one) : mask;
    }

    private static long foreign(byte[] b, int from, int to, long all) {
        long mask = all;
        for (var script : SCRIPTS) {
            if (script.in(b, from, to)) {
                mask =
                        script.mask() == NONE
                                ? (mask == 0 ? NONE : mask)
                                : (mask & ~NONE) | script.mask();
            }
        }
        return mask;
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
