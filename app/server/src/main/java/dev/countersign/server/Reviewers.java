package dev.countersign.server;

import dev.countersign.api.People;
import dev.countersign.identity.Issuers;
import java.util.List;

/// Who may come to the control API, as the configured issuers say.
record Reviewers(Issuers issuers) implements People {
    @Override
    public Proof person(String accessToken) {
        return proof(issuers.reviewer(accessToken));
    }

    @Override
    public Proof ruling(String idToken, String nonce) {
        return proof(issuers.signed(idToken, nonce));
    }

    private static Proof proof(Issuers.Reviewing verdict) {
        return switch (verdict) {
            case Issuers.Reviewing.Known(var reviewer, var parts) ->
                    new Proof.Proved(reviewer, parts);
            case Issuers.Reviewing.Signed(var by, var parts, var signature) ->
                    new Proof.Proved(by, parts + "." + signature);
            case Issuers.Reviewing.Rejected(var code, var message) ->
                    new Proof.Refused(code, message);
        };
    }

    @Override
    public List<SignIn> signIns() {
        return issuers.signIn().stream()
                .map(one -> new SignIn(one.issuer(), one.client(), one.audience()))
                .toList();
    }
}
