package dev.countersign.masking;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Locale;

/// What the name of a column says about its values: made once for a column, used for every cell.
public final class ValueName {
    /// The name says nothing, or there is none.
    public static final ValueName NONE = new ValueName(0, "");

    private final long said;
    private final String small;

    private ValueName(long said, String small) {
        this.said = said;
        this.small = small;
    }

    /// @param name of a column, a key, a header: `customer_ssn`
    public static ValueName of(String name) {
        var utf8 = name.getBytes(UTF_8);
        return new ValueName(
                AssignedFinder.name(utf8, 0, utf8.length), name.toLowerCase(Locale.ROOT));
    }

    long said() {
        return said;
    }

    String small() {
        return small;
    }
}
