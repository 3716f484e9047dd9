package dev.countersign.server;

import dev.countersign.model.Json;

/// Something that `countersign doctor` found.
///
/// @param code a stable one: `target-login`; `docs/operations.md` lists them
/// @param about which target, issuer, listener or file; empty where it is the machine
/// @param what is so; no secret, no value of anybody's
/// @param fix what to do, in a line
public record Finding(Severity severity, String code, String about, String what, String fix) {

    /// How bad it is.
    public enum Severity {
        /// the gateway would not start, or not do its work
        WRONG,
        /// it works, and somebody should know
        WARNING;

        /// As it is printed: `wrong`.
        public String word() {
            return this == WRONG ? "wrong" : "warning";
        }
    }

    static Finding wrong(String code, String about, String what, String fix) {
        return new Finding(Severity.WRONG, code, about, what, fix);
    }

    static Finding warning(String code, String about, String what, String fix) {
        return new Finding(Severity.WARNING, code, about, what, fix);
    }

    /// For programs.
    public Json.Obj json() {
        return Json.object()
                .put("severity", severity.word())
                .put("code", code)
                .put("about", about)
                .put("what", what)
                .put("fix", fix)
                .build();
    }
}
