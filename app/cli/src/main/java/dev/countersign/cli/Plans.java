package dev.countersign.cli;

import dev.countersign.evidence.EvidenceFailure;
import dev.countersign.evidence.PayloadReader;
import dev.countersign.model.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// Which plan and step each session named, read from the payload of its first action: records hold
/// only that something was named, because the words are the caller's. Without a credential that
/// fixes them nobody has checked them.
final class Plans {
    private final PayloadReader payloads;
    private final Map<String, Claim> bySession = new HashMap<>();

    /// @param assurance B1 the client said so, B2 its credential fixed it; empty where nothing was
    ///   named
    record Claim(String plan, String step, String assurance) {
        static final Claim NONE = new Claim("", "", "");

        @Override
        public String toString() {
            return plan.isEmpty()
                    ? "(no plan)"
                    : plan + (step.isEmpty() ? "" : " / " + step) + " (" + assurance + ")";
        }
    }

    private Plans(PayloadReader payloads) {
        this.payloads = payloads;
    }

    /// @param key of the payloads; DIR/keys/payload where none is named
    /// @throws IllegalStateException if it cannot be read
    static Plans of(Path directory, Path key) {
        var file = key.toString().isEmpty() ? directory.resolve("keys/payload") : key;
        if (!Files.isReadable(file)) {
            throw new IllegalStateException(
                    "plans stand in the payloads, and " + file + " cannot be read: --payload-key");
        }
        return new Plans(PayloadReader.open(directory, file));
    }

    /// Takes an intent; further ones of its session tell nothing new.
    void take(String session, Map<String, Object> record, String text) {
        var assurance = Members.text(Members.map(record, "work"), "assurance");
        if (!bySession.containsKey(session)) {
            bySession.put(session, assurance.isEmpty() ? Claim.NONE : read(text, assurance));
        }
    }

    private Claim read(String text, String assurance) {
        try {
            var opened = payloads.read((Json.Obj) Json.parse(text)).text().orElse("");
            return Json.parse(opened) instanceof Json.Obj action
                    ? new Claim(
                            action.text("plan").orElse(""),
                            action.text("step").orElse(""),
                            assurance)
                    : Claim.NONE;
        } catch (EvidenceFailure e) {
            return new Claim("(erased or unreadable)", "", assurance);
        }
    }

    Claim of(String session) {
        return bySession.getOrDefault(session, Claim.NONE);
    }
}
