package dev.countersign.model;

import java.time.Instant;
import java.util.List;
import java.util.Set;

/// A person who proved who they are to those who take rulings: by a token of the reviewers' own
/// audience and client, never by one of the data plane.
///
/// @param who as their issuer names them
/// @param person by what they are compared with everybody else, in the order of their issuer's
///   `person-claim`; never empty
/// @param client the OAuth client the token was issued to
/// @param signedIn when they last signed in (`auth_time`)
/// @param expires when the token ends
/// @param subject as `sub` of their issuer's tokens names them
public record Reviewer(
        Principal.Party who,
        List<String> person,
        Set<String> groups,
        String client,
        Instant signedIn,
        Instant expires,
        Principal.Party subject) {

    /// Of an issuer that names people by `sub`.
    public Reviewer(
            Principal.Party who,
            List<String> person,
            Set<String> groups,
            String client,
            Instant signedIn,
            Instant expires) {
        this(who, person, groups, client, signedIn, expires, who);
    }

    public Reviewer {
        if (person.isEmpty()) {
            throw new IllegalArgumentException("a reviewer is a person");
        }
        person = List.copyOf(person);
        groups = Set.copyOf(groups);
    }

    /// As records name them.
    public void write(JsonText out) {
        out.open()
                .putIfAny("azp", client)
                .put("iss", who.issuer())
                .put("sub", who.subject())
                .close();
    }

    @Override
    public String toString() {
        return who.subject();
    }
}
