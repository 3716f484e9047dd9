package dev.countersign.masking;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// A place inside of a JSON document: `$.address.zip`, `$.cards[*].number`. A subset of SQL/JSON
/// path (ISO/IEC 9075-2, lax mode): a name that meets an array is looked for in each of its
/// elements, and `[*]` of what is no array is that itself.
///
/// @param steps names of members, and [#EACH]
public record JsonPath(List<String> steps) {
    /// Every element of an array.
    public static final String EACH = "[*]";

    /// Steps of one path.
    public static final int MAX_STEPS = 16;

    private static final String NAME = "[^.\\[\\]\"\\s]+";
    private static final Pattern WHOLE =
            Pattern.compile("\\$(?:\\." + NAME + "|\\[\\*])*\\." + NAME + "(?:\\[\\*])*");
    private static final Pattern STEP = Pattern.compile("\\.(" + NAME + ")|\\[\\*]");

    public JsonPath {
        steps = List.copyOf(steps);
    }

    /// @throws IllegalArgumentException if it is none, or has more than [#MAX_STEPS] steps
    public static JsonPath parse(String text) {
        if (!WHOLE.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "`"
                            + text
                            + "` is no path into a document: $.name, $.name.name, $.name[*].name");
        }
        var steps = new ArrayList<String>();
        var step = STEP.matcher(text);
        while (step.find()) {
            steps.add(step.group(1) == null ? EACH : step.group(1));
        }
        if (steps.size() > MAX_STEPS) {
            throw new IllegalArgumentException(
                    "`" + text + "` has more than " + MAX_STEPS + " steps");
        }
        return new JsonPath(steps);
    }

    @Override
    public String toString() {
        var out = new StringBuilder("$");
        for (var step : steps) {
            out.append(step.equals(EACH) ? "" : ".").append(step);
        }
        return out.toString();
    }
}
