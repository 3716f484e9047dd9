package dev.countersign.model;

/// The name of one minted credential, which is also its user name: `cs_` and sixteen letters or
/// digits of which none looks like another. Not a secret: it stands in connect strings and records.
public record CredentialId(String value) {
    /// How each of them begins, and no user name of anybody else may.
    public static final String PREFIX = "cs_";

    private static final int LENGTH = 16;

    public CredentialId {
        if (!value.matches("cs_[a-z0-9]{4,32}")) {
            throw new IllegalArgumentException("no credential is named like that");
        }
    }

    public static CredentialId fresh() {
        return new CredentialId(PREFIX + Ids.letters(LENGTH));
    }

    @Override
    public String toString() {
        return value;
    }
}
