package dev.countersign.postgres;

import java.net.IDN;
import java.text.Normalizer;

/// SASLprep (RFC 4013) as PostgreSQL does it to a password, on both sides: what is all ASCII stays
/// as it is, and what the profile does not allow is used as it is too, instead of being refused.
/// Only so do both sides count with the same bytes.
final class SaslPrep {
    private SaslPrep() {}

    /// @return a new array, to be wiped by whoever called
    static char[] prepare(char[] password) {
        for (char c : password) {
            if (c >= 0x80) {
                return prepareUnicode(password);
            }
        }
        return password.clone();
    }

    private static char[] prepareUnicode(char[] password) {
        // Strings cannot be wiped. This path is for passwords beyond ASCII only.
        var mapped = new StringBuilder();
        new String(password)
                .codePoints()
                .forEach(c -> {
                    if (space(c)) {
                        mapped.append(' ');
                    } else if (!nothing(c)) {
                        mapped.appendCodePoint(c);
                    }
                });
        var normal = Normalizer.normalize(mapped, Normalizer.Form.NFKC);
        if (normal.isEmpty()
                || normal.codePoints().anyMatch(c -> prohibited(c) || unassigned(c))
                || !bidirectional(normal)) {
            return password.clone();
        }
        return normal.toCharArray();
    }

    /// RFC 3454, table C.1.2.
    private static boolean space(int c) {
        return c == 0xA0
                || c == 0x1680
                || (c >= 0x2000 && c <= 0x200B)
                || c == 0x202F
                || c == 0x205F
                || c == 0x3000;
    }

    /// Table B.1.
    private static boolean nothing(int c) {
        return c == 0xAD
                || c == 0x34F
                || c == 0x1806
                || (c >= 0x180B && c <= 0x180D)
                || (c >= 0x200B && c <= 0x200D)
                || c == 0x2060
                || (c >= 0xFE00 && c <= 0xFE0F)
                || c == 0xFEFF;
    }

    /// Tables C.1.2, C.2.1, C.2.2, C.3 to C.9.
    private static boolean prohibited(int c) {
        return space(c)
                || c < 0x20
                || (c >= 0x7F && c <= 0x9F)
                || c == 0x340
                || c == 0x341
                || c == 0x6DD
                || c == 0x70F
                || c == 0x180E
                || (c >= 0x200C && c <= 0x200F)
                || (c >= 0x2028 && c <= 0x202E)
                || (c >= 0x2060 && c <= 0x2063)
                || (c >= 0x206A && c <= 0x206F)
                || (c >= 0x2FF0 && c <= 0x2FFB)
                || (c >= 0xD800 && c <= 0xF8FF) // surrogates, private use
                || (c >= 0xFDD0 && c <= 0xFDEF)
                || c == 0xFEFF
                || (c >= 0xFFF9 && c <= 0xFFFD)
                || (c & 0xFFFE) == 0xFFFE
                || (c >= 0x1D173 && c <= 0x1D17A)
                || (c >= 0xE0001 && c <= 0xE007F)
                || c >= 0xF0000;
    }

    /// Table A.1: what Unicode 3.2 had not assigned. The JDK carries that table for domain names;
    /// this is its only door. What IDN refuses with the flag too it refuses for another reason.
    private static boolean unassigned(int c) {
        return c >= 0x80 && !takes(c, 0) && takes(c, IDN.ALLOW_UNASSIGNED);
    }

    private static boolean takes(int c, int flags) {
        try {
            return !IDN.toASCII(Character.toString(c), flags).isEmpty();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /// RFC 3454, section 6: with one right-to-left character all is right-to-left, first and last
    /// included.
    private static boolean bidirectional(String text) {
        if (text.codePoints().noneMatch(SaslPrep::rightToLeft)) {
            return true;
        }
        return rightToLeft(text.codePointAt(0))
                && rightToLeft(text.codePointBefore(text.length()))
                && text.codePoints()
                        .noneMatch(c ->
                                Character.getDirectionality(c)
                                        == Character.DIRECTIONALITY_LEFT_TO_RIGHT);
    }

    private static boolean rightToLeft(int c) {
        return switch (Character.getDirectionality(c)) {
            case Character.DIRECTIONALITY_RIGHT_TO_LEFT,
                    Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC ->
                    true;
            default -> false;
        };
    }
}
