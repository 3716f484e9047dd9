package dev.countersign.masking;

import java.util.Arrays;

/// What characters count as: digits, blanks, dashes and dots of all scripts as those of ASCII.
final class Readings {
    /// A character that has no width.
    static final int GONE = -1;

    /// The names that HTML has for some, up to `;`, and what they stand for.
    static final String[] NAMED = {
        "amp;&",
        "nbsp; ",
        "commat;@",
        "period;.",
        "hyphen;-",
        "dash;-",
        "lt;<",
        "gt;>",
        "quot;\"",
        "apos;'",
        "num;#",
        "plus;+",
        "sol;/",
        "colon;:",
        "equals;=",
        "lowbar;_",
        "ensp; ",
        "emsp; ",
        "thinsp; ",
        "lpar;(",
        "rpar;)",
        "dollar;$",
        "Tab;\t",
        "NewLine;\n",
        "percnt;%",
        "shy;",
        "zwnj;",
        "zwj;",
        "ZeroWidthSpace;",
        "ndash;-",
        "minus;-",
        "lsqb;[",
        "rsqb;]"
    };

    /// Not 0 for a byte that may begin a character that reads otherwise.
    private static final byte[] OTHERWISE = new byte[256];

    static {
        Arrays.fill(OTHERWISE, 0x80, 0x100, (byte) 1);
        for (char c : new char[] {'\\', '%', '&'}) {
            OTHERWISE[c] = 1;
        }
    }

    private Readings() {}

    /// Whether it may begin what reads otherwise.
    static boolean otherwise(byte b) {
        return OTHERWISE[b & 0xFF] != 0;
    }

    /// The character that this one counts as; [#GONE] for one that has no width.
    static int folded(int point) {
        if (point < 0x80) {
            return point;
        }
        if (point >= 0xFF01 && point <= 0xFF5E) {
            return point - 0xFEE0;
        }
        if (point >= 0x2000 && point <= 0x2069) {
            return point <= 0x200A || point == 0x202F || point == 0x205F
                    ? ' '
                    : point <= 0x200F || (point >= 0x202A && point <= 0x202E) || point >= 0x2060
                            ? GONE
                            : point <= 0x2015
                                    ? '-'
                                    : point == 0x2024
                                            ? '.'
                                            : point <= 0x2029 && point > 0x2027 ? '\n' : point;
        }
        if (point >= 0xFE00 && point <= 0xFE0F) {
            return GONE;
        }
        if (point >= 0x1D400 && point <= 0x1D6A3) {
            int letter = (point - 0x1D400) % 52;
            return letter < 26 ? 'A' + letter : 'a' + letter - 26;
        }
        if (point >= 0x2460 && point <= 0x2468) {
            return '1' + point - 0x2460;
        }
        if (point >= 0x24B6 && point <= 0x24E9) {
            return point <= 0x24CF ? 'A' + point - 0x24B6 : 'a' + point - 0x24D0;
        }
        if (point >= 0x2070 && point <= 0x2089) {
            int digit = point & 15;
            return digit < 10 && point != 0x2071 ? '0' + digit : point;
        }
        return switch (point) {
            case 0xA0, 0x1680, 0x3000 -> ' ';
            case 0xAD,
                    0x34F,
                    0x61C,
                    0x115F,
                    0x1160,
                    0x17B4,
                    0x17B5,
                    0x180E,
                    0x3164,
                    0xFEFF,
                    0xFFA0 ->
                    GONE;
            case 0xB9 -> '1';
            case 0xB2 -> '2';
            case 0xB3 -> '3';
            case 0x24EA -> '0';
            case 0x2212, 0xFE58, 0xFE63 -> '-';
            case 0xFE52 -> '.';
            case 0xFE6B -> '@';
            default ->
                    Character.getType(point) == Character.DECIMAL_DIGIT_NUMBER
                            ? '0' + Character.digit(point, 10)
                            : point;
        };
    }
}
