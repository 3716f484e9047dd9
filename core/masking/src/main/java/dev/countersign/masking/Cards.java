package dev.countersign.masking;

/// Payment cards: ranges of issuers with the lengths that they issue, and the Luhn check.
final class Cards {
    /// Nothing that could be a card.
    static final int NONE = 0;

    /// A card only where words say so.
    static final int WEAK = 1;

    /// A card without further words.
    static final int STRONG = 2;

    private Cards() {}

    static int strength(byte[] d, int n) {
        int issued = issued(d, n);
        return issued == NONE || !Checks.luhn(d, 0, n) || Checks.equal(d, n) ? NONE : issued;
    }

    private static int issued(byte[] d, int n) {
        if (n < 12 || n > 19) {
            return NONE;
        }
        int two = Checks.two(d, 0);
        int four = 100 * two + Checks.two(d, 2);
        return switch (d[0]) {
            case 2 -> four >= 2221 && four <= 2720 && n == 16 ? STRONG : NONE;
            case 3 -> three(two, four, n);
            case 4 -> n == 16 ? STRONG : n == 13 || n == 19 ? WEAK : NONE;
            case 5 ->
                    two >= 51 && two <= 55 && n == 16
                            ? STRONG
                            : two == 50 || (two >= 56 && two <= 58) ? WEAK : NONE;
            case 6 -> six(d, two, four, n);
            default -> NONE;
        };
    }

    private static int three(int two, int four, int n) {
        if (two == 34 || two == 37) {
            return n == 15 ? STRONG : NONE;
        }
        if (four >= 3528 && four <= 3589) {
            return n < 16 ? NONE : n == 16 ? STRONG : WEAK;
        }
        boolean diners =
                two == 36
                        || two == 38
                        || two == 39
                        || (four / 10 <= 305 && two == 30)
                        || four == 3095;
        return !diners || n < 14 ? NONE : n == 14 || n == 16 ? STRONG : WEAK;
    }

    private static int six(byte[] d, int two, int four, int n) {
        int six = 100 * four + Checks.two(d, 4);
        boolean discover =
                four == 6011
                        || two == 65
                        || (four >= 6440 && four <= 6499)
                        || (six >= 622_126 && six <= 622_925);
        boolean known = discover || two == 62;
        return known && n >= 16 ? (n == 16 ? STRONG : WEAK) : WEAK;
    }
}
