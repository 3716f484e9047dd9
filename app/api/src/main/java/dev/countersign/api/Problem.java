package dev.countersign.api;

import dev.countersign.model.Json;
import java.util.List;

/// Why a request is not answered: problem details (RFC 9457) with a stable code.
final class Problem extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final String code;
    private final transient List<String> problems;

    /// @param code a stable one, which `docs/api.md` lists
    /// @param detail what happened and what to do; no secret, no value
    Problem(int status, String code, String detail) {
        this(status, code, detail, List.of());
    }

    /// @param problems all that is wrong, where that is more than one thing; a line each
    Problem(int status, String code, String detail, List<String> problems) {
        super(detail, null, false, false);
        this.status = status;
        this.code = code;
        this.problems = List.copyOf(problems);
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }

    String json() {
        var out =
                Json.object()
                        .put("type", "urn:countersign:problem:" + code)
                        .put("title", code)
                        .put("status", status)
                        .put("detail", String.valueOf(getMessage()));
        if (!problems.isEmpty()) {
            out.put("problems", Json.strings(problems));
        }
        return out.build().text();
    }
}
