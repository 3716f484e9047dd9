package dev.countersign.model;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What can be written down. On disk each is one `cs.ev/1` record (`docs/evidence-format.md`).
public sealed interface Evidence {

    /// A configuration took effect.
    ///
    /// @param digest over the canonical form of all settings
    /// @param policy over the policy documents alone
    /// @param summary what a reader wants to see: names of targets, issuers and policies; no
    ///   secrets
    record Configured(Hash digest, Hash policy, Json.Obj summary) implements Evidence {}

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
    record Intent(Action action, Decision decision, @Nullable Refusal refusal)
            implements Evidence {}

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

    /// A statement of the gateway's own on the target.
    ///
    /// @param why `poison`, `describe`, …
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
