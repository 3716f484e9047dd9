package dev.countersign.verifier;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Looks at the proof of each signed ruling (`docs/evidence-format.md`, section 7): an ID token of
/// the reviewer's issuer, signed by a key that stands in the log before it, whose nonce is the hash
/// of what was ruled. Where it cannot be opened, that is told and is no fault of the log.
final class Proofs {
    /// Proofs that are told one by one.
    static final int MAX_TOLD = 1_000;

    private static final Pattern COMPACT =
            Pattern.compile("([A-Za-z0-9_-]++)\\.([A-Za-z0-9_-]++)(?:\\.([A-Za-z0-9_-]++))?");

    private final Opened opened;
    private final Story.Wrong wrong;
    private final IssuerKeys keys = new IssuerKeys();
    private final List<Proof> told = new ArrayList<>();

    Proofs(Opened opened, Story.Wrong wrong) {
        this.opened = opened;
        this.wrong = wrong;
    }

    /// The first [#MAX_TOLD], in order.
    List<Proof> told() {
        return told;
    }

    void tell(long index, Map<String, Object> record) {
        var x = Story.map(record, "x");
        switch (Story.text(record, "k")) {
            case "idp.jwks" -> keys.take(x);
            case "approval.ruling" -> {
                if (Story.text(x, "assurance").equals("signed")) {
                    ruling(index, record, x);
                }
            }
            default -> {
                // it proves nothing of a ruling
            }
        }
    }

    private void ruling(long index, Map<String, Object> record, Map<String, Object> x) {
        var said =
                switch (opened.of(record)) {
                    case Opened.Content.Held(var bytes) -> judged(bytes, x);
                    case Opened.Content.Other() -> {
                        wrong.record(
                                Code.BLOB_MISMATCH,
                                index,
                                "its payload opens to something else than it committed to");
                        yield new Said(Proof.State.INVALID, "it is not what was committed to");
                    }
                    case Opened.Content.Closed() ->
                            new Said(Proof.State.NOT_OPENED, "the payload key would open it");
                };
        if (said.state() == Proof.State.INVALID) {
            wrong.record(Code.PROOF_INVALID, index, "its proof is none: " + said.detail());
        } else if (said.state() == Proof.State.MISSING) {
            wrong.record(
                    Code.PROOF_MISSING,
                    index,
                    "it says that it was signed, and the issuer's signature is not kept");
        }
        if (told.size() < MAX_TOLD) {
            told.add(
                    new Proof(
                            index,
                            Story.text(x, "review"),
                            Story.text(x, "ruling"),
                            Story.text(Story.map(x, "reviewer"), "sub"),
                            said.state(),
                            said.detail()));
        }
    }

    private record Said(Proof.State state, String detail) {}

    private static Said invalid(String why) {
        return new Said(Proof.State.INVALID, why);
    }

    private Said judged(byte[] words, Map<String, Object> x) {
        String token;
        try {
            token = Story.text(CanonicalJson.object(words), "id_token");
        } catch (CanonicalJson.NotCanonical e) {
            return invalid("its payload is not in the one form of JSON");
        }
        var parts = COMPACT.matcher(token);
        if (token.isEmpty()) {
            return new Said(Proof.State.MISSING, "and no ID token");
        }
        if (!parts.matches()) {
            return invalid("its ID token is no token");
        }
        var header = json(parts.group(1));
        var claims = json(parts.group(2));
        if (header.isEmpty() || claims.isEmpty()) {
            return invalid("its ID token is no token");
        }
        var names = aboutThis(claims.get(), x);
        if (names.isPresent()) {
            return invalid(names.get());
        }
        if (parts.group(3) == null) {
            return new Said(Proof.State.MISSING, "only what it was over");
        }
        var issuer = Story.text(claims.get(), "iss");
        var signature = base64(parts.group(3));
        if (signature.isEmpty()
                || !keys.signed(
                        issuer, header.get(), token.substring(0, parts.end(2)), signature.get())) {
            return invalid("no key of " + issuer + " that the log holds has signed its ID token");
        }
        return new Said(
                Proof.State.VERIFIED,
                "by key " + Story.text(header.get(), "kid") + " of " + issuer);
    }

    /// Whether the token names this ruling, and this person at this client.
    ///
    /// @return why not
    private static Optional<String> aboutThis(Map<String, Object> claims, Map<String, Object> x) {
        var reviewer = Story.map(x, "reviewer");
        var nonce =
                Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(
                                Checkpoint.sha256()
                                        .digest(
                                                CanonicalText.of(Story.map(x, "statement"))
                                                        .getBytes(StandardCharsets.UTF_8)));
        if (!nonce.equals(Story.text(claims, "nonce"))) {
            return Optional.of("its nonce is not the hash of what was ruled");
        }
        if (!Story.text(reviewer, "iss").equals(Story.text(claims, "iss"))) {
            return Optional.of("it is of another issuer than the reviewer");
        }
        if (!names(claims, Story.text(reviewer, "sub"))) {
            return Optional.of("it names somebody else than the reviewer");
        }
        var client = Story.text(reviewer, "azp");
        return client.isEmpty() || names(audience(claims), client)
                ? Optional.empty()
                : Optional.of("it was made for another client than the reviewer's");
    }

    private static Map<String, Object> audience(Map<String, Object> claims) {
        return claims.containsKey("aud") ? Map.of("aud", claims.get("aud")) : Map.of();
    }

    /// Whether some claim has this text: which one names people is the configuration's.
    private static boolean names(Map<?, ?> claims, String text) {
        return claims.values().stream().anyMatch(claim -> has(claim, text));
    }

    private static boolean has(Object claim, String text) {
        return switch (claim) {
            case String said -> said.equals(text);
            case List<?> many -> many.stream().anyMatch(one -> has(one, text));
            case Map<?, ?> inner -> names(inner, text);
            default -> false;
        };
    }

    private static Optional<Map<String, Object>> json(String part) {
        return base64(part)
                .flatMap(bytes -> TokenJson.object(new String(bytes, StandardCharsets.UTF_8)));
    }

    private static Optional<byte[]> base64(String part) {
        try {
            return Optional.of(Base64.getUrlDecoder().decode(part));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
