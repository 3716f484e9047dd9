package dev.countersign.model;

import java.util.Locale;

/// How a review ended. (That a client's wait ended before its review did is none of them.)
public enum Ruling {
    /// as many people as were needed said yes
    APPROVED,
    /// one of them said no
    REJECTED,
    /// nobody answered in time, or not enough of them
    EXPIRED,
    /// whoever asked took it back
    WITHDRAWN;

    private final String word = name().toLowerCase(Locale.ROOT);

    /// As records spell it: `approved`.
    public String word() {
        return word;
    }

    /// How sure it is that the person themselves ruled.
    public enum Assurance {
        /// Whoever held the person's sign-in ruled; a program of theirs may have.
        SESSION,
        /// The person signed in for this one ruling, and their issuer signed what it said.
        SIGNED;

        private final String word = name().toLowerCase(Locale.ROOT);

        public String word() {
            return word;
        }
    }
}
