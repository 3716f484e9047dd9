package dev.countersign.identity;

import com.nimbusds.jose.util.JSONObjectUtils;
import dev.countersign.model.Json;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// An issuer's JWK Set (RFC 7517, 5), reduced to the keys that may verify.
final class KeySet {
    /// Real sets have two to a dozen.
    static final int MAX_KEYS = 100;

    private final List<SigningKey> keys;
    private final Json.Obj json;

    private KeySet(List<SigningKey> keys) {
        this.keys = List.copyOf(keys);
        this.json = Json.object().put("keys", Json.list(keys, SigningKey::json)).build();
    }

    /// @throws IssuerFailure if it is no set, too many, or without one key that may verify
    static KeySet parse(String text) throws IssuerFailure {
        try {
            if (!(JSONObjectUtils.parse(text).get("keys") instanceof List<?> listed)) {
                throw untrusted("its JWK Set has no list `keys`");
            }
            if (listed.size() > MAX_KEYS) {
                throw untrusted("its JWK Set has more than " + MAX_KEYS + " keys");
            }
            var keys = new ArrayList<SigningKey>();
            for (var one : listed) {
                if (one instanceof Map<?, ?> jwk) {
                    SigningKey.of(jwk).ifPresent(keys::add);
                }
            }
            if (keys.isEmpty()) {
                throw untrusted(
                        "none of its keys may verify a signature: it takes RSA of 2048 to 8192"
                                + " bits, P-256, P-384, P-521 or Ed25519, not `use: enc`");
            }
            return new KeySet(keys);
        } catch (ParseException e) {
            throw untrusted("its JWK Set is no JSON object");
        }
    }

    private static IssuerFailure untrusted(String what) {
        return new IssuerFailure(IssuerFailure.UNTRUSTED, what);
    }

    /// The public keys, for the record.
    Json.Obj json() {
        return json;
    }

    /// Whether one of these keys is the one that the token names. A token that names none may be
    /// signed with any.
    boolean has(Jws token) {
        return keys.stream().anyMatch(key -> named(key, token));
    }

    /// The token's signature was made with a key of this set, used as the issuer allows.
    boolean signed(Jws token) {
        return keys.stream().anyMatch(key -> named(key, token) && key.signed(token));
    }

    private static boolean named(SigningKey key, Jws token) {
        return token.keyId().isEmpty() || key.id().equals(token.keyId());
    }
}
