package dev.countersign.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.identity.Issuers.Reviewing;
import dev.countersign.identity.Issuers.Verdict;
import dev.countersign.model.Bytes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Tokens that the log kept are read again after a restart, by the configuration of that day.
class RecallTest {
    private final FakeClock clock = new FakeClock();
    private final HostileIssuer issuer = new HostileIssuer();
    private Issuers issuers =
            Issuers.of(
                    List.of(issuer.reviewSettings(List.of(), IssuerSettings.PEOPLE_IF)),
                    _ -> {},
                    clock);

    @AfterEach
    void stop() {
        issuers.close();
        issuer.close();
    }

    private void configured(IssuerSettings... settings) {
        issuers.close();
        issuers = Issuers.of(List.of(settings), _ -> {}, clock);
    }

    private Map<String, Object> reviewerClaims() {
        var claims = issuer.claims(clock.instant());
        claims.put("aud", "countersign-reviews");
        claims.put("azp", "countersign-cli");
        claims.put("sub", "dana");
        claims.put("email", "dana@example.com");
        claims.put("groups", List.of("dba"));
        claims.put("auth_time", clock.instant().getEpochSecond() - 30);
        return claims;
    }

    private Reviewing.Known known() {
        return (Reviewing.Known) issuers.reviewer(HostileIssuer.sign(reviewerClaims()));
    }

    @Test
    void who_asked_is_the_same_principal_long_after_their_token_has_ended() {
        var verified =
                (Verdict.Verified)
                        issuers.verify(HostileIssuer.sign(issuer.claims(clock.instant())));

        clock.advance(Duration.ofDays(2));
        var who = issuers.recall(verified.signedParts()).orElseThrow();

        assertThat(who.until(verified.who().expires())).isEqualTo(verified.who());
    }

    @Test
    void who_ruled_is_the_same_person() {
        var known = known();
        var then = clock.instant();

        clock.advance(Duration.ofDays(2));

        assertThat(issuers.recall(known.signedParts(), "", then)).contains(known.reviewer());
        assertThat(issuers.recall(known.signedParts(), "", clock.instant()))
                .as("but they could not rule now")
                .isEmpty();
    }

    @Test
    void so_they_are_by_the_sign_in_of_their_ruling_and_for_no_other_question() {
        var claims = reviewerClaims();
        claims.put("aud", "countersign-cli");
        claims.put("nonce", "question");
        var signed = (Reviewing.Signed) issuers.signed(HostileIssuer.sign(claims), "question");
        var then = clock.instant();

        clock.advance(Duration.ofDays(2));

        assertThat(issuers.recall(signed.signedParts(), "question", then)).contains(signed.by());
        assertThat(issuers.recall(signed.signedParts(), "another", then)).isEmpty();
    }

    @Test
    void people_are_compared_by_what_the_configuration_says_now() {
        var known = known();

        configured(issuer.reviewSettings(List.of("email"), IssuerSettings.PEOPLE_IF));

        assertThat(issuers.recall(known.signedParts(), "", clock.instant()).orElseThrow().person())
                .containsExactly("dana@example.com");
        configured(issuer.reviewSettings(List.of("badge"), IssuerSettings.PEOPLE_IF));
        assertThat(issuers.recall(known.signedParts(), "", clock.instant())).isEmpty();
        configured(issuer.reviewSettings(List.of(), "false"));
        assertThat(issuers.recall(known.signedParts(), "", clock.instant())).isEmpty();
    }

    @Test
    void nobody_is_known_whose_issuer_is_gone_or_whose_token_cannot_be_read() {
        var known = known();
        var parts = Bytes.utf8(known.signedParts());
        assertThat(issuers.recall(parts)).isPresent();

        configured(IssuerSettings.of("https://other.example", "countersign"));

        assertThat(issuers.recall(known.signedParts(), "", clock.instant())).isEmpty();
        assertThat(issuers.recall(parts)).isEmpty();
        for (var none : List.of("", "header.payload", "a.b.c")) {
            assertThat(issuers.recall(Bytes.utf8(none))).isEmpty();
            assertThat(issuers.recall(none, "", clock.instant())).isEmpty();
        }
    }
}
