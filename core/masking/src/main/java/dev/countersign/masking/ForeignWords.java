package dev.countersign.masking;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Words of scripts without small letters or blanks, which are looked for as they stand.
final class ForeignWords {
    /// No word begins with a byte below.
    private static final int LEAST = 0x80;

    /// One bit for each.
    private static final int MOST = 128;

    private final List<byte[]> words = new ArrayList<>();
    private final List<Long> masks = new ArrayList<>();

    /// The numbers of the words that begin with a byte.
    private final int[][] beginning = new int[256 - LEAST][0];

    /// In the order in which they are to count.
    void add(String word, long mask) {
        if (words.size() == MOST) {
            throw new IllegalStateException("words.txt has more than " + MOST + " such words");
        }
        byte[] utf8 = word.getBytes(UTF_8);
        int first = (utf8[0] & 0xFF) - LEAST;
        int n = beginning[first].length;
        beginning[first] = Arrays.copyOf(beginning[first], n + 1);
        beginning[first][n] = words.size();
        words.add(utf8);
        masks.add(mask);
    }

    /// What they say beside what other words said.
    long of(byte[] b, int from, int to, long others) {
        long mask = others;
        long low = 0;
        long high = 0;
        for (int i = from; i < to; i++) {
            if (b[i] < 0) {
                for (int word : beginning[(b[i] & 0xFF) - LEAST]) {
                    if (stands(words.get(word), b, i, to)) {
                        low |= word < 64 ? 1L << word : 0;
                        high |= word < 64 ? 0 : 1L << word;
                    }
                }
            }
        }
        for (int word = 0; (low | high) != 0 && word < words.size(); word++) {
            if (((word < 64 ? low : high) & 1L << word) != 0) {
                long says = masks.get(word);
                mask = says == Words.NONE ? (mask == 0 ? says : mask) : (mask & ~Words.NONE) | says;
            }
        }
        return mask;
    }

    private static boolean stands(byte[] word, byte[] b, int i, int to) {
        if (i + word.length > to) {
            return false;
        }
        for (int k = 1; k < word.length; k++) {
            if (b[i + k] != word[k]) {
                return false;
            }
        }
        return true;
    }
}
