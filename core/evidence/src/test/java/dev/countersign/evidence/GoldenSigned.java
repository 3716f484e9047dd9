package dev.countersign.evidence;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.countersign.model.Action;
import dev.countersign.model.ActionId;
import dev.countersign.model.Bytes;
import dev.countersign.model.Decision;
import dev.countersign.model.Effect;
import dev.countersign.model.Evidence;
import dev.countersign.model.Facts;
import dev.countersign.model.Hash;
import dev.countersign.model.Json;
import dev.countersign.model.Obligations;
import dev.countersign.model.Outcome;
import dev.countersign.model.Principal;
import dev.countersign.model.Request;
import dev.countersign.model.ReviewId;
import dev.countersign.model.Reviewer;
import dev.countersign.model.Ruling;
import dev.countersign.model.Session;
import dev.countersign.model.SessionId;
import dev.countersign.model.Target;
import dev.countersign.model.Work;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/// What the third golden log tells: one review, and a person who signs in for its ruling, with the
/// issuer's key in the log before it.
final class GoldenSigned {
    private static final String IDP = "https://idp.example";
    private static final Decision.Requirement.Approval NEEDS =
            new Decision.Requirement.Approval("dba", 1, Duration.ofMinutes(15), true);

    /// The key pair of RFC 8032, section 7.1, test 2: known to everybody, good for nothing else.
    private static final String PRIVATE =
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";

    private static final String PUBLIC =
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private static final Reviewer BOB =
            new Reviewer(
                    new Principal.Party(IDP, "bob"),
                    List.of("bob"),
                    Set.of("dba"),
                    "cli",
                    Instant.EPOCH,
                    Instant.MAX);

    private static final Session EVE =
            new Session(
                    new SessionId("019b76da-a800-7000-8000-00000000000d"),
                    new Principal(
                            Principal.Kind.AGENT,
                            new Principal.Party(IDP, "eve"),
                            new Principal.Party(IDP, "ann"),
                            List.of(),
                            "cli",
                            Set.of("dev"),
                            Instant.MAX,
                            Set.of(),
                            List.of()),
                    new Target("shop", "postgres", "db:5432", "shop", "agent", Map.of()),
                    new Session.Source("127.0.0.1:4711", "postgres 127.0.0.1:6432", "TLSv1.3"),
                    Work.NONE,
                    false,
                    Map.of());

    private GoldenSigned() {}

    static void tell(GoldenWriter.Pen pen) {
        pen.write(
                new Evidence.Configured(
                        Hash.sha256(new byte[] {1}),
                        Hash.sha256(new byte[] {2}),
                        Json.object().put("targets", Json.strings(List.of("shop"))).build()));
        pen.write(new Evidence.IssuerKeys(IDP, keys()));
        pen.write(new Evidence.LoggedIn(EVE, "token", Bytes.utf8("header.payload")));
        pen.write(new Evidence.SessionOpened(EVE));
        var action =
                new Action(
                        new ActionId("019b76da-a800-7000-8000-000000000301"),
                        EVE,
                        Request.of(Bytes.utf8("DELETE FROM orders")),
                        Set.of(Effect.DELETE),
                        List.of(),
                        new Facts.Sql(
                                false, false, List.of(), List.of(), List.of(), List.of(), false,
                                false, 0, false),
                        "delete from orders");
        var intent =
                pen.write(
                        new Evidence.Intent(
                                action,
                                new Decision.Require(
                                        List.of(new Decision.RuleRef("prod", "writes")),
                                        List.of(NEEDS),
                                        Obligations.NONE),
                                null));
        var review = new ReviewId("apr_golden000005");
        var expires = Instant.parse("2026-01-01T00:15:05Z");
        var request =
                pen.write(
                        new Evidence.ReviewRequested(
                                action, review, List.of(NEEDS), expires, OptionalLong.empty()));
        var statement =
                Json.object()
                        .put("expires", expires.toString())
                        .put("intent", intent.toString())
                        .put("nonce", "nonce-of-bob")
                        .put("origin", GoldenWriter.ORIGIN)
                        .put("request", request.toString())
                        .put("review", review.value())
                        .put("rows", "unknown")
                        .put("ruling", Ruling.APPROVED.word())
                        .put("v", "cs.ruling/1")
                        .build();
        var ruling =
                pen.write(
                        new Evidence.Ruled(
                                review,
                                request,
                                Ruling.APPROVED,
                                BOB,
                                Ruling.Assurance.SIGNED,
                                statement,
                                "",
                                token(statement)));
        pen.write(new Evidence.ApprovalConsumed(action, review, List.of(ruling)));
        pen.write(
                new Evidence.Settled(
                        EVE,
                        action.id(),
                        new Outcome(
                                Outcome.Status.OK,
                                "",
                                3,
                                12,
                                Hash.sha256(new byte[] {3}),
                                Map.of(),
                                Duration.ofMillis(4))));
        pen.write(new Evidence.SessionClosed(EVE, "client"));
    }

    private static Json.Obj keys() {
        var key =
                Json.object()
                        .put("alg", "EdDSA")
                        .put("crv", "Ed25519")
                        .put("kid", "k1")
                        .put("kty", "OKP")
                        .put("use", "sig")
                        .put("x", BASE64.encodeToString(HexFormat.of().parseHex(PUBLIC)))
                        .build();
        return Json.object().put("keys", Json.list(List.of(key), one -> one)).build();
    }

    /// What an issuer gives for this one ruling, whole.
    private static String token(Json.Obj statement) {
        var nonce = BASE64.encodeToString(Hash.sha256(statement.canonical()).bytes());
        var claims =
                Json.object()
                        .put("aud", "cli")
                        .put("auth_time", 1_767_225_600)
                        .put("exp", 1_767_225_900)
                        .put("iat", 1_767_225_601)
                        .put("iss", IDP)
                        .put("nonce", nonce)
                        .put("sub", "bob")
                        .build();
        var signed =
                BASE64.encodeToString("{\"alg\":\"EdDSA\",\"kid\":\"k1\"}".getBytes(US_ASCII))
                        + "."
                        + BASE64.encodeToString(claims.canonical());
        return signed + "." + BASE64.encodeToString(signature(signed));
    }

    /// Ed25519 has no chance in it: the same bytes each time.
    private static byte[] signature(String signed) {
        try {
            var der = HexFormat.of().parseHex("302e020100300506032b657004220420" + PRIVATE);
            var signature = Signature.getInstance("Ed25519");
            signature.initSign(
                    KeyFactory.getInstance("Ed25519")
                            .generatePrivate(new PKCS8EncodedKeySpec(der)));
            signature.update(signed.getBytes(US_ASCII));
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no Ed25519", e);
        }
    }
}
