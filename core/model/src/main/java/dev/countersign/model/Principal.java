package dev.countersign.model;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Who acts: the agent and, apart from it, the human on whose behalf it acts, as an issuer's token
/// said so.
///
/// @param kind what the rules take it for; on the data plane everybody is an agent unless the
///   token's client is listed
/// @param actor who acts
/// @param human on whose behalf; null where nobody was named
/// @param chain further actors that the token named, outermost first; information only, never a
///   reason to allow
/// @param client the OAuth client the token was issued to (`azp` or `client_id`); empty where the
///   token has none
/// @param groups of the human, or of the actor where there is no human
/// @param expires when the token ends: nothing new is admitted after it
/// @param people everybody whom this principal counts as where people decide: whose token it is,
///   the human behind it, by the values of their issuer's person claims. None of them ever decides
///   for it
/// @param operator who answers for an agent that acts without a human, by the same values; empty
///   where nobody does. Never decides for it either
public record Principal(
        Kind kind,
        Party actor,
        @Nullable Party human,
        List<Party> chain,
        String client,
        Set<String> groups,
        Instant expires,
        Set<List<String>> people,
        List<String> operator) {

    public enum Kind {
        AGENT,
        HUMAN,
        SYSTEM;

        private final String word = name().toLowerCase(Locale.ROOT);

        /// As records spell it: `agent`.
        public String word() {
            return word;
        }
    }

    /// One subject as one issuer names it. Names of different issuers are never equal.
    public record Party(String issuer, String subject) {
        @Override
        public String toString() {
            return subject;
        }
    }

    public Principal {
        chain = List.copyOf(chain);
        groups = Set.copyOf(groups);
        people = Set.copyOf(people);
        operator = List.copyOf(operator);
    }

    /// Whether some person answers for what it does: it is one, acts for one, or has an operator of
    /// record. For whom nobody answers, nobody can be excluded, so nobody is asked.
    public boolean answeredFor() {
        return kind == Kind.HUMAN || human != null || !operator.isEmpty();
    }

    /// Whether a person is part of this principal, or answers for it.
    public boolean includes(Reviewer person) {
        return people.contains(person.person())
                || operator.equals(person.person())
                || Stream.of(person.who(), person.subject())
                        .anyMatch(name ->
                                actor.equals(name) || name.equals(human) || chain.contains(name));
    }

    /// The same principal, whose stay ends at another time: a minted credential has its own.
    public Principal until(Instant end) {
        return new Principal(kind, actor, human, chain, client, groups, end, people, operator);
    }

    public Optional<Party> onBehalfOf() {
        return Optional.ofNullable(human);
    }

    /// The principal chain as it stands in the canonical action and, with more beside it, in
    /// records.
    public void write(JsonText out) {
        out.open().putIfAny("azp", client);
        if (!chain.isEmpty()) {
            out.put("chain", chain, Principal::party);
        }
        out.put("iss", actor.issuer()).put("kind", kind.word());
        if (human != null) {
            party(out.key("on_behalf_of"), human);
        }
        out.put("sub", actor.subject()).close();
    }

    private static void party(JsonText out, Party party) {
        out.open().put("iss", party.issuer()).put("sub", party.subject()).close();
    }

    /// `eve for ann`, for people's eyes.
    @Override
    public String toString() {
        return human == null ? actor.subject() : actor.subject() + " for " + human.subject();
    }
}
