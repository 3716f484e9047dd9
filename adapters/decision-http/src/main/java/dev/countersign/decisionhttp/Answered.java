package dev.countersign.decisionhttp;

import dev.countersign.model.Json;
import dev.countersign.model.Opinion;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// What an answer says. Whatever is not exactly an answer is none.
final class Answered {
    private Answered() {}

    /// @param body whole
    static Opinion read(int status, byte[] body) {
        if (status != 200) {
            return Opinion.nothing("status-" + status);
        }
        try {
            var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
            if (!(Json.parseForeign(text) instanceof Json.Obj answer)) {
                return Opinion.nothing("no-answer");
            }
            return answer.get("decision").orElse(answer) instanceof Json.Bool(var allowed)
                    ? new Opinion(
                            allowed ? Opinion.Said.ALLOW : Opinion.Said.DENY, "", reason(answer))
                    : Opinion.nothing("no-answer");
        } catch (CharacterCodingException | IllegalArgumentException e) {
            return Opinion.nothing("no-answer");
        }
    }

    private static String reason(Json.Obj answer) {
        return answer.object("context")
                .flatMap(context -> context.text("reason"))
                .map(Answered::cleaned)
                .orElse("");
    }

    /// One line of characters that show, cut to what a refusal quotes.
    static String cleaned(String text) {
        var out = new StringBuilder();
        text.codePoints()
                .map(one -> shows(one) ? one : ' ')
                .filter(one ->
                        one != ' ' || (!out.isEmpty() && out.charAt(out.length() - 1) != ' '))
                .takeWhile(one -> out.length() + Character.charCount(one) <= Opinion.MAX_REASON)
                .forEachOrdered(out::appendCodePoint);
        return out.toString().strip();
    }

    private static boolean shows(int one) {
        return switch (Character.getType(one)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SPACE_SEPARATOR ->
                    false;
            default -> true;
        };
    }
}
