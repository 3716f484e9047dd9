package dev.countersign.demo;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.UUID;

/// The tokens of the demo's issuer, and the key that signs them (ES256). The key stays in its
/// directory, so that evidence of an earlier start still verifies.
final class IssuerTokens {
    /// Of access tokens.
    static final Duration LIFETIME = Duration.ofMinutes(55);

    /// Of ID tokens, which are looked at once.
    static final Duration ID_LIFETIME = Duration.ofMinutes(5);

    private static final String ACCESS_TOKEN = "at+jwt"; // RFC 9068, 2.1
    private static final String ID_TOKEN = "JWT";

    private final String issuer;
    private final ECKey key;
    private final Clock clock;

    IssuerTokens(String issuer, ECKey key, Clock clock) {
        this.issuer = issuer;
        this.key = key;
        this.clock = clock;
    }

    /// The key in `directory`, made if there is none.
    static ECKey key(Path directory) throws IOException {
        var file = directory.resolve("key.json");
        try {
            if (Files.exists(file)) {
                return ECKey.parse(Files.readString(file));
            }
            var made =
                    new ECKeyGenerator(Curve.P_256)
                            .keyID(UUID.randomUUID().toString())
                            .keyUse(KeyUse.SIGNATURE)
                            .algorithm(JWSAlgorithm.ES256)
                            .generate();
            Files.createDirectories(directory);
            Files.createFile(
                    file,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, made.toJSONString());
            return made;
        } catch (JOSEException | ParseException e) {
            throw new IOException("the demo issuer's key cannot be used", e);
        }
    }

    /// The public half.
    Map<String, Object> keys() {
        return new JWKSet(key.toPublicJWK()).toJSONObject();
    }

    /// Of an agent that acts for a person (RFC 8693, 4.1).
    String delegated(String agent, String person) {
        return signed(
                access(IssuerPeople.AUDIENCE, person, agent)
                        .claim("act", Map.of("sub", agent))
                        .claim("groups", IssuerPeople.groups(person)),
                ACCESS_TOKEN);
    }

    /// Of an agent that acts without a human.
    String service(String agent) {
        return signed(access(IssuerPeople.AUDIENCE, agent, agent), ACCESS_TOKEN);
    }

    /// Of a person who may decide.
    String reviewer(SignIn who) {
        return signed(
                access(IssuerPeople.REVIEW_AUDIENCE, who.person(), IssuerPeople.CLI)
                        .claim("azp", IssuerPeople.CLI)
                        .claim("auth_time", who.at().getEpochSecond())
                        .claim("groups", IssuerPeople.groups(who.person())),
                ACCESS_TOKEN);
    }

    /// OpenID Connect Core 2.
    ///
    /// @param nonce empty if the client sent none
    String id(SignIn who, String nonce) {
        var claims =
                claims(who.person(), ID_LIFETIME)
                        .audience(IssuerPeople.CLI)
                        .claim("auth_time", who.at().getEpochSecond())
                        .claim("groups", IssuerPeople.groups(who.person()));
        return signed(nonce.isEmpty() ? claims : claims.claim("nonce", nonce), ID_TOKEN);
    }

    /// Who pressed their button, and when.
    record SignIn(String person, Instant at) {}

    private JWTClaimsSet.Builder access(String audience, String subject, String client) {
        return claims(subject, LIFETIME).audience(audience).claim("client_id", client);
    }

    private JWTClaimsSet.Builder claims(String subject, Duration life) {
        var now = clock.instant();
        return new JWTClaimsSet.Builder()
                .issuer(issuer)
                .subject(subject)
                .jwtID(UUID.randomUUID().toString())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(life)));
    }

    private String signed(JWTClaimsSet.Builder claims, String type) {
        try {
            var jwt =
                    new SignedJWT(
                            new JWSHeader.Builder(JWSAlgorithm.ES256)
                                    .keyID(key.getKeyID())
                                    .type(new JOSEObjectType(type))
                                    .build(),
                            claims.build());
            jwt.sign(new ECDSASigner(key));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException("the demo's issuer cannot sign", e);
        }
    }
}
