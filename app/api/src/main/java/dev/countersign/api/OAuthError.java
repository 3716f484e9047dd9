package dev.countersign.api;

import dev.countersign.model.Json;

/// Why an OAuth endpoint does not give what was asked for (RFC 6749, 5.2).
final class OAuthError extends Exception {
    private static final long serialVersionUID = 1;

    private final int status;
    private final String error;
    private final String code;

    /// @param error of the registered ones: `invalid_request`
    /// @param description for whoever wrote the client; no secret, no value
    OAuthError(int status, String error, String description) {
        this(status, error, "", description);
    }

    /// @param code our own, stable and finer: `token-expired`
    OAuthError(int status, String error, String code, String description) {
        super(description, null, false, false);
        this.status = status;
        this.error = error;
        this.code = code;
    }

    int status() {
        return status;
    }

    Json.Obj json() {
        return Json.object()
                .put("error", error)
                .putIfAny("error_code", code)
                .put("error_description", plain(String.valueOf(getMessage())))
                .build();
    }

    /// What RFC 6749 lets a description have: printable ASCII without quotes and backslashes.
    private static String plain(String text) {
        return text.replace('`', ' ').replaceAll("[^ !#-\\[\\]-~]", "'");
    }
}
