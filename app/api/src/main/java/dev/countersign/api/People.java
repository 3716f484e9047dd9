package dev.countersign.api;

import dev.countersign.model.Reviewer;
import java.util.List;

/// Who somebody at the control API is. Only tokens of the reviewers' own audience and client prove
/// anything here; an agent's never do.
public interface People {

    /// Whose access token this is. May block while keys are fetched; never throws.
    Proof person(String accessToken);

    /// Who signed in for the one ruling that `nonce` names, as their issuer's ID token says.
    Proof ruling(String idToken, String nonce);

    /// Where people sign in.
    List<SignIn> signIns();

    /// @param issuer whose discovery document says how
    /// @param client the public OAuth client to use
    /// @param audience that the access token must be for
    record SignIn(String issuer, String client, String audience) {}

    /// What a token proves.
    sealed interface Proof {
        /// @param token the ID token as it came, which proves a ruling offline; of an access token
        ///   header and payload only, by which the person is known again after a restart
        record Proved(Reviewer reviewer, String token) implements Proof {
            /// Without the token.
            @Override
            public String toString() {
                return "Proved[reviewer=" + reviewer + "]";
            }
        }

        /// @param code a stable one
        /// @param message what to do; quotes nothing of the token
        record Refused(String code, String message) implements Proof {}
    }
}
