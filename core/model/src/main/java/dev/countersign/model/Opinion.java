package dev.countersign.model;

import java.util.Locale;

/// What a decision service outside of the gateway said to an action that our own policy had not
/// denied. It can make a decision stricter, and nothing else.
///
/// @param code why no decision was to be had, a stable word: `timeout`; empty where there was one
/// @param reason in the service's own words, cleaned, at most [#MAX_REASON] characters; may be
///   empty
public record Opinion(Said said, String code, String reason) {
    /// Characters of a reason.
    public static final int MAX_REASON = 200;

    /// The code where too many are being asked at once.
    public static final String BUSY = "busy";

    public enum Said {
        ALLOW,
        DENY,
        /// no decision was to be had, which counts as a denial
        NOTHING;

        /// As records spell it: `allow`.
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Opinion {
        if (reason.length() > MAX_REASON) {
            throw new IllegalArgumentException("a reason has at most " + MAX_REASON);
        }
    }

    /// No decision, and why.
    public static Opinion nothing(String code) {
        return new Opinion(Said.NOTHING, code, "");
    }

    /// As it stands in an intent.
    public void write(JsonText out) {
        out.open()
                .putIfAny("code", code)
                .putIfAny("reason", reason)
                .put("said", said.word())
                .close();
    }
}
