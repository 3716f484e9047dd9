package dev.countersign.model;

import java.security.SecureRandom;

/// The name of one review, short enough to be read out: `apr_` and twelve letters or digits, of
/// which none looks like another.
public record ReviewId(String value) {
    private static final String LETTERS = "abcdefghjkmnpqrstuvwxyz23456789";
    private static final int LENGTH = 12;
    private static final SecureRandom RANDOM = new SecureRandom();

    public ReviewId {
        if (!value.matches("apr_[a-z0-9]{4,32}")) {
            throw new IllegalArgumentException("no review is named like that");
        }
    }

    public static ReviewId fresh() {
        var out = new StringBuilder("apr_");
        for (int i = 0; i < LENGTH; i++) {
            out.append(LETTERS.charAt(RANDOM.nextInt(LETTERS.length())));
        }
        return new ReviewId(out.toString());
    }

    @Override
    public String toString() {
        return value;
    }
}
