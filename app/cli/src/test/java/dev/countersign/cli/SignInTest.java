package dev.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.countersign.model.Hash;
import dev.countersign.model.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The device grant with an issuer that wants PKCE of the client for every flow, as Keycloak does.
class SignInTest {
    private final AtomicReference<String> challenge = new AtomicReference<>("");
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private HttpServer server;
    private String issuer = "";

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        issuer = "http://127.0.0.1:" + server.getAddress().getPort();
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var form =
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.US_ASCII);
            var bytes =
                    switch (exchange.getRequestURI().getPath()) {
                        case "/device" -> begun(form);
                        case "/token" -> tokens(form);
                        default ->
                                """
                                {"issuer": "%1$s", "token_endpoint": "%1$s/token",
                                 "device_authorization_endpoint": "%1$s/device"}\
                                """
                                        .formatted(issuer);
                    };
            var body = bytes.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(bytes.contains("\"error\"") ? 400 : 200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private String begun(String form) {
        challenge.set(field(form, "code_challenge"));
        return field(form, "client_id").equals("cli")
                        && field(form, "code_challenge_method").equals("S256")
                ? """
                {"device_code": "d", "user_code": "U-1", "verification_uri": "http://here", "interval": 1}\
                """
                : """
                {"error": "unauthorized_client", "error_description": "not\\u001b this client"}\
                """;
    }

    private String tokens(String form) {
        var verifier = field(form, "code_verifier");
        var hash = Hash.sha256(verifier.getBytes(StandardCharsets.US_ASCII)).bytes();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(hash).equals(challenge.get())
                ? "{\"access_token\": \"a\", \"id_token\": \"i\"}"
                : "{\"error\": \"invalid_grant\"}";
    }

    private static String field(String form, String name) {
        for (var pair : form.split("&", -1)) {
            if (pair.startsWith(name + "=")) {
                return pair.substring(name.length() + 1);
            }
        }
        return "";
    }

    private SignIn signIn(String client) {
        var entry =
                Json.object()
                        .put("issuer", issuer)
                        .put("client", client)
                        .put("audience", "reviews")
                        .build();
        return new SignIn(entry, new PrintStream(printed, true, StandardCharsets.UTF_8));
    }

    @Test
    void a_device_proves_that_it_is_the_one_that_began() throws Exception {
        var tokens = signIn("cli").device();

        assertThat(tokens.access()).isEqualTo("a");
        assertThat(tokens.idToken()).isEqualTo("i");
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("Open http://here and enter U-1");
    }

    @Test
    void a_refusal_to_begin_is_told_in_the_issuers_words() {
        assertThatThrownBy(() -> signIn("other").device())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("unauthorized_client not")
                .hasMessageContaining("this client")
                .hasMessageNotContaining("\u001b");
        assertThat(printed.size()).isZero();
    }
}
