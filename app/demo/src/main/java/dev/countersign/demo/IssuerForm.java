package dev.countersign.demo;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// The parameters of a request, from its query or its body (`application/x-www-form-urlencoded`),
/// read with bounds. Each may stand there once (RFC 6749, 3.1 and 3.2).
final class IssuerForm {
    /// Bytes of a body.
    static final int MAX_BODY = 64 << 10;

    /// Characters of a query.
    static final int MAX_QUERY = 16 << 10;

    /// Characters of one value.
    static final int MAX_VALUE = 2 << 10;

    private static final int MAX_PARAMETERS = 40;

    private final Map<String, String> values;

    private IssuerForm(Map<String, String> values) {
        this.values = values;
    }

    static IssuerForm ofQuery(HttpExchange exchange) throws IssuerError {
        var query = exchange.getRequestURI().getRawQuery();
        if (query != null && query.length() > MAX_QUERY) {
            throw IssuerError.status(414, "the query is longer than " + MAX_QUERY + " characters");
        }
        return parse(query == null ? "" : query);
    }

    static IssuerForm ofBody(HttpExchange exchange) throws IOException, IssuerError {
        var type = exchange.getRequestHeaders().getFirst("Content-Type");
        if (type == null
                || !type.toLowerCase(Locale.ROOT).startsWith("application/x-www-form-urlencoded")) {
            throw IssuerError.status(415, "the body must be application/x-www-form-urlencoded");
        }
        var body = exchange.getRequestBody().readNBytes(MAX_BODY + 1);
        if (body.length > MAX_BODY) {
            throw IssuerError.status(413, "the body is longer than " + MAX_BODY + " bytes");
        }
        return parse(new String(body, StandardCharsets.UTF_8));
    }

    static IssuerForm parse(String text) throws IssuerError {
        var values = new LinkedHashMap<String, String>();
        for (var pair : text.split("&", MAX_PARAMETERS + 1)) {
            int equals = pair.indexOf('=');
            if (pair.isEmpty()) {
                continue;
            }
            if (values.size() == MAX_PARAMETERS) {
                throw IssuerError.status(400, "there are more than 40 parameters");
            }
            var name = decoded(equals < 0 ? pair : pair.substring(0, equals));
            var value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
            if (value.length() > MAX_VALUE || value.chars().anyMatch(Character::isISOControl)) {
                throw IssuerError.status(
                        400, "a parameter is too long, or holds control characters");
            }
            if (values.put(name, value) != null) {
                throw IssuerError.status(400, "a parameter stands there twice");
            }
        }
        return new IssuerForm(values);
    }

    private static String decoded(String text) throws IssuerError {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            throw IssuerError.status(400, "a parameter is not encoded as it should be");
        }
    }

    /// Empty where the parameter is missing, which is the same as empty (RFC 6749, 3.1).
    String get(String name) {
        return values.getOrDefault(name, "");
    }

    boolean has(String name) {
        return !get(name).isEmpty();
    }

    /// As a query or a body; the reverse of reading one.
    static String encode(Map<String, String> values) {
        var out = new StringBuilder();
        values.forEach((name, value) ->
                out.append(out.isEmpty() ? "" : "&")
                        .append(URLEncoder.encode(name, StandardCharsets.UTF_8))
                        .append('=')
                        .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return out.toString();
    }
}
