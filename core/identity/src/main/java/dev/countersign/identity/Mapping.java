package dev.countersign.identity;

import dev.countersign.model.Principal;
import dev.countersign.model.Principal.Kind;
import dev.countersign.model.Principal.Party;
import dev.countersign.model.Reviewer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Who a genuine token speaks of: the agent, and apart from it the human.
///
/// | the token has | kind | actor | human |
/// |---|---|---|---|
/// | `act` | agent | agent-claim | human-claim |
/// | no `act`, but the agent-claim (`azp`, a custom one) | agent | agent-claim | human-claim, if `people-if` is true and it is not the agent itself |
/// | neither | agent | `sub` | human-claim, if `people-if` is true |
/// | no `act`, a client of people-clients other than `sub` itself | human | `sub` | – |
///
/// In the third row an agent holds somebody's plain token. To the rules it is an agent. For
/// exclusion it counts as that person in any case, because the actor bears the person's name; as
/// *acting for a human* it counts only with proof that there is one (`people-if`), so that a rule
/// that wants a human behind an agent is not satisfied by a service account, whose `sub` often is
/// another name than its client's. An agent without a human has the operator of record that the
/// configuration names for its subject, or none.
final class Mapping {
    /// The most actors that a token may name behind the outermost.
    static final int MAX_CHAIN = 8;

    private static final String ACT = "act";

    /// Of what a principal is made, and by what its person is compared.
    ///
    /// @param person empty if the token names no person
    record Mapped(Principal who, List<String> person) {}

    private final Claims token;
    private final IssuerSettings issuer;

    private Mapping(Claims token, IssuerSettings issuer) {
        this.token = token;
        this.issuer = issuer;
    }

    /// @param peopleIf the issuer's, compiled
    static Mapped map(Claims token, IssuerSettings issuer, PeopleIf peopleIf, Instant expires)
            throws TokenRefused {
        return new Mapping(token, issuer).map(peopleIf, expires);
    }

    private Mapped map(PeopleIf peopleIf, Instant expires) throws TokenRefused {
        var subject = subject();
        var client = client();
        var delegated = token.object(ACT);
        var agent = token.text(issuer.agentClaim());
        if (delegated.isPresent()) {
            checkActor(delegated.get(), agent);
        }
        boolean person =
                delegated.isEmpty()
                        && issuer.peopleClients().contains(client)
                        && !subject.equals(client);
        var actor = party(person ? subject : agent.orElse(subject));
        var human = person ? null : human(delegated.isPresent(), agent, peopleIf);
        var values = person(person || human != null);
        var who =
                new Principal(
                        person ? Kind.HUMAN : Kind.AGENT,
                        actor,
                        human,
                        chain(delegated, actor),
                        client,
                        groups(),
                        expires,
                        values.isEmpty() ? Set.of() : Set.of(values),
                        person || human != null ? List.of() : issuer.operatorOf(actor.subject()));
        return new Mapped(who, values);
    }

    /// The person whom a token of the reviewers' client speaks of, named as on the data plane: by
    /// the human-claim, where the token has it.
    ///
    /// @param token its rules have been checked ([ReviewRules])
    static Reviewer reviewer(Claims token, IssuerSettings issuer, Instant signedIn, Instant expires)
            throws TokenRefused {
        var mapping = new Mapping(token, issuer);
        var subject = mapping.subject();
        var person = mapping.person(true);
        return new Reviewer(
                mapping.party(token.text(issuer.humanClaim()).orElse(subject)),
                person,
                mapping.groups(),
                mapping.client(),
                signedIn,
                expires,
                mapping.party(subject));
    }

    private String subject() throws TokenRefused {
        return token.text("sub").orElseThrow(() -> refused("does not say whose it is (`sub`)"));
    }

    private String client() throws TokenRefused {
        return client(token, issuer);
    }

    /// The client that the token was issued to; empty if it names none.
    static String client(Claims token, IssuerSettings issuer) throws TokenRefused {
        if (!issuer.clientClaim().isEmpty()) {
            return token.text(issuer.clientClaim()).orElse("");
        }
        var authorized = token.text("azp");
        var client = token.text("client_id");
        if (authorized.isPresent() && client.isPresent() && !authorized.equals(client)) {
            throw refused("names two clients (`azp`, `client_id`)");
        }
        return authorized.or(() -> client).orElse("");
    }

    private void checkActor(Claims act, Optional<String> agent) throws TokenRefused {
        if (agent.isEmpty()) {
            throw refused(
                    "was delegated and does not name the agent (`" + issuer.agentClaim() + "`)");
        }
        if (!act.text("iss").orElse(issuer.issuer()).equals(issuer.issuer())) {
            throw refused("names an agent of another issuer, for which this one cannot speak");
        }
    }

    private @Nullable Party human(boolean delegated, Optional<String> agent, PeopleIf peopleIf)
            throws TokenRefused {
        var _ = token.instant("auth_time"); // if it is there, it is a time
        var named = token.text(issuer.humanClaim());
        if (delegated && named.isEmpty()) {
            throw refused(
                    "was delegated and does not name the human (`" + issuer.humanClaim() + "`)");
        }
        boolean known = delegated || (peopleIf.holds(token) && !agent.equals(named));
        return known && named.isPresent() ? party(named.get()) : null;
    }

    /// Whom the token names behind the actor, outermost first. What another issuer's party did is
    /// that issuer's word at second hand: information, never a reason.
    private List<Party> chain(Optional<Claims> outermost, Party actor) throws TokenRefused {
        var chain = new ArrayList<Party>();
        for (var act = outermost; act.isPresent(); act = act.get().object(ACT)) {
            if (chain.size() == MAX_CHAIN) {
                throw refused("names more than " + MAX_CHAIN + " actors");
            }
            var at = act.get().text("iss").orElse(issuer.issuer());
            var subject = act.get().text("sub");
            if (subject.isPresent()) {
                chain.add(new Party(at, subject.get()));
            } else if (!act.equals(outermost)) {
                throw refused("names an actor without a `sub`");
            }
        }
        if (!chain.isEmpty() && chain.getFirst().equals(actor)) {
            chain.removeFirst();
        }
        return chain;
    }

    private Set<String> groups() throws TokenRefused {
        var elsewhere = token.object("_claim_names");
        if (elsewhere.isPresent() && elsewhere.get().has(issuer.groupsClaim())) {
            throw refused(
                    "has so many groups that the issuer left them out (`_claim_names`); let it send"
                            + " only those assigned to this application");
        }
        return Set.copyOf(token.texts(issuer.groupsClaim()));
    }

    private List<String> person(boolean needed) throws TokenRefused {
        var values = new ArrayList<String>();
        for (var claim : issuer.personClaim()) {
            var value = token.text(claim);
            if (value.isEmpty()) {
                if (needed) {
                    throw refused("does not tell the person by `" + claim + "` (`person-claim`)");
                }
                return List.of();
            }
            values.add(value.get());
        }
        return List.copyOf(values);
    }

    private Party party(String subject) {
        return new Party(issuer.issuer(), subject);
    }

    private static TokenRefused refused(String what) {
        return new TokenRefused(
                TokenRefused.CLAIMS, "the token " + what + "; ask whoever runs the issuer");
    }
}
