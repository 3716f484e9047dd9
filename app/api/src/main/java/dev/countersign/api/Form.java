package dev.countersign.api;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/// The body of a request to an OAuth endpoint: `application/x-www-form-urlencoded`, each parameter
/// once (RFC 6749, 3.2).
record Form(Map<String, String> fields) {
    private static final String TYPE = "application/x-www-form-urlencoded";

    /// @throws OAuthError if it is none, or a parameter comes twice
    static Form of(ServerRequest request) throws OAuthError {
        var type = request.headers().first(HeaderNames.CONTENT_TYPE).orElse("");
        if (!type.split(";", 2)[0].strip().equalsIgnoreCase(TYPE)) {
            throw new OAuthError(400, "invalid_request", "the body must be a form: " + TYPE);
        }
        return read(Api.text(request));
    }

    static Form read(String body) throws OAuthError {
        var fields = new HashMap<String, String>();
        for (var pair : body.split("&", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            var name = decoded(equals < 0 ? pair : pair.substring(0, equals));
            var value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
            if (fields.put(name, value) != null) {
                throw new OAuthError(400, "invalid_request", "a parameter comes twice");
            }
        }
        return new Form(fields);
    }

    private static String decoded(String text) throws OAuthError {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new OAuthError(400, "invalid_request", "the body is no form");
        }
    }

    /// Empty where it has none, as RFC 6749 has it of a parameter without a value.
    String get(String name) {
        return fields.getOrDefault(name, "");
    }

    /// Without the values: some are secrets.
    @Override
    public String toString() {
        return "form of " + fields.keySet();
    }
}
