package dev.countersign.evidence;

import dev.countersign.model.Evidence;
import dev.countersign.model.JsonText;
import java.time.temporal.ChronoUnit;

/// The bodies of `credential.*` records. No password has ever been near them.
final class Credentials {
    private Credentials() {}

    static JsonText minted(JsonText body, Evidence.CredentialMinted minted) {
        minted.who().write(body.key("actor"));
        return body.put("credential", minted.credential().value())
                .put("expires", minted.expires().truncatedTo(ChronoUnit.SECONDS).toString())
                .put("fixed", minted.fixed())
                .put("target", minted.target());
    }

    static JsonText revoked(JsonText body, Evidence.CredentialRevoked revoked) {
        switch (revoked.by()) {
            case Evidence.Revoker.Own(var who) -> {
                who.write(body.key("actor"));
                body.put("credential", revoked.credential().value());
            }
            case Evidence.Revoker.Person(var who) -> {
                body.put("credential", revoked.credential().value());
                Approvals.reviewer(body, who);
            }
        }
        return body;
    }
}
