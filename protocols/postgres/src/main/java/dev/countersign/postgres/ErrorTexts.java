package dev.countersign.postgres;

import dev.countersign.gate.Frame;
import dev.countersign.gate.MalformedFrame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Map;
import java.util.regex.Pattern;

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

    /// Codes that the server itself raises (Appendix A of its manual), roughly: with any other a
    /// function could spell a value.
    private static final Pattern RAISED =
            Pattern.compile(
                    "0[0-9A-Z]000|220[0-2][0-9A-Z]|22P0[1-6]|2[3-8][05]0[0-9]|23514|23P01|25P0[1-4]|34000"
                            + "|4000[1-3]|40P01|42[0-9P][0-9][0-9]|53[0-4]00|540[0-2][13]|5500[06]|55P0[2-4]"
                            + "|57014|57P0[1-5]|58030|58P0[1-3]|P000[0-4]|XX00[0-2]");

    /// The code, or that of any exception where it is none of the server's own.
    String told() {
        return RAISED.matcher(code).matches() ? code : "P0001";
    }

    static ErrorTexts read(Frame frame) throws MalformedFrame {
        var fields = Fields.read(frame);
        return new ErrorTexts(fields.severity(), fields.code(), fields.message());
    }

    boolean fatal() {
        return severity.equals("FATAL") || severity.equals("PANIC");
    }

    String neutral() {
        return NEUTRAL.getOrDefault(code, "the target says " + told());
    }

    ByteBuf neutralError(ByteBufAllocator allocator) {
        return Messages.error(
                allocator,
                fatal() ? "FATAL" : "ERROR",
                told(),
                neutral(),
                "",
                "The target's own words are withheld: this touches, or follows what touches, labelled columns.");
    }

    ByteBuf neutralNotice(ByteBufAllocator allocator) {
        return Messages.notice(
                allocator, severity, told(), "a notice of the target, its words withheld");
    }
}
