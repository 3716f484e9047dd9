package dev.countersign.identity;

import dev.countersign.model.Bytes;
import dev.countersign.model.CredentialId;
import dev.countersign.model.Principal;
import dev.countersign.model.Work;
import java.time.Instant;

/// What a minted user name and password stand for; the password itself nobody keeps.
///
/// @param who as the token said that it was minted for, until [#expires()]
/// @param signedParts header and payload of that token, without the signature
/// @param target by its name, the only one that it opens
/// @param fixed the plan and step that its sessions carry out, with assurance B2; [Work#NONE] where
///   it binds none
/// @param expires when it ends, and with it every session that it opened
public record Credential(
        CredentialId id,
        Principal who,
        Bytes signedParts,
        String target,
        Work fixed,
        Instant minted,
        Instant expires) {

    public boolean fixes() {
        return fixed.assurance() == Work.Assurance.B2;
    }

    boolean ended(Instant now) {
        return !now.isBefore(expires);
    }

    /// Whether it is this principal's own: the same chain through the same client.
    public boolean isOf(Principal other) {
        return who.actor().equals(other.actor())
                && who.onBehalfOf().equals(other.onBehalfOf())
                && who.chain().equals(other.chain())
                && who.client().equals(other.client());
    }

    /// What a session carries out that says of itself that it is `claimed`. A credential that fixes
    /// a plan fixes all of it: with no step in it, no step can be claimed.
    ///
    /// @throws IllegalArgumentException if it claims another than the fixed one; the message is for
    ///   the client and quotes neither
    public Work work(Work claimed) {
        if (!fixes()) {
            return claimed;
        }
        if (!claimed.plan().isEmpty() && !claimed.plan().equals(fixed.plan())) {
            throw new IllegalArgumentException(
                    "this credential was minted for one plan, and another was claimed; connect"
                            + " without countersign.plan");
        }
        if (!claimed.step().isEmpty() && !claimed.step().equals(fixed.step())) {
            throw new IllegalArgumentException(
                    "this credential was minted for one step of its plan, and another was claimed;"
                            + " connect without countersign.step");
        }
        return new Work(
                fixed.plan(), fixed.step(), claimed.trace(), claimed.reason(), Work.Assurance.B2);
    }
}
