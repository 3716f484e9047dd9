package dev.countersign.masking;

import dev.countersign.model.Json;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Masks what stands at certain places of a JSON document, and leaves every other byte as it is.
///
/// ```
///   {"city": "Rome", "ssn": "536-90-4399", "cards": [{"number": "4111…", "kind": "visa"}]}
///                     $.ssn ─▶ "[pii.ssn]"             $.cards[*].number ─▶ "[card]"
/// ```
///
/// While it reads, a set of bits says how far into which path it is: one bit for each step. A
/// member's name moves those on that ask for it; an element of an array leaves them where they are
/// ([JsonPath], lax). Where a path ends, the value there is replaced, whatever it is.
///
/// A text stays a text, a number a number, `null` stays `null`; `true`, `false` become `null`, and
/// an object or array one text.
public final class DocumentMask {
    /// Steps of all paths of one document together, the end of each counted as one.
    public static final int MAX_POSITIONS = Long.SIZE;

    /// Objects and arrays inside of each other that are looked into while a path may still end
    /// there.
    static final int MAX_DEPTH = 64;

    /// Characters of a number that a bucket is made of.
    private static final int MAX_NUMBER = 64;

    private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ZERO = {'0'};

    /// By position; null at the end of a path.
    private final List<@Nullable String> steps = new ArrayList<>();

    /// By position; null but at the end of a path.
    private final List<@Nullable Operator> operators = new ArrayList<>();

    private final long begin;

    /// What is done at one place.
    public record Part(JsonPath path, Operator operator) {}

    /// Whether their steps, and the end of each, are at most [#MAX_POSITIONS].
    public static boolean fits(List<Part> parts) {
        return parts.stream().mapToInt(part -> part.path().steps().size() + 1).sum()
                <= MAX_POSITIONS;
    }

    /// @throws IllegalArgumentException if they do not fit
    public DocumentMask(List<Part> parts) {
        if (!fits(parts)) {
            throw new IllegalArgumentException("the paths into one document are too many");
        }
        long starts = 0;
        for (var part : parts) {
            starts |= 1L << steps.size();
            part.path()
                    .steps()
                    .forEach(step -> {
                        steps.add(step);
                        operators.add(null);
                    });
            steps.add(null);
            operators.add(part.operator());
        }
        begin = through(starts);
    }

    /// @return empty where it cannot be read, or is nested too deeply: mask it whole then
    public Optional<byte[]> apply(byte[] document) {
        var reading = new Reading(document);
        return reading.whole() ? Optional.of(reading.out.toByteArray()) : Optional.empty();
    }

    // ---- where in which path

    /// `[*]` of what is no array is that itself.
    private long through(long live) {
        long out = live;
        for (int i = 0; i < steps.size(); i++) {
            if ((out >> i & 1) != 0 && JsonPath.EACH.equals(steps.get(i))) {
                out |= 1L << (i + 1);
            }
        }
        return out;
    }

    private long member(long live, String name) {
        long out = 0;
        for (int i = 0; i < steps.size(); i++) {
            var step = steps.get(i);
            if ((live >> i & 1) != 0 && name.equals(step) && !step.equals(JsonPath.EACH)) {
                out |= 1L << (i + 1);
            }
        }
        return through(out);
    }

    /// What a path that ends here does; null where none does. Where several do, nothing is left.
    private @Nullable Operator ending(long live) {
        Operator out = null;
        for (int i = 0; i < operators.size(); i++) {
            var operator = operators.get(i);
            if ((live >> i & 1) != 0 && operator != null) {
                out = out == null ? operator : new Operator.Nothing();
            }
        }
        return out;
    }

    // ---- what is put there

    private static byte[] masked(Operator operator, byte[] document, int from, int to) {
        byte first = document[from];
        if (first == 'n' || operator instanceof Operator.Nothing || first == 't' || first == 'f') {
            return NULL;
        }
        if (first == '"') {
            return quoted(text(operator, unescaped(document, from, to)));
        }
        if (first == '{' || first == '[') {
            return quoted(placeholder(operator));
        }
        var digits = new String(document, from, to - from, StandardCharsets.US_ASCII);
        return operator instanceof Operator.Bucket bucket ? bucket(bucket, digits) : ZERO;
    }

    private static byte[] bucket(Operator.Bucket bucket, String number) {
        if (number.length() > MAX_NUMBER || number.indexOf('e') >= 0 || number.indexOf('E') >= 0) {
            return ZERO;
        }
        try {
            var floor = new BigDecimal(number).setScale(0, RoundingMode.FLOOR).toBigInteger();
            return bucket.apply(floor).toString().getBytes(StandardCharsets.US_ASCII);
        } catch (NumberFormatException e) {
            return ZERO;
        }
    }

    private static String text(Operator operator, String value) {
        return switch (operator) {
            case Operator.Fixed(var text) -> text;
            case Operator.Nothing _ -> "";
            case Operator.Partial partial -> partial.apply(value);
            case Operator.Pseudonym(var key, _) -> key.text(value.getBytes(StandardCharsets.UTF_8));
            case Operator.Digits(var key, var placeholder) -> key.apply(value).orElse(placeholder);
            case Operator.FirstDay first -> day(first, value);
            case Operator.Bucket(_, var placeholder) -> placeholder;
        };
    }

    private static String day(Operator.FirstDay first, String value) {
        try {
            return first.apply(LocalDate.parse(value)).toString();
        } catch (DateTimeException e) {
            return first.placeholder();
        }
    }

    private static String placeholder(Operator operator) {
        return switch (operator) {
            case Operator.Fixed(var text) -> text;
            case Operator.Nothing _ -> "";
            case Operator.Partial(_, _, var placeholder) -> placeholder;
            case Operator.Pseudonym(_, var placeholder) -> placeholder;
            case Operator.Digits(_, var placeholder) -> placeholder;
            case Operator.FirstDay(_, var placeholder) -> placeholder;
            case Operator.Bucket(_, var placeholder) -> placeholder;
        };
    }

    private static byte[] quoted(String text) {
        return Json.of(text).text().getBytes(StandardCharsets.UTF_8);
    }

    /// A JSON string as it is meant.
    ///
    /// @param from of its opening quote
    /// @param to behind its closing one
    private static String unescaped(byte[] b, int from, int to) {
        var raw = new String(b, from + 1, to - from - 2, StandardCharsets.UTF_8);
        if (raw.indexOf('\\') < 0) {
            return raw;
        }
        var out = new StringBuilder(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c != '\\') {
                out.append(c);
                continue;
            }
            char escaped = raw.charAt(++i); // a string does not end with a backslash
            switch (escaped) {
                case 'b' -> out.append('\b');
                case 'f' -> out.append('\f');
                case 'n' -> out.append('\n');
                case 'r' -> out.append('\r');
                case 't' -> out.append('\t');
                case 'u' -> {
                    int end = Math.min(raw.length(), i + 5);
                    out.append(hex(raw.substring(i + 1, end)));
                    i = end - 1;
                }
                default -> out.append(escaped);
            }
        }
        return out.toString();
    }

    private static char hex(String digits) {
        try {
            return (char) Integer.parseInt(digits, 16);
        } catch (NumberFormatException e) {
            return '\uFFFD';
        }
    }

    /// One document, read once from its beginning to its end.
    private final class Reading {
        private final byte[] b;
        final ByteArrayOutputStream out;
        private int at;

        /// Bytes up to which everything is in `out`.
        private int copied;

        Reading(byte[] document) {
            b = document;
            out = new ByteArrayOutputStream(document.length + 64);
        }

        boolean whole() {
            if (!value(begin, 0)) {
                return false;
            }
            blanks();
            copy(at);
            return at == b.length;
        }

        private boolean value(long live, int depth) {
            blanks();
            var operator = ending(live);
            if (operator != null) {
                int from = at;
                if (!skip()) {
                    return false;
                }
                copy(from);
                out.writeBytes(masked(operator, b, from, at));
                copied = at;
                return true;
            }
            if (live == 0 || at == b.length || (b[at] != '{' && b[at] != '[')) {
                return skip();
            }
            return depth < MAX_DEPTH && (b[at] == '{' ? object(live, depth) : array(live, depth));
        }

        private boolean object(long live, int depth) {
            at++;
            if (ends('}')) {
                return true;
            }
            while (true) {
                blanks();
                int from = at;
                if (at == b.length || b[at] != '"' || !string()) {
                    return false;
                }
                var name = unescaped(b, from, at);
                blanks();
                if (!is(':') || !value(member(live, name), depth + 1)) {
                    return false;
                }
                if (ends('}')) {
                    return true;
                }
                if (!is(',')) {
                    return false;
                }
            }
        }

        private boolean array(long live, int depth) {
            at++;
            if (ends(']')) {
                return true;
            }
            while (value(live, depth + 1)) {
                if (ends(']')) {
                    return true;
                }
                if (!is(',')) {
                    return false;
                }
            }
            return false;
        }

        /// Passes one value, however deep it is.
        private boolean skip() {
            int depth = 0;
            do {
                blanks();
                if (at == b.length) {
                    return false;
                }
                switch (b[at]) {
                    case '"' -> {
                        if (!string()) {
                            return false;
                        }
                    }
                    case '{', '[' -> {
                        depth++;
                        at++;
                    }
                    case '}', ']' -> {
                        depth--;
                        at++;
                    }
                    case ',', ':' -> {
                        if (depth == 0) {
                            return false;
                        }
                        at++;
                    }
                    default -> {
                        if (!word()) {
                            return false;
                        }
                    }
                }
            } while (depth > 0);
            return depth == 0;
        }

        /// A number, or `true`, `false`, `null`.
        private boolean word() {
            int from = at;
            while (at < b.length
                    && (Character.isLetterOrDigit(b[at]) || "+-.".indexOf(b[at]) >= 0)) {
                at++;
            }
            return at > from;
        }

        private boolean string() {
            for (at++; at < b.length; at++) {
                if (b[at] == '\\') {
                    at++;
                } else if (b[at] == '"') {
                    at++;
                    return true;
                }
            }
            at = b.length;
            return false;
        }

        private boolean ends(char with) {
            blanks();
            return is(with);
        }

        private boolean is(char c) {
            if (at < b.length && b[at] == c) {
                at++;
                return true;
            }
            return false;
        }

        private void blanks() {
            while (at < b.length
                    && (b[at] == ' ' || b[at] == '\n' || b[at] == '\r' || b[at] == '\t')) {
                at++;
            }
        }

        private void copy(int to) {
            out.write(b, copied, to - copied);
            copied = to;
        }
    }
}
