package dev.countersign.system.oracle;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Looks for thousands of short texts in a long one, in one pass: by their first six bytes. Case is
/// nothing.
final class Needles {
    private static final int KEY = Canary.SHORTEST;
    private static final long KEY_MASK = (1L << (8 * KEY)) - 1;
    private static final int SLOTS = 1 << 20;

    /// @param means where the text belongs
    record Needle(String text, String means) {}

    private final BitSet slots = new BitSet(SLOTS);
    private final Map<Long, List<Needle>> needles = new HashMap<>();

    /// @param text of six bytes or more, a character each
    void add(String text, String means) {
        var small = new StringBuilder();
        text.chars().forEach(one -> small.append((char) small(one)));
        long key = 0;
        for (int i = 0; i < KEY; i++) {
            key = key << 8 | small.charAt(i);
        }
        slots.set(slot(key));
        needles.computeIfAbsent(key, _ -> new ArrayList<>())
                .add(new Needle(small.toString(), means));
    }

    void find(CharSequence bytes, Consumer<Needle> found) {
        long key = 0;
        for (int i = 0; i < bytes.length(); i++) {
            key = (key << 8 | small(bytes.charAt(i))) & KEY_MASK;
            if (i >= KEY - 1 && slots.get(slot(key))) {
                int from = i - KEY + 1;
                for (var needle : needles.getOrDefault(key, List.of())) {
                    if (stands(needle.text(), bytes, from)) {
                        found.accept(needle);
                    }
                }
            }
        }
    }

    private static boolean stands(String needle, CharSequence bytes, int from) {
        if (from + needle.length() > bytes.length()) {
            return false;
        }
        for (int i = KEY; i < needle.length(); i++) {
            if (needle.charAt(i) != small(bytes.charAt(from + i))) {
                return false;
            }
        }
        return true;
    }

    private static int small(int one) {
        return one >= 'A' && one <= 'Z' ? one + ('a' - 'A') : one & 0xFF;
    }

    private static int slot(long key) {
        return (int) ((key * 0x9E3779B97F4A7C15L) >>> 44);
    }
}
