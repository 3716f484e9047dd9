package dev.countersign.demo;

import com.nimbusds.jose.util.JSONObjectUtils;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/// What the issuer answers with.
sealed interface IssuerReply {
    /// @param content a JSON object
    record Json(int status, Map<String, Object> content) implements IssuerReply {
        public Json {
            content = Map.copyOf(content);
        }

        /// RFC 6749, 5.2.
        static Json of(IssuerError error) {
            return new Json(
                    error.status(),
                    Map.of("error", error.code(), "error_description", error.told()));
        }
    }

    /// @param html a whole page
    /// @param formTo where its forms may lead beside the issuer itself, as a source of a
    ///   Content-Security-Policy; empty for nowhere
    record Page(int status, String html, String formTo) implements IssuerReply {}

    record Redirect(String location) implements IssuerReply {}

    default void send(HttpExchange exchange) throws IOException {
        var headers = exchange.getResponseHeaders();
        headers.set("Cache-Control", "no-store");
        headers.set("X-Content-Type-Options", "nosniff");
        switch (this) {
            case Json(var status, var content) -> {
                headers.set("Content-Type", "application/json");
                send(exchange, status, JSONObjectUtils.toJSONString(new TreeMap<>(content)));
            }
            case Page(var status, var html, var formTo) -> {
                headers.set("Content-Type", "text/html; charset=utf-8");
                headers.set(
                        "Content-Security-Policy",
                        "default-src 'none'; style-src 'sha256-"
                                + IssuerPages.STYLE_HASH
                                + "'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' "
                                + formTo);
                headers.set("X-Frame-Options", "DENY");
                headers.set("Referrer-Policy", "same-origin");
                send(exchange, status, html);
            }
            case Redirect(var location) -> {
                headers.set("Location", location);
                headers.set("Referrer-Policy", "no-referrer");
                exchange.sendResponseHeaders(303, -1);
            }
        }
    }

    private static void send(HttpExchange exchange, int status, String text) throws IOException {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
