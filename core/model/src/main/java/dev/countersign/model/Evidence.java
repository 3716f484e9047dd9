package dev.countersign.model;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// What can be written down. On disk each is one `cs.ev/1` record (`docs/evidence-format.md`).
public sealed interface Evidence {

    /// A configuration took effect.
    ///
    /// @param digest over the canonical form of all settings
    /// @param policy over the policy documents alone
    /// @param summary what a reader wants to see: names of targets, issuers and policies; no
    ///   secrets
    /// @param by who applied it to a running gateway; null at its start
    /// @param from where they came from; null at its start
    record Configured(
            Hash digest,
            Hash policy,
            Json.Obj summary,
            @Nullable Reviewer by,
            Session.@Nullable Source from)
            implements Evidence {
        /// At the start.
        public Configured(Hash digest, Hash policy, Json.Obj summary) {
            this(digest, policy, summary, null, null);
        }
    }

    /// An issuer's signing keys as they were used to verify tokens from now on.
    record IssuerKeys(String issuer, Json.Obj jwks) implements Evidence {}

    /// Somebody proved who they are.
    ///
    /// @param token header and payload of the issuer's JWS without the signature: goes into the
    ///   encrypted payload
    record LoggedIn(Session session, String method, Bytes token) implements Evidence {}

    /// Somebody failed to.
    ///
    /// @param code a stable one: `token-expired`
    /// @param times how many failures this stands for, 1 unless a flood was counted
    record LoginFailed(Session.Source from, String code, long times) implements Evidence {}

    record SessionOpened(Session session) implements Evidence {}

    /// @param reason `client`, `expired`, `target-lost`, `protocol`, `shutdown`, …
    record SessionClosed(Session session, String reason) implements Evidence {}

    /// Written before anything of the action is forwarded.
    ///
    /// @param refusal why it will not run; null where it was admitted
    /// @param opinion what a decision service outside of the gateway said; null where none was
    ///   asked
    /// @param facts whether those that it was judged by are written down too, so that another
    ///   policy can be tried on it
    record Intent(
            Action action,
            Decision decision,
            @Nullable Refusal refusal,
            @Nullable Opinion opinion,
            boolean facts)
            implements Evidence {
        /// As the format's first version has it.
        public Intent(Action action, Decision decision, @Nullable Refusal refusal) {
            this(action, decision, refusal, null, false);
        }
    }

    /// What came of actions: of one, or of several proven reads of one session, which may share a
    /// record.
    record Settled(Session session, List<Ended> all) implements Evidence {
        public Settled {
            if (all.isEmpty()) {
                throw new IllegalArgumentException("an outcome of nothing");
            }
            all = List.copyOf(all);
        }

        public Settled(Session session, ActionId action, Outcome outcome) {
            this(session, List.of(new Ended(action, outcome)));
        }
    }

    /// What came of one action.
    record Ended(ActionId action, Outcome outcome) {}

    /// People are asked about an action; behind its intent.
    ///
    /// @param needs who is asked
    /// @param expires when the review ends without an answer
    /// @param rows that it would change, as the reviewers are shown it; empty where nobody knows
    /// @param goesOn it can be taken up after a restart: what it asks for means the same in every
    ///   session
    /// @param people how many must say yes, the panels' own quorums included; 0 where that is not
    ///   told
    record ReviewRequested(
            Action action,
            ReviewId review,
            List<Decision.Requirement.Approval> needs,
            Instant expires,
            OptionalLong rows,
            boolean goesOn,
            int people)
            implements Evidence {
        public ReviewRequested {
            needs = List.copyOf(needs);
        }

        /// One that ends with its gateway.
        public ReviewRequested(
                Action action,
                ReviewId review,
                List<Decision.Requirement.Approval> needs,
                Instant expires,
                OptionalLong rows) {
            this(action, review, needs, expires, rows, false, 0);
        }
    }

    /// Somebody ruled, or a review ended by itself.
    ///
    /// @param request leaf hash of its `approval.request`
    /// @param by who ruled; null where time or whoever asked ended it
    /// @param statement what was ruled, in words that name the action; its SHA-256 is what an
    ///   issuer signs where `assurance` is signed
    /// @param reason for the client; goes into the encrypted payload
    /// @param proof the issuer's ID token for this one ruling, whole; where the person did not sign
    ///   in for it header and payload of their access token, without its signature, by which they
    ///   are known again after a restart. Goes into the encrypted payload; empty where nobody ruled
    record Ruled(
            ReviewId review,
            Hash request,
            Ruling ruling,
            @Nullable Reviewer by,
            Ruling.Assurance assurance,
            Json.Obj statement,
            String reason,
            String proof)
            implements Evidence {

        /// That a review ended and nobody ruled.
        ///
        /// @param how expired or withdrawn
        /// @param reason for whoever reads the log; may be empty
        public static Ruled ended(ReviewId review, Hash request, Ruling how, String reason) {
            return new Ruled(
                    review,
                    request,
                    how,
                    null,
                    Ruling.Assurance.SESSION,
                    Json.object().put("review", review.value()).put("ruling", how.word()).build(),
                    reason,
                    "");
        }

        /// Without the token.
        @Override
        public String toString() {
            return "Ruled[review=" + review + ", ruling=" + ruling + ", by=" + by + "]";
        }
    }

    /// An approval is used: before anything of the action is forwarded.
    ///
    /// @param action that uses it: the one asked for, or the same again
    /// @param rulings leaf hashes of the rulings that approved it
    /// @param opinion what a decision service outside said when it was to be used; null where none
    ///   was asked, or the intent right before has it
    record ApprovalConsumed(
            Action action, ReviewId review, List<Hash> rulings, @Nullable Opinion opinion)
            implements Evidence {
        public ApprovalConsumed {
            rulings = List.copyOf(rulings);
        }

        /// Of which nobody outside was asked anew.
        public ApprovalConsumed(Action action, ReviewId review, List<Hash> rulings) {
            this(action, review, rulings, null);
        }
    }

    /// Somebody tried to rule who may not, or on what is over.
    ///
    /// @param by null where nobody knows who
    /// @param code a stable one: `not-eligible`
    record RulingRefused(ReviewId review, @Nullable Reviewer by, Session.Source from, String code)
            implements Evidence {}

    /// Somebody read what is not theirs by the control API.
    ///
    /// @param what `reviews`, `review`, `review.exact`, `sessions`, …
    /// @param of which one; empty for a list
    record Read(Reviewer by, Session.Source from, String what, String of) implements Evidence {}

    /// A token was exchanged for a password of the gateway's own; before it can be used.
    ///
    /// @param who whose token it was; the credential acts as the same principal
    /// @param target by its name, the only one that it opens
    /// @param expires when it ends, and with it every session that it opened
    /// @param fixed whether it binds a plan and a step, so that its sessions can claim no other
    record CredentialMinted(
            Principal who,
            Session.Source from,
            CredentialId credential,
            String target,
            Instant expires,
            boolean fixed)
            implements Evidence {}

    /// A credential was revoked before its time, and what sessions it had opened end.
    record CredentialRevoked(CredentialId credential, Revoker by, Session.Source from)
            implements Evidence {}

    /// Who revoked a credential.
    sealed interface Revoker {
        /// A person who is part of its principal, or answers for it.
        record Person(Reviewer who) implements Revoker {}

        /// Whoever minted it, by a token of the data plane.
        record Own(Principal who) implements Revoker {}
    }

    /// A statement of the gateway's own on the target.
    ///
    /// @param why `poison`; `bound`: it is counted, and in a transaction of the gateway's own where
    ///   none is open
    record ByGateway(Session session, ActionId action, String why) implements Evidence {}

    /// A chunk of a recording: NDJSON, at most 64 KiB.
    ///
    /// @param chunk from 0, without gaps
    record Recorded(Session session, long chunk, Duration from, Bytes lines) implements Evidence {}

    /// Something that somebody should look at.
    ///
    /// @param facts no values, no secrets
    record Alert(String code, Map<String, String> facts) implements Evidence {
        public Alert {
            facts = Map.copyOf(facts);
        }
    }
}
