package dev.countersign.evidence;

import dev.countersign.model.ActionId;
import dev.countersign.model.Bytes;
import dev.countersign.model.Decision.Requirement.Approval;
import dev.countersign.model.Decision.RuleRef;
import dev.countersign.model.Effect;
import dev.countersign.model.Hash;
import dev.countersign.model.Json;
import dev.countersign.model.Principal;
import dev.countersign.model.ReviewId;
import dev.countersign.model.Ruling;
import dev.countersign.model.Session;
import dev.countersign.model.SessionId;
import dev.countersign.model.Work;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// A review of an earlier start that had no end when the log was opened, or whose rejection may
/// still hold: what the log tells of it.
///
/// @param request leaf hash of its `approval.request`
/// @param expires when it ends without an answer
/// @param rejected it is over, and what it asked for stays rejected until `expires`
/// @param told empty where its records or their payloads cannot be read; why is in the gateway's
///   log
public record OpenReview(
        ReviewId id, Hash request, Instant expires, boolean rejected, Optional<Told> told) {

    /// @param intent leaf hash of the intent of the action that people are asked about
    /// @param from where whoever asked came from
    /// @param work how far their plan can be trusted
    /// @param token header and payload of the token by which they proved who they are
    /// @param canonical the action (`cs.action/1`)
    /// @param shape as the record has it
    /// @param shapeCut the record has the beginning of the shape only
    /// @param people how many must say yes, as it was when they were asked
    /// @param rulings of people, in order
    public record Told(
            Hash intent,
            ActionId action,
            SessionId session,
            Session.Source from,
            Work.Assurance work,
            Bytes token,
            Bytes canonical,
            Set<Effect> effects,
            String shape,
            boolean shapeCut,
            boolean inTransaction,
            List<RuleRef> because,
            List<Approval> needs,
            int people,
            Instant opened,
            OptionalLong rows,
            List<Said> rulings) {
        public Told {
            effects = Set.copyOf(effects);
            because = List.copyOf(because);
            needs = List.copyOf(needs);
            rulings = List.copyOf(rulings);
        }
    }

    /// What one person said.
    ///
    /// @param leaf of the ruling
    /// @param by as the record names them
    /// @param statement that was ruled on
    /// @param proof header and payload of the token by which they proved who they are; empty where
    ///   the log has none
    public record Said(
            Hash leaf,
            Principal.Party by,
            Ruling ruling,
            Ruling.Assurance assurance,
            Json.Obj statement,
            String reason,
            String proof,
            Instant at) {}
}
