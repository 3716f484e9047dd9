package dev.countersign.masking;

import dev.countersign.model.Json;
import dev.countersign.settings.Default;
import dev.countersign.settings.Shorthand;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// How a labelled column looks to a client. Exactly one of:
///
/// | Written | |
/// |---|---|
/// | `redact` | the label in brackets, or the type's zero |
/// | `{constant: "n/a"}` | this text; the type's zero where that is no text |
/// | `{partial: {first: 1, last: 4}}` | text with its ends shown |
/// | `hmac`, `{hmac: {scope: session}}` | a pseudonym: the same for the same value, inside the scope |
/// | `fpe` | numbers written as texts: a pseudonym of the same shape |
/// | `null` | NULL; YAML's own null is taken for it |
/// | `{date: year}`, `{date: month}` | dates and timestamps, cut to the first day |
/// | `{bucket: 1000}` | numbers, floored to a multiple |
///
/// @param operator `redact`, `hmac`, `fpe` or `null`; empty where another key says how
/// @param constant this text in its place, at most 256 characters
/// @param partial some of its ends stay, the rest is `*`
/// @param hmac a pseudonym, the same for the same value
/// @param date what stays of a date: `year` or `month`
/// @param bucket numbers become the next lower multiple of it
@Shorthand("operator")
public record MaskSettings(
        @Default("") String operator,
        Optional<String> constant,
        Optional<Partial> partial,
        Optional<Hmac> hmac,
        Optional<DatePart> date,
        Optional<Integer> bucket) {

    /// Characters of a constant.
    static final int MAX_CONSTANT = 256;

    private static final String KNOWN =
            "redact, hmac, fpe, null, {constant: TEXT}, {partial: {first: N, last: N}},"
                    + " {date: year or month} and {bucket: N}";

    public static final MaskSettings REDACT = named("redact");
    public static final MaskSettings HMAC = named("hmac");
    public static final MaskSettings FPE = named("fpe");
    public static final MaskSettings NULL = named("null");

    /// @param first code points that stay in front
    /// @param last code points that stay at the end
    public record Partial(@Default("0") int first, @Default("0") int last) {
        public Partial {
            if (first < 0 || last < 0) {
                throw new IllegalArgumentException("`partial` shows no less than 0 characters");
            }
        }

        private String written() {
            return first == 0
                    ? "{last: " + last + "}"
                    : last == 0
                            ? "{first: " + first + "}"
                            : "{first: " + first + ", last: " + last + "}";
        }
    }

    /// @param scope where one value has one pseudonym: `session`
    public record Hmac(@Default("session") String scope) {
        public Hmac {
            if (!scope.equals("session")) {
                throw new IllegalArgumentException(
                        "`scope` of an hmac is session; this version knows none that is wider");
            }
        }
    }

    /// What stays of a date.
    public enum DatePart {
        YEAR,
        MONTH
    }

    public MaskSettings {
        long said =
                Stream.of(constant, partial, hmac, date, bucket).filter(Optional::isPresent).count()
                        + (operator.isEmpty() ? 0 : 1);
        if (said != 1) {
            throw new IllegalArgumentException("a mask is exactly one of " + KNOWN);
        }
        switch (operator) {
            case "", "redact", "hmac", "fpe", "null" -> {}
            case "constant", "partial", "date", "bucket" ->
                    throw new IllegalArgumentException(
                            "the mask `" + operator + "` must say how; the masks are " + KNOWN);
            default ->
                    throw new IllegalArgumentException(
                            "there is no mask `" + operator + "`; the masks are " + KNOWN);
        }
        constant.ifPresent(text -> {
            if (text.length() > MAX_CONSTANT || text.indexOf('\0') >= 0) {
                throw new IllegalArgumentException(
                        "`constant` has at most "
                                + MAX_CONSTANT
                                + " characters, none of them zero: no column holds that one");
            }
        });
        bucket.ifPresent(size -> {
            if (size < 2) {
                throw new IllegalArgumentException(
                        "`bucket` is 2 or more: with less every whole number shows as it is");
            }
        });
    }

    private static MaskSettings named(String operator) {
        return new MaskSettings(
                operator,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    public static MaskSettings constant(String text) {
        return new MaskSettings(
                "",
                Optional.of(text),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    public static MaskSettings partial(int first, int last) {
        return new MaskSettings(
                "",
                Optional.empty(),
                Optional.of(new Partial(first, last)),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    public static MaskSettings date(DatePart part) {
        return new MaskSettings(
                "",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(part),
                Optional.empty());
    }

    public static MaskSettings bucket(int size) {
        return new MaskSettings(
                "",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(size));
    }

    /// As a configuration writes it: `redact`, `{partial: {last: 4}}`.
    public String written() {
        return operator.isEmpty()
                ? "{"
                        + constant.map(text -> "constant: " + Json.of(text).text())
                                .or(() -> partial.map(ends -> "partial: " + ends.written()))
                                .or(() -> hmac.map(one -> "hmac: {scope: " + one.scope() + "}"))
                                .or(() -> date.map(part -> "date: " + lower(part)))
                                .or(() -> bucket.map(size -> "bucket: " + size))
                                .orElseThrow()
                        + "}"
                : operator;
    }

    private static String lower(DatePart part) {
        return part.name().toLowerCase(Locale.ROOT);
    }

    /// Whether nothing of the value is left: true of `null`, `redact` and a constant.
    public boolean ignoresValue() {
        return strictness() > 0;
    }

    /// Whether equal values can be told from others by how they look: a guess that was written
    /// would be found by it.
    public boolean comparable() {
        return hmac.isPresent() || operator.equals("hmac") || operator.equals("fpe");
    }

    /// The stricter one. `null`, which does not even tell a value from none, is over what ignores
    /// the value, and that over what shows something of it; where neither is over the other, it is
    /// `redact`.
    public MaskSettings and(MaskSettings other) {
        if (equals(other)) {
            return this;
        }
        int order = Integer.compare(strictness(), other.strictness());
        return order > 0 ? this : order < 0 ? other : REDACT;
    }

    private int strictness() {
        return operator.equals("null")
                ? 2
                : operator.equals("redact") || constant.isPresent() ? 1 : 0;
    }
}
