package dev.countersign.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the demo's issuer is asked by those who mean harm, or make a mistake.
class IssuerAbuseTest {
    private static final String DEVICE = IssuerTokenEndpoint.DEVICE;

    @TempDir private Path directory;
    private IssuerHouse house;

    @BeforeEach
    void start() throws IOException {
        house = new IssuerHouse(directory);
    }

    @AfterEach
    void stop() {
        house.close();
    }

    private HttpResponse<String> token(Map<String, String> form) throws Exception {
        return house.post("/token", form);
    }

    private void refused(Map<String, String> form, String error) throws Exception {
        var answer = token(form);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(IssuerHouse.error(answer)).isEqualTo(error);
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
    }

    private Map<String, String> changed(Map<String, String> form, String name, String value) {
        var out = new LinkedHashMap<>(form);
        out.put(name, value);
        return out;
    }

    /// A page of ours, and no way on.
    private void deadEnd(Map<String, String> request) throws Exception {
        request.put("person", "dana");
        for (var answer :
                new HttpResponse<?>[] {
                    house.get("/authorize", request), house.post("/authorize", request)
                }) {
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.headers().firstValue("Location")).isEmpty();
        }
    }

    // ---- codes

    @Test
    void a_good_code_is_taken_so_that_the_rest_of_this_means_something() throws Exception {
        assertThat(token(house.exchange(house.code())).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "short",
                "another-verifier-of-fifty-characters-is-no-use-at-all",
                "a-verifier-of-fifty-characters-which-is-long-enough-",
                "ä-verifier-of-fifty-characters-which-is-long-enough"
            })
    void a_wrong_verifier_gets_nothing_and_uses_the_code_up(String verifier) throws Exception {
        var code = house.code();
        refused(changed(house.exchange(code), "code_verifier", verifier), "invalid_grant");
        refused(house.exchange(code), "invalid_grant");
    }

    @Test
    void the_challenge_itself_is_no_verifier() throws Exception {
        var challenge = IssuerWords.challenge(IssuerHouse.VERIFIER);
        refused(changed(house.exchange(house.code()), "code_verifier", challenge), "invalid_grant");
    }

    @Test
    void a_code_is_used_once() throws Exception {
        var form = house.exchange(house.code());
        assertThat(token(form).statusCode()).isEqualTo(200);
        refused(form, "invalid_grant");
    }

    @Test
    void a_code_lives_a_minute() throws Exception {
        var code = house.code();
        house.advance(Duration.ofSeconds(59));
        assertThat(token(house.exchange(code)).statusCode()).isEqualTo(200);
        var late = house.code();
        house.advance(Duration.ofSeconds(60));
        refused(house.exchange(late), "invalid_grant");
    }

    @Test
    void a_code_belongs_to_its_address() throws Exception {
        refused(
                changed(
                        house.exchange(house.code()),
                        "redirect_uri",
                        "http://127.0.0.1:50000/callback"),
                "invalid_grant");
        refused(changed(house.exchange(house.code()), "redirect_uri", ""), "invalid_grant");
        refused(house.exchange("guessed"), "invalid_grant");
        refused(house.exchange(""), "invalid_grant");
    }

    @Test
    void there_are_not_more_open_codes_than_can_be_kept() throws Exception {
        for (int i = 0; i < IssuerAuthorize.MAX_CODES; i++) {
            assertThat(house.code()).isNotEmpty();
        }
        var form = changed(house.request(), "person", "dana");
        var full = IssuerHouse.back(house.post("/authorize", form));
        assertThat(full.get("error")).isEqualTo("temporarily_unavailable");
        house.advance(IssuerAuthorize.CODE_LIFE);
        assertThat(house.code()).isNotEmpty();
    }

    // ---- where a sign-in leads

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "https://evil.example/callback",
                "http://evil.example:49999/callback",
                "http://127.0.0.1.evil.example:49999/callback",
                "http://127.0.0.1@evil.example:49999/callback",
                "http://127.0.0.1:49999@evil.example/callback",
                "http://localhost:49999",
                "http://localhost/callback",
                "http://localhost:0/callback",
                "http://localhost:65536/callback",
                "http://localhost:49999/callback?x=y",
                "http://localhost:49999/callback#x",
                "http://localhost:49999/\\evil",
                "https://localhost:49999/callback",
                "http://127.0.0.2:49999/callback",
                "http://[::2]:49999/callback",
                "javascript:alert(1)",
                "//127.0.0.1:49999/callback"
            })
    void a_sign_in_leads_to_loopback_and_nowhere_else(String redirect) throws Exception {
        deadEnd(changed(house.request(), "redirect_uri", redirect));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "mallory", "eve", "nightly", "Countersign-cli"})
    void no_other_client_signs_people_in(String client) throws Exception {
        deadEnd(changed(house.request(), "client_id", client));
    }

    @ParameterizedTest
    @CsvSource({
        "code_challenge,'',invalid_request",
        "code_challenge,short,invalid_request",
        "code_challenge_method,'',invalid_request",
        "code_challenge_method,plain,invalid_request",
        "response_type,token,unsupported_response_type",
        "response_type,'',unsupported_response_type",
        "response_mode,fragment,invalid_request",
        "max_age,yesterday,invalid_request",
        "prompt,none,login_required",
        "person,mallory,access_denied"
    })
    void what_is_wrong_with_a_sign_in_is_told_to_the_client(String name, String value, String error)
            throws Exception {
        var form = changed(changed(house.request(), "person", "dana"), name, value);
        var back = IssuerHouse.back(house.post("/authorize", form));
        assertThat(back.get("error")).isEqualTo(error);
        assertThat(back.get("state")).isEqualTo("s1");
        assertThat(back.has("code")).isFalse();
    }

    @Test
    void a_page_asks_nobody_without_a_challenge() throws Exception {
        var answer = house.get("/authorize", changed(house.request(), "code_challenge", ""));
        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(IssuerHouse.back(answer).get("error")).isEqualTo("invalid_request");
    }

    // ---- pages

    @Test
    void markup_in_a_parameter_is_text() throws Exception {
        var evil = "\"><script>alert('1')</script><b a='&";
        var request = changed(changed(house.request(), "state", evil), "nonce", evil);
        var page = house.get("/authorize", request).body();
        assertThat(page)
                .doesNotContain("<script")
                .doesNotContain("<b a=")
                .contains("&quot;&gt;&lt;script&gt;");
        assertThat(house.get("/device", Map.of("user_code", evil)).body())
                .doesNotContain("<script")
                .contains("&lt;script&gt;");

        var passed = changed(request, "person", "dana");
        var answer = house.post("/authorize", passed);
        assertThat(IssuerHouse.back(answer).get("state")).isEqualTo(evil);
        assertThat(URI.create(answer.headers().firstValue("Location").orElseThrow()).getHost())
                .isEqualTo("127.0.0.1");
    }

    @Test
    void a_parameter_that_nobody_knows_is_not_passed_on() throws Exception {
        var page = house.get("/authorize", changed(house.request(), "person", "dana")).body();
        assertThat(page).doesNotContain("name=\"person\" value=\"dana\">\n<input");
        assertThat(page).doesNotContain("type=\"hidden\" name=\"person\"");
    }

    @Test
    void a_form_of_another_page_signs_nobody_in() throws Exception {
        var form = changed(house.request(), "person", "dana");
        for (var origin : new String[] {"https://evil.example", "null"}) {
            var answer = house.post("/authorize", form, "Origin", origin);
            assertThat(answer.statusCode()).isEqualTo(403);
            assertThat(answer.headers().firstValue("Location")).isEmpty();
        }
        assertThat(house.post("/authorize", form, "Origin", house.issuer.issuer()).statusCode())
                .isEqualTo(303);
    }

    @Test
    void a_name_of_the_web_that_leads_here_is_not_ours() throws Exception {
        int port = URI.create(house.issuer.issuer()).getPort();
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream()
                    .write(
                            ("GET /authorize HTTP/1.1\r\nHost: evil.example:"
                                            + port
                                            + "\r\nConnection: close\r\n\r\n")
                                    .getBytes(US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII))
                    .startsWith("HTTP/1.1 421");
        }
    }

    // ---- requests

    @Test
    void a_body_has_an_end() throws Exception {
        var answer = house.post("/token", "x=" + "y".repeat(IssuerForm.MAX_BODY));
        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(house.post("/authorize", "x=" + "y".repeat(70_000)).statusCode()).isEqualTo(413);
        assertThat(house.get("/authorize", Map.of("x", "y".repeat(20_000))).statusCode())
                .isEqualTo(414);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "grant_type=client_credentials&client_id=nightly&client_id=eve",
                "grant_type=client_credentials&client_id=%zz",
                "grant_type=client_credentials&client_id=nightly&x=%00",
                "grant_type=client_credentials&client_id=nightly&x=%0d%0a",
                ""
            })
    void a_form_that_can_be_read_in_two_ways_is_not_read(String body) throws Exception {
        var answer = house.post("/token", body);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(IssuerHouse.error(answer)).isEqualTo("invalid_request");
    }

    @Test
    void a_form_has_only_so_many_parameters_of_such_a_length() throws Exception {
        assertThat(house.post("/token", "a=1" + "&b".repeat(3)).statusCode()).isEqualTo(400);
        var many = new StringBuilder("grant_type=client_credentials&client_id=nightly");
        for (int i = 0; i < 50; i++) {
            many.append("&p").append(i).append("=1");
        }
        assertThat(house.post("/token", many.toString()).statusCode()).isEqualTo(400);
        assertThat(house.post("/token", "x=" + "y".repeat(2_049)).statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({
        "authorization_code,mallory,invalid_client",
        "client_credentials,'',invalid_client",
        "client_credentials,eve,unauthorized_client",
        "client_credentials,countersign-cli,unauthorized_client",
        "authorization_code,nightly,unauthorized_client",
        "password,countersign-cli,unsupported_grant_type",
        "refresh_token,countersign-cli,unsupported_grant_type",
        "'',countersign-cli,invalid_request"
    })
    void a_client_has_its_own_grant_and_no_other(String grant, String client, String error)
            throws Exception {
        refused(Map.of("grant_type", grant, "client_id", client), error);
    }

    @Test
    void what_is_not_there_is_not_found() throws Exception {
        assertThat(house.get("/", Map.of()).statusCode()).isEqualTo(404);
        assertThat(house.get("/token", Map.of()).statusCode()).isEqualTo(404);
    }

    // ---- devices

    private Map<String, Object> device() throws Exception {
        var form = Map.of("client_id", "countersign-cli");
        return IssuerHouse.json(house.post("/device_authorization", form));
    }

    private Map<String, String> poll(Map<String, Object> device) {
        return Map.of(
                "grant_type",
                DEVICE,
                "client_id",
                "countersign-cli",
                "device_code",
                String.valueOf(device.get("device_code")));
    }

    private String typed(Map<String, Object> device) {
        return String.valueOf(device.get("user_code"));
    }

    @Test
    void a_device_that_asks_too_often_is_slowed_down_each_time() throws Exception {
        var device = device();
        refused(poll(device), "authorization_pending");
        refused(poll(device), "slow_down");
        house.advance(IssuerDevices.INTERVAL);
        refused(poll(device), "slow_down");
        house.advance(IssuerDevices.INTERVAL.plus(IssuerDevices.SLOWER.multipliedBy(2)));
        refused(poll(device), "authorization_pending");
    }

    @Test
    void a_device_waits_ten_minutes() throws Exception {
        var device = device();
        house.advance(IssuerDevices.LIFE);
        refused(poll(device), "expired_token");
        var late = house.post("/device", Map.of("user_code", typed(device), "person", "dana"));
        assertThat(late.statusCode()).isEqualTo(400);
        house.advance(IssuerDevices.LIFE);
        refused(poll(device), "invalid_grant");
    }

    @Test
    void a_person_may_say_that_it_was_not_them() throws Exception {
        var device = device();
        house.post("/device", Map.of("user_code", typed(device), "deny", "1"));
        refused(poll(device), "access_denied");
        var again = house.post("/device", Map.of("user_code", typed(device), "person", "dana"));
        assertThat(again.statusCode()).isEqualTo(400);
    }

    @Test
    void a_code_that_was_typed_is_typed_for_good() throws Exception {
        var device = device();
        house.post("/device", Map.of("user_code", typed(device), "person", "dana"));
        var again = house.post("/device", Map.of("user_code", typed(device), "person", "omar"));
        assertThat(again.statusCode()).isEqualTo(400);
    }

    @Test
    void a_code_that_nobody_waits_with_signs_nobody_in() throws Exception {
        for (var code : new String[] {"", "BCDF-GHJK", "----"}) {
            var form = Map.of("user_code", code, "person", "dana");
            assertThat(house.post("/device", form).statusCode()).isEqualTo(400);
        }
        var unknown =
                house.post("/device", Map.of("user_code", typed(device()), "person", "mallory"));
        assertThat(unknown.statusCode()).isEqualTo(400);
        refused(Map.of("grant_type", DEVICE, "client_id", "countersign-cli"), "invalid_grant");
    }

    @Test
    void only_so_many_devices_wait() throws Exception {
        for (int i = 0; i < IssuerDevices.MAX_WAITING; i++) {
            assertThat(device()).containsKey("device_code");
        }
        assertThat(device()).containsEntry("error", "temporarily_unavailable");
        var other = house.post("/device_authorization", Map.of("client_id", "mallory"));
        assertThat(IssuerHouse.error(other)).isEqualTo("invalid_client");
    }
}
