package dev.countersign.api;

import dev.countersign.model.Json;

/// Why a request is not answered: problem details (RFC 9457) with a stable code.
final class Problem extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final String code;

    /// @param code a stable one, which `docs/api.md` lists
    /// @param detail what happened and what to do; no secret, no value
    Problem(int status, String code, String detail) {
        super(detail, null, false, false);
        this.status = status;
        this.code = code;
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }

    String json() {
        return Json.object()
                .put("type", "urn:countersign:problem:" + code)
                .put("title", code)
                .put("status", status)
                .put("detail", String.valueOf(getMessage()))
                .build()
                .text();
    }
}
