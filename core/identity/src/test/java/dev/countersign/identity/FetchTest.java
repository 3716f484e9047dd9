package dev.countersign.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.sun.net.httpserver.HttpExchange;
import dev.countersign.identity.IssuerSettings.Subjects;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// An issuer that lies, is slow, is down, or sends too much.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FetchTest {
    private final FakeClock clock = new FakeClock();
    private final HostileIssuer issuer = new HostileIssuer();
    private final HostileIssuer elsewhere = new HostileIssuer();
    private final CountDownLatch over = new CountDownLatch(1);
    private Issuers issuers = with(issuer.settings());

    private Issuers with(IssuerSettings... settings) {
        return Issuers.of(List.of(settings), _ -> {}, clock);
    }

    @AfterEach
    void stop() {
        over.countDown();
        issuers.close();
        issuer.close();
        elsewhere.close();
    }

    @Test
    void a_good_issuer_is_asked_once_for_a_hundred_tokens() throws Exception {
        var token = token();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<Future<Issuers.Verdict>>();
            for (int i = 0; i < 100; i++) {
                all.add(threads.submit(() -> issuers.verify(token)));
            }
            for (var one : all) {
                assertThat(one.get()).isInstanceOf(Issuers.Verdict.Verified.class);
            }
        }
        assertThat(issuer.discoveries).hasValue(1);
        assertThat(issuer.keyFetches).hasValue(1);
    }

    @Test
    void a_fetch_needs_no_thread_of_the_pool_that_the_whole_JVM_shares() throws Exception {
        var token = token();
        for (int i = 0; i < ForkJoinPool.getCommonPoolParallelism(); i++) {
            ForkJoinPool.commonPool()
                    .execute(() -> {
                        try {
                            over.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    });
        }
        assertThat(issuers.verify(token)).isInstanceOf(Issuers.Verdict.Verified.class);
    }

    @Test
    void another_issuers_name_in_the_document_is_refused() {
        for (var name : List.of(issuer.name() + "/", elsewhere.name(), "")) {
            var document = issuer.document();
            document.put("issuer", name);
            issuer.answerDiscovery(document);
            fails(IssuerFailure.UNTRUSTED);
        }
        assertThat(issuer.keyFetches).hasValue(0);
    }

    @Test
    void keys_at_another_origin_are_not_fetched() {
        for (var keys :
                List.of(
                        elsewhere.name() + "/keys",
                        issuer.name().replace("127.0.0.1", "localhost") + "/keys",
                        issuer.name().replace("http:", "https:") + "/keys",
                        issuer.name().replace("127.0.0.1", "x@127.0.0.1") + "/keys",
                        "file:///etc/passwd",
                        "/keys",
                        "")) {
            var document = issuer.document();
            document.put("jwks_uri", keys);
            issuer.answerDiscovery(document);
            fails(IssuerFailure.UNTRUSTED);
        }
        assertThat(issuer.keyFetches).hasValue(0);
        assertThat(elsewhere.keyFetches).hasValue(0);
    }

    @Test
    void keys_at_the_origin_that_the_configuration_names_are_fetched() {
        var document = issuer.document();
        document.put("jwks_uri", elsewhere.name() + "/keys");
        issuer.answerDiscovery(document);
        issuers.close();
        issuers = with(settings(Subjects.AS_DISCOVERED, List.of(), elsewhere.name()));
        assertThat(issuers.verify(token())).isInstanceOf(Issuers.Verdict.Verified.class);
        assertThat(elsewhere.keyFetches).hasValue(1);
    }

    @Test
    void a_redirect_is_not_followed() {
        issuer.answerDiscovery(
                HostileIssuer.redirect(elsewhere.name() + "/.well-known/openid-configuration"));
        fails(IssuerFailure.UNREACHABLE);
        issuer.answerDiscovery(issuer.document());
        issuer.answerKeys(HostileIssuer.redirect(elsewhere.name() + "/keys"));
        fails(IssuerFailure.UNREACHABLE);
        assertThat(elsewhere.discoveries).hasValue(0);
        assertThat(elsewhere.keyFetches).hasValue(0);
    }

    @Test
    void an_error_or_an_answer_that_is_none_is_refused() {
        issuer.answerKeys(HostileIssuer.status(500));
        fails(IssuerFailure.UNREACHABLE);
        issuer.answerKeys(HostileIssuer.status(204));
        fails(IssuerFailure.UNREACHABLE);
        for (var text :
                List.of(
                        "",
                        "{}",
                        "[]",
                        "<html>",
                        "{\"keys\":{}}",
                        "{\"keys\":[]}",
                        "{\"keys\":[[]]}",
                        "[".repeat(100_000))) {
            issuer.answerKeys(HostileIssuer.text(text));
            fails(IssuerFailure.UNTRUSTED);
        }
        issuer.answerDiscovery(HostileIssuer.text("{\"issuer\":7}"));
        fails(IssuerFailure.UNTRUSTED);
        issuer.answerDiscovery(HostileIssuer.text("no JSON"));
        fails(IssuerFailure.UNTRUSTED);
    }

    @Test
    void giant_documents_are_not_read_to_their_end() {
        issuer.answerKeys(FetchTest::endless);
        fails(IssuerFailure.UNREACHABLE);
        issuer.answerDiscovery(FetchTest::endless);
        fails(IssuerFailure.UNREACHABLE);
        issuer.answerDiscovery(issuer.document());
        var claimed =
                (HostileIssuer.Answer)
                        exchange -> exchange.sendResponseHeaders(200, Long.MAX_VALUE);
        issuer.answerKeys(claimed);
        fails(IssuerFailure.UNREACHABLE);
    }

    @Test
    void a_document_at_the_limit_is_read() {
        var document = issuer.document();
        document.put("filler", "");
        int rest = Fetch.MAX_DOCUMENT - JSONObjectUtils.toJSONString(document).length();
        document.put("filler", "a".repeat(rest));
        issuer.answerDiscovery(document);
        assertThat(issuers.prefetch()).isEmpty();
    }

    @Test
    void too_many_keys_are_refused_and_many_are_not() {
        issuer.answerKeys(HostileIssuer.text(many(KeySet.MAX_KEYS + 1)));
        fails(IssuerFailure.UNTRUSTED);
        issuer.answerKeys(HostileIssuer.text(many(KeySet.MAX_KEYS)));
        clock.advance(KeyCache.RETRY);
        assertThat(issuers.prefetch()).isEmpty();
    }

    @Test
    void a_document_that_does_not_come_is_not_waited_for() {
        issuer.answerDiscovery(_ -> hang());
        fails(IssuerFailure.UNREACHABLE);
    }

    @Test
    void a_document_that_drips_is_not_waited_for() {
        issuer.answerKeys(exchange -> {
            exchange.sendResponseHeaders(200, 1_000);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            hang();
        });
        fails(IssuerFailure.UNREACHABLE);
    }

    @Test
    void a_rotated_key_is_found_by_the_first_token_that_names_it() {
        assertThat(issuers.prefetch()).isEmpty();
        clock.advance(KeyCache.RETRY);
        var next = HostileIssuer.rsa("rsa-2");
        var token = HostileIssuer.sign(issuer.claims(clock.instant()), next, JWSAlgorithm.RS256);
        issuer.answerKeys(HostileIssuer.keys(HostileIssuer.RSA, next));
        assertThat(issuers.verify(token)).isInstanceOf(Issuers.Verdict.Verified.class);
        assertThat(issuer.keyFetches).hasValue(2);
    }

    @Test
    void invented_key_names_cost_one_fetch_a_minute() {
        assertThat(issuers.prefetch()).isEmpty();
        clock.advance(KeyCache.RETRY);
        for (int i = 0; i < 50; i++) {
            var key = new com.nimbusds.jose.jwk.RSAKey.Builder(HostileIssuer.RSA).keyID("x" + i);
            rejected(
                    HostileIssuer.sign(
                            issuer.claims(clock.instant()), key.build(), JWSAlgorithm.RS256),
                    TokenRefused.KEY);
        }
        assertThat(issuer.keyFetches).hasValue(2);
        clock.advance(KeyCache.UNKNOWN_KEY_PAUSE);
        rejected(
                HostileIssuer.sign(
                        issuer.claims(clock.instant()), HostileIssuer.rsa("y"), JWSAlgorithm.RS256),
                TokenRefused.KEY);
        assertThat(issuer.keyFetches).hasValue(3);
    }

    @Test
    void an_issuer_that_is_down_for_long_is_trusted_up_to_the_limit() {
        assertThat(issuers.prefetch()).isEmpty();
        issuer.close();
        clock.advance(KeyCache.LIMIT.minus(Duration.ofSeconds(1)));
        assertThat(issuers.verify(token())).isInstanceOf(Issuers.Verdict.Verified.class);
        clock.advance(Duration.ofSeconds(1));
        rejected(token(), IssuerFailure.UNREACHABLE);
    }

    @Test
    void one_issuer_that_is_down_does_not_stop_another() {
        issuers.close();
        issuers = with(issuer.settings(), elsewhere.settings());
        issuer.close();
        rejected(token(), IssuerFailure.UNREACHABLE);
        assertThat(issuers.verify(HostileIssuer.sign(elsewhere.claims(clock.instant()))))
                .isInstanceOf(Issuers.Verdict.Verified.class);
        assertThat(issuers.prefetch())
                .singleElement()
                .asString()
                .contains(issuer.name())
                .doesNotContain(elsewhere.name());
    }

    @Test
    void the_token_of_one_issuer_in_the_name_of_another_is_refused() {
        issuers.close();
        issuers = with(issuer.settings(), elsewhere.settings());
        elsewhere.answerKeys(HostileIssuer.keys(HostileIssuer.rsa("rsa-1")));
        rejected(HostileIssuer.sign(elsewhere.claims(clock.instant())), TokenRefused.SIGNATURE);
    }

    @Test
    void where_subjects_are_pairwise_sub_is_nobodys_name() {
        var document = issuer.document();
        document.put("subject_types_supported", List.of("pairwise"));
        issuer.answerDiscovery(document);
        fails(IssuerFailure.UNTRUSTED);
        failsWith(settings(Subjects.PUBLIC, List.of(), ""));
        succeedsWith(settings(Subjects.PAIRWISE, List.of("oid"), ""));
    }

    @Test
    void where_subjects_may_be_either_the_configuration_must_say() {
        for (var types : List.of(List.of("public", "pairwise"), List.of())) {
            var document = issuer.document();
            document.put("subject_types_supported", types);
            issuer.answerDiscovery(document);
            failsWith(settings(Subjects.AS_DISCOVERED, List.of(), ""));
            succeedsWith(settings(Subjects.PUBLIC, List.of(), ""));
            succeedsWith(settings(Subjects.AS_DISCOVERED, List.of("tid", "oid"), ""));
        }
    }

    @Test
    void after_the_close_nothing_is_fetched() {
        issuers.close();
        rejected(token(), IssuerFailure.UNREACHABLE);
        assertThat(issuer.discoveries).hasValue(0);
    }

    // ----

    private void fails(String code) {
        rejected(token(), code);
        clock.advance(KeyCache.RETRY);
    }

    private void failsWith(IssuerSettings settings) {
        try (var fresh = with(settings)) {
            assertThat(fresh.prefetch()).hasSize(1);
        }
    }

    private void succeedsWith(IssuerSettings settings) {
        try (var fresh = with(settings)) {
            assertThat(fresh.prefetch()).isEmpty();
        }
    }

    private void rejected(String token, String code) {
        assertThat(issuers.verify(token))
                .isInstanceOfSatisfying(
                        Issuers.Verdict.Rejected.class,
                        verdict -> assertThat(verdict.code()).isEqualTo(code));
    }

    private String token() {
        return HostileIssuer.sign(issuer.claims(clock.instant()));
    }

    private IssuerSettings settings(Subjects subjects, List<String> person, String jwksOrigin) {
        return new IssuerSettings(
                issuer.name(),
                "countersign",
                "",
                "",
                "",
                "act.sub",
                "sub",
                person,
                subjects,
                List.of(),
                Map.of(),
                "groups",
                IssuerSettings.PEOPLE_IF,
                Duration.ofMinutes(60),
                false,
                jwksOrigin);
    }

    private static String many(int keys) {
        JWK key = HostileIssuer.EC.toPublicJWK();
        return "{\"keys\":["
                + String.join(",", IntStream.range(0, keys).mapToObj(_ -> key.toString()).toList())
                + "]}";
    }

    private static void endless(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        var chunk = " ".repeat(8_192).getBytes(StandardCharsets.US_ASCII);
        while (true) { // until the other side hangs up
            exchange.getResponseBody().write(chunk);
        }
    }

    private void hang() {
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
