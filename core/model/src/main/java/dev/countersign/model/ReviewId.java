package dev.countersign.model;

/// The name of one review, short enough to be read out: `apr_` and twelve letters or digits, of
/// which none looks like another.
public record ReviewId(String value) {
    private static final int LENGTH = 12;

    public ReviewId {
        if (!value.matches("apr_[a-z0-9]{4,32}")) {
            throw new IllegalArgumentException("no review is named like that");
        }
    }

    public static ReviewId fresh() {
        return new ReviewId("apr_" + Ids.letters(LENGTH));
    }

    @Override
    public String toString() {
        return value;
    }
}
