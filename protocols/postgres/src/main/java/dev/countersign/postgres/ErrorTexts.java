package dev.countersign.postgres;

import dev.countersign.gate.Frame;
import dev.countersign.gate.MalformedFrame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Map;

/// What is left of an ErrorResponse or NoticeResponse where they may hold values: severity, code,
/// and a sentence that says nothing of any row.
record ErrorTexts(String severity, String code, String message) {
    private static final Map<String, String> NEUTRAL =
            Map.of(
                    "22P02", "a value is not valid for its type",
                    "22003", "a number is out of range",
                    "22012", "division by zero",
                    "23502", "a column must not be NULL",
                    "23503", "a foreign key does not allow this",
                    "23505", "a unique constraint does not allow this",
                    "23514", "a check constraint does not allow this",
                    "25006", "the session is read-only",
                    "40001", "the transaction could not be serialised with others",
                    "57014", "the statement was cancelled");

    static ErrorTexts read(Frame frame) throws MalformedFrame {
        var fields = Fields.read(frame);
        return new ErrorTexts(fields.severity(), fields.code(), fields.message());
    }

    boolean fatal() {
        return severity.equals("FATAL") || severity.equals("PANIC");
    }

    String neutral() {
        return NEUTRAL.getOrDefault(code, "the target says " + code);
    }

    ByteBuf neutralError(ByteBufAllocator allocator) {
        return Messages.error(
                allocator,
                fatal() ? "FATAL" : "ERROR",
                code,
                neutral(),
                "",
                "The target's own words are withheld: this touches, or follows what touches, labelled columns.");
    }

    ByteBuf neutralNotice(ByteBufAllocator allocator) {
        return Messages.notice(
                allocator, severity, code, "a notice of the target, its words withheld");
    }
}
