package dev.countersign.model;

import java.util.Optional;
import java.util.regex.Pattern;

/// The name of one minted credential, which is also its user name: `cs_` and sixteen letters or
/// digits of which none looks like another. Not a secret: it stands in connect strings and records.
public record CredentialId(String value) {
    /// How each of them begins, and no user name of anybody else may.
    public static final String PREFIX = "cs_";

    private static final int LENGTH = 16;
    private static final Pattern FORM = Pattern.compile("cs_[a-z0-9]{4,32}");

    public CredentialId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("no credential is named like that");
        }
    }

    /// The one that a user name is; empty for any other name.
    public static Optional<CredentialId> of(String user) {
        return FORM.matcher(user).matches()
                ? Optional.of(new CredentialId(user))
                : Optional.empty();
    }

    public static CredentialId fresh() {
        return new CredentialId(PREFIX + Ids.letters(LENGTH));
    }

    @Override
    public String toString() {
        return value;
    }
}
