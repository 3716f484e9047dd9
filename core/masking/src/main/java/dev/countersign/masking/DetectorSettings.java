package dev.countersign.masking;

import dev.countersign.settings.Default;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Which detectors look at values, and what becomes of what they find.
///
/// ```yaml
/// detectors:
///   entities: {PHONE: count, IP: mask, VIN: off}
///   allow: {values: [support@example.com], patterns: ['.*@example\.org']}
///   custom:
///     EMPLOYEE: {pattern: 'E-[0-9]{6}', words: [employee, staff]}
/// ```
///
/// @param enabled false: nothing is looked for
/// @param entities what becomes of one kind: `mask`, `count` (it stays, and is counted) or `off`
/// @param allow what is never masked though it is found
/// @param custom detectors of one's own, by their name
public record DetectorSettings(
        @Default("true") boolean enabled,
        Map<String, Action> entities,
        Optional<AllowSettings> allow,
        Map<String, CustomSettings> custom) {
    /// All that is on by default, all of it masked.
    public static final DetectorSettings STANDARD =
            new DetectorSettings(true, Map.of(), Optional.empty(), Map.of());

    static final int MOST_CUSTOM = 64;
    static final int MOST_ALLOWED = 10_000;

    /// What becomes of a value that was found.
    public enum Action {
        MASK,
        COUNT,
        OFF
    }

    /// Values that are known to be harmless.
    ///
    /// @param values exactly these, as they read
    /// @param hashes SHA-256 of such values in hexadecimal, where even the list must not hold them
    /// @param patterns regular expressions (RE2) that the whole value must match
    public record AllowSettings(List<String> values, List<String> hashes, List<String> patterns) {
        public AllowSettings {
            if (values.size() + hashes.size() + patterns.size() > MOST_ALLOWED) {
                throw new IllegalArgumentException(
                        "`allow` holds at most " + MOST_ALLOWED + " entries");
            }
            for (var hash : hashes) {
                if (!hash.matches("[0-9a-fA-F]{64}")) {
                    throw new IllegalArgumentException(
                            "`hashes` are SHA-256 in 64 hexadecimal digits");
                }
            }
            for (var pattern : patterns) {
                Custom.compile(pattern);
            }
        }
    }

    public DetectorSettings {
        var wrong = new ArrayList<String>();
        for (var name : entities.keySet()) {
            if (Arrays.stream(Entity.values()).noneMatch(entity -> entity.name().equals(name))) {
                wrong.add("there is no detector `" + name + "`" + nearest(name));
            }
        }
        if (custom.size() > MOST_CUSTOM) {
            wrong.add("`custom` holds at most " + MOST_CUSTOM + " detectors");
        }
        for (var name : custom.keySet()) {
            if (!name.matches("[A-Z][A-Z0-9_]{0,39}")) {
                wrong.add(
                        "a custom detector's name is up to 40 capitals, digits and underscores: `"
                                + name
                                + "`");
            } else if (Arrays.stream(Entity.values()).anyMatch(e -> e.name().equals(name))) {
                wrong.add("`" + name + "` is a detector already; a custom one needs its own name");
            }
        }
        if (!wrong.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", wrong));
        }
        entities = Map.copyOf(entities);
        custom = Map.copyOf(custom);
    }

    private static String nearest(String name) {
        var upper = name.toUpperCase(Locale.ROOT).replace('-', '_');
        return Arrays.stream(Entity.values())
                .map(Entity::name)
                .filter(known -> known.equals(upper) || known.endsWith("_" + upper))
                .findFirst()
                .map(known -> "; did you mean `" + known + "`?")
                .orElse("");
    }
}
