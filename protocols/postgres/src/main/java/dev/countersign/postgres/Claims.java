package dev.countersign.postgres;

import dev.countersign.model.Work;
import dev.countersign.sql.TrailingComment;
import java.util.Map;
import java.util.regex.Pattern;

/// What a client says, beside a statement, that it is doing (`countersign_plan`,
/// `countersign_step`, `countersign_reason`, `traceparent`). Words that are too long, or do nothing
/// for people's eyes, are no claim; the comment is recorded all the same.
final class Claims {
    /// [W3C Trace Context](https://www.w3.org/TR/trace-context/), section 3.2.
    private static final Pattern TRACE =
            Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(-.*)?");

    private Claims() {}

    static Work of(TrailingComment comment) {
        var pairs = comment.pairs();
        var trace = word(pairs, TrailingComment.TRACE);
        var said =
                new Work(
                        word(pairs, TrailingComment.PLAN),
                        word(pairs, TrailingComment.STEP),
                        trace(trace) ? trace : "",
                        word(pairs, TrailingComment.REASON),
                        Work.Assurance.B1);
        return says(said) ? said : Work.NONE;
    }

    /// Whether it is a `traceparent`.
    static boolean trace(String text) {
        return TRACE.matcher(text).matches();
    }

    /// Whether it can be a claim.
    static boolean word(String text) {
        return text.length() <= Work.MAX_LENGTH && text.chars().noneMatch(Character::isISOControl);
    }

    private static boolean says(Work work) {
        return !work.plan().isEmpty()
                || !work.step().isEmpty()
                || !work.trace().isEmpty()
                || !work.reason().isEmpty();
    }

    private static String word(Map<String, String> pairs, String key) {
        var text = pairs.getOrDefault(key, "");
        return word(text) ? text : "";
    }
}
