package dev.countersign.masking;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// The detectors of a configuration: RE2 expressions (linear time), a check, words.
final class Custom {
    /// Characters of an expression.
    static final int LONGEST_PATTERN = 1000;

    /// Nothing of one's own.
    static final Custom NONE = new Custom(Map.of());

    private final List<Rule> rules = new ArrayList<>();

    private record Rule(String name, Pattern pattern, CustomSettings says, List<String> words) {}

    Custom(Map<String, CustomSettings> settings) {
        new TreeMap<>(settings)
                .forEach((name, says) -> {
                    if (says.action() != DetectorSettings.Action.OFF) {
                        rules.add(
                                new Rule(
                                        name,
                                        compile(says.pattern()),
                                        says,
                                        says.words().stream()
                                                .map(word -> word.toLowerCase(Locale.ROOT))
                                                .toList()));
                    }
                });
    }

    boolean isEmpty() {
        return rules.isEmpty();
    }

    List<String> names() {
        return rules.stream().map(Rule::name).toList();
    }

    boolean counts(int rule) {
        return rules.get(rule).says().action() == DetectorSettings.Action.COUNT;
    }

    /// @throws IllegalArgumentException saying what is wrong with it
    static Pattern compile(String pattern) {
        if (pattern.isEmpty() || pattern.length() > LONGEST_PATTERN) {
            throw new IllegalArgumentException(
                    "`pattern` has 1 to " + LONGEST_PATTERN + " characters");
        }
        try {
            var compiled = Pattern.compile(pattern);
            if (compiled.matches("")) {
                throw new IllegalArgumentException(
                        "`pattern` must not match nothing at all: `" + pattern + "`");
            }
            return compiled;
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "`pattern` is no RE2 expression: " + e.getMessage(), e);
        }
    }

    /// Adds what the rules find where nothing was found yet.
    void find(Scan s, int from) {
        var text = Arrays.copyOfRange(s.b, from, s.hi);
        for (int i = 0; i < rules.size(); i++) {
            var rule = rules.get(i);
            var matcher = rule.pattern().matcher(text);
            while (matcher.find()) {
                int start = from + matcher.start();
                int end = from + matcher.end();
                if (end > start
                        && end - start <= rule.says().longest()
                        && fits(s, rule, start, end)) {
                    s.hits.insert(start, end, Entity.values().length + i);
                }
            }
        }
    }

    private static boolean fits(Scan s, Rule rule, int start, int end) {
        return checked(s, rule.says().check(), start, end) && told(s, rule, start);
    }

    private static boolean checked(Scan s, CustomSettings.Check check, int start, int end) {
        if (check == CustomSettings.Check.NONE) {
            return true;
        }
        int n = s.gather(start, end);
        if (n < 2) {
            return false;
        }
        return switch (check) {
            case NONE -> true;
            case LUHN -> TokenFinder.allDigits(s.text, n) && Checks.luhn(s.digits, 0, n);
            case VERHOEFF -> TokenFinder.allDigits(s.text, n) && Checks.verhoeff(s.digits, n);
            case MOD11_10 -> TokenFinder.allDigits(s.text, n) && Checks.mod1110(s.digits, n);
            case MOD97 -> Ibans.rest(s.text, n) == 1;
        };
    }

    private static boolean told(Scan s, Rule rule, int start) {
        if (rule.words().isEmpty()) {
            return true;
        }
        int from = Math.max(s.lo, start - Surroundings.REACH);
        var before = new String(s.b, from, start - from, UTF_8).toLowerCase(Locale.ROOT);
        return rule.words().stream()
                .anyMatch(word -> before.contains(word) || s.name.contains(word));
    }
}
