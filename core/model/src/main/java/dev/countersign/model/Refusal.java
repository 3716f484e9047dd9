package dev.countersign.model;

import java.util.Locale;

/// Why a client's request did not run. A value, never an exception.
///
/// @param message what happened and where; safe for the client, holds no value and no policy
///   internals
/// @param detail for a machine, `name=value` with `;` between; empty where there is nothing to say
/// @param hint what to do now, and what not to; empty where there is nothing to say
public record Refusal(Reason reason, String message, String detail, String hint) {
    /// With nothing for machines beside its code.
    public Refusal(Reason reason, String message, String hint) {
        this(reason, message, "", hint);
    }

    /// Each has its own code in every protocol.
    public enum Reason {
        /// a rule denies it, or none allows it
        POLICY,
        /// what would run is no longer what was judged
        DRIFT,
        /// it could not be masked
        UNMASKABLE,
        /// a limit of ours
        LIMIT,
        /// a pinned or unlisted setting
        SETTING,
        /// a part of the protocol that is not served
        NOT_SERVED,
        /// policy requires something that nobody can give yet
        UNSERVED_REQUIREMENT,
        /// its wait for people ended, their review did not: no ruling
        PENDING,
        /// somebody who may decide said no
        REJECTED,
        /// nobody who may decide answered in time
        UNANSWERED,
        /// whoever asked took it back
        WITHDRAWN,
        /// its principal has too many open reviews
        TOO_MANY_REVIEWS,
        /// a decision service outside of the gateway denies it
        OUTSIDE_DENIED,
        /// that service gave no decision
        OUTSIDE_SILENT,
        /// too many wait for that service
        OUTSIDE_BUSY,
        /// evidence cannot be written
        NO_EVIDENCE,
        /// the token has expired
        EXPIRED,
        /// never allowed, whatever policy says
        NEVER;

        /// As records spell it: `not-served`.
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
