package dev.countersign.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Proofs of signed rulings, changed in one place. Every log here is signed as it is.
class ProofsTest {
    private static final byte[] PAYLOAD_KEY =
            "a payload key that hides nothing".getBytes(StandardCharsets.US_ASCII);

    @TempDir Path folder;

    private final SignedRuling ruling = new SignedRuling();

    private static List<Code> codes(Report report) {
        return report.findings().stream().map(Finding::code).toList();
    }

    private void invalid(String why) {
        var report = ruling.verified(folder);

        assertThat(codes(report)).containsExactly(Code.PROOF_INVALID);
        assertThat(report.exitCode()).isEqualTo(7);
        assertThat(report.proofs())
                .singleElement()
                .satisfies(proof -> {
                    assertThat(proof.state()).isEqualTo(Proof.State.INVALID);
                    assertThat(proof.detail()).contains(why);
                });
    }

    @ParameterizedTest
    @CsvSource({
        "EdDSA, Ed25519",
        "RS256, RSA",
        "RS512, RSA",
        "PS256, RSA",
        "PS384, RSA",
        "ES256, secp256r1",
        "ES384, secp384r1",
        "ES512, secp521r1"
    })
    void what_the_issuer_signed_verifies_without_any_key_of_ours(String algorithm, String kind) {
        ruling.algorithm = algorithm;
        ruling.signer = SignedRuling.pair(kind);
        ruling.jwk = SignedRuling.jwk(algorithm, ruling.signer);

        var report = ruling.verified(folder);

        assertThat(report.findings()).isEmpty();
        assertThat(report.proofs())
                .singleElement()
                .hasToString(
                        "ruling apr_aaaa approved by bob: verified, by key k1 of"
                                + " https://idp.example");
    }

    @Test
    void what_cannot_be_opened_is_told_and_no_fault() {
        ruling.uses(ruling.jwk).isGiven().closed(folder);

        var report = HandLog.verify(folder);

        assertThat(report.findings()).isEmpty();
        assertThat(report.proofs())
                .singleElement()
                .extracting(Proof::state)
                .isEqualTo(Proof.State.NOT_OPENED);
    }

    @ParameterizedTest
    @CsvSource({
        "nonce, x, not the hash",
        "iss, https://other.example, another issuer",
        "sub, mallory, somebody else"
    })
    void it_is_about_this_ruling_and_by_this_person(String claim, String value, String why) {
        ruling.claims = Map.of(claim, value);

        invalid(why);
    }

    @Test
    void another_statement_than_was_signed_is_found() {
        ruling.token =
                it -> {
                    // what was signed for another ruling of the same person, whole and genuine
                    var other = new SignedRuling();
                    other.claims = Map.of("nonce", "Yi7ZJcrFIB-kz8xT2Hl0lsGzDqW2B9dG8Qn1T5a2cXk");
                    other.uses(other.jwk).isGiven();
                    var text =
                            new String(
                                    other.clear,
                                    32,
                                    other.clear.length - 32,
                                    StandardCharsets.UTF_8);
                    return text.substring("{\"id_token\":\"".length(), text.length() - 2);
                };

        invalid("not the hash of what was ruled");
    }

    @Test
    void it_was_made_for_the_client_that_the_record_names() {
        ruling.claims = Map.of("aud", "another");
        ruling.body =
                body ->
                        body.put(
                                "reviewer",
                                Map.of("azp", "cli", "iss", SignedRuling.ISSUER, "sub", "bob"));

        invalid("another client");
    }

    @Test
    void the_name_of_a_person_may_be_another_claim() {
        ruling.claims = Map.of("sub", "0a1b2c", "realm", Map.of("user", "bob"));

        assertThat(ruling.verified(folder).findings()).isEmpty();
    }

    @Test
    void another_key_has_not_signed_it() {
        ruling.signer = SignedRuling.pair("Ed25519");

        invalid("no key of https://idp.example");
    }

    @Test
    void a_signature_that_was_changed_is_none() {
        ruling.token =
                it ->
                        it.substring(0, it.length() - 9)
                                + (it.charAt(it.length() - 9) == 'A' ? 'B' : 'A')
                                + it.substring(it.length() - 8);

        invalid("no key of https://idp.example");
    }

    @Test
    void a_key_does_not_sign_by_another_algorithm_than_its_own() {
        ruling.jwk = new TreeMap<>(ruling.jwk);
        ruling.jwk.put("alg", "RS256");

        invalid("no key of https://idp.example");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "HS256", "ES256", ""})
    void nor_by_one_that_is_none(String algorithm) {
        ruling.jwk = new TreeMap<>(ruling.jwk);
        ruling.jwk.remove("alg");
        ruling.token =
                it -> {
                    var parts = it.split("\\.", -1);
                    var header = Written.json(Map.of("alg", algorithm, "kid", "k1"));
                    return SignedRuling.base64(SignedRuling.utf8(header))
                            + "."
                            + parts[1]
                            + "."
                            + parts[2];
                };

        invalid("no key of https://idp.example");
    }

    @Test
    void keys_that_the_log_holds_only_behind_it_do_not_count() {
        ruling.isGiven().uses(ruling.jwk).open(folder);

        assertThat(codes(HandLog.verify(folder))).containsExactly(Code.PROOF_INVALID);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void keys_that_were_changed_just_before_still_count(int changes) {
        ruling.uses(ruling.jwk);
        for (int i = 0; i < changes; i++) {
            ruling.uses(SignedRuling.jwk("EdDSA", SignedRuling.pair("Ed25519")));
        }
        ruling.isGiven().open(folder);

        assertThat(codes(HandLog.verify(folder)))
                .isEqualTo(changes == 1 ? List.of() : List.of(Code.PROOF_INVALID));
    }

    @ParameterizedTest
    @ValueSource(strings = {"nothing", "header and payload"})
    void where_no_signature_is_kept_the_log_is_incomplete(String kept) {
        ruling.token = it -> kept.equals("nothing") ? "" : it.substring(0, it.lastIndexOf('.'));

        var report = ruling.verified(folder);

        assertThat(codes(report)).containsExactly(Code.PROOF_MISSING);
        assertThat(report.exitCode()).isEqualTo(9);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a.b",
                "x",
                "!.!.!",
                "e30.e30.e30",
                "W10.W10.AA",
                "eyJhIjoxLCJhIjoyfQ.e30.e30"
            })
    void what_is_no_token_proves_nothing(String kept) {
        ruling.token = _ -> kept;

        invalid("");
    }

    @Test
    void what_is_not_what_was_committed_to_proves_nothing() {
        ruling.uses(ruling.jwk).isGiven();
        ruling.clear[40] ^= 1;
        ruling.open(folder);

        assertThat(codes(HandLog.verify(folder)))
                .containsExactly(Code.BLOB_MISMATCH, Code.PROOF_INVALID);

        ruling.clear = new byte[] {1};
        ruling.open(folder);
        assertThat(codes(HandLog.verify(folder)))
                .containsExactly(Code.BLOB_MISMATCH, Code.PROOF_INVALID);
    }

    @Test
    void by_the_payload_key_it_opens_too() {
        var scope = Tale.uuid("scope");
        var scopeKey = new byte[32];
        var sealed = new byte[1][];
        ruling.body =
                body -> {
                    var id = ruling.id;
                    sealed[0] = SignedRuling.encrypted(scopeKey, ruling.clear, id + "\0" + scope);
                    @SuppressWarnings("unchecked") // the ruling makes it so
                    var payload = (Map<String, Object>) body.getOrDefault("payload", Map.of());
                    payload.put("scope", scope);
                    payload.put("where", "1:0:" + sealed[0].length);
                    payload.put("ct", HexFormat.of().formatHex(NoteKey.sha256(sealed[0])));
                };
        ruling.uses(ruling.jwk).isGiven().closed(folder);
        HandLog.put(folder.resolve("evidence/blobs/00000001"), sealed[0]);
        var keyFile = folder.resolve("evidence/blobs/keys").resolve(scope);
        HandLog.put(keyFile, SignedRuling.encrypted(PAYLOAD_KEY, scopeKey, scope));
        var right = Base64.getEncoder().encodeToString(PAYLOAD_KEY) + "\n";

        assertThat(state(right)).isEqualTo(Proof.State.VERIFIED);
        assertThat(state(Base64.getEncoder().encodeToString(new byte[32])))
                .isEqualTo(Proof.State.NOT_OPENED);
        assertThat(state("no key")).isEqualTo(Proof.State.NOT_OPENED);
        HandLog.put(keyFile, new byte[0]);
        assertThat(state(right)).as("erased").isEqualTo(Proof.State.NOT_OPENED);
    }

    private Proof.State state(String payloadKey) {
        var report = Verifier.verify(folder, new Verifier.Options("", payloadKey));
        assertThat(report.findings()).isEmpty();
        return report.proofs().getFirst().state();
    }
}
