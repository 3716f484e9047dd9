package dev.countersign.masking;

import java.math.BigInteger;
import java.time.LocalDate;
import java.util.OptionalLong;

/// What is done to one labelled value. A protocol gives each of its types the operator's result, or
/// where the operator is none for that type, a constant: [Fixed#text] and every `placeholder` is
/// that constant of a text.
///
/// Only [Fixed] and [Nothing] say nothing about the value. The others may be used on a cell that is
/// *exactly one labelled column* and on nothing else: on an expression over one they can be asked
/// for the value, piece by piece.
public sealed interface Operator {
    /// @param label of the column; `redact` shows it in the value's place
    static Operator of(String label, MaskSettings settings, MaskKeys.Scoped keys) {
        var placeholder = "[" + label + "]";
        if (settings.constant().isPresent()) {
            return new Fixed(settings.constant().get());
        }
        if (settings.partial().isPresent()) {
            var part = settings.partial().get();
            return new Partial(part.first(), part.last(), placeholder);
        }
        if (settings.date().isPresent()) {
            return new FirstDay(settings.date().get(), placeholder);
        }
        if (settings.bucket().isPresent()) {
            return new Bucket(settings.bucket().get(), placeholder);
        }
        if (settings.hmac().isPresent() || settings.operator().equals("hmac")) {
            return new Pseudonym(keys.key(label), placeholder);
        }
        return switch (settings.operator()) {
            case "null" -> new Nothing();
            case "fpe" -> new Digits(keys.digits(label), placeholder);
            default -> new Fixed(placeholder);
        };
    }

    /// Whether what comes out is the same for every value.
    default boolean constant() {
        return switch (this) {
            case Fixed _, Nothing _ -> true;
            case Partial _, Pseudonym _, Digits _, FirstDay _, Bucket _ -> false;
        };
    }

    /// One text for all values.
    record Fixed(String text) implements Operator {}

    /// NULL for all values.
    record Nothing() implements Operator {}

    /// A text whose ends stay.
    record Partial(int first, int last, String placeholder) implements Operator {
        /// Beside what is shown, this many characters are always hidden; where there are not so
        /// many, all are.
        static final int HIDDEN = 3;

        private static final char MASK = '*';

        /// Keeps the ends, and blanks, punctuation and currency and mathematical signs: the shape
        /// stays, the value goes. What comes out has as many code points as what went in.
        public String apply(String value) {
            int hidable = 0;
            for (int i = 0; i < value.length(); ) {
                int point = value.codePointAt(i);
                hidable += hides(point) ? 1 : 0;
                i += Character.charCount(point);
            }
            boolean shows = (long) first + last + HIDDEN < hidable;
            int seen = 0;
            var out = new StringBuilder(value.length());
            for (int i = 0; i < value.length(); ) {
                int point = value.codePointAt(i);
                i += Character.charCount(point);
                if (!hides(point)) {
                    out.appendCodePoint(point);
                    continue;
                }
                boolean shown = shows && (seen < first || seen >= hidable - last);
                if (shown) {
                    out.appendCodePoint(point);
                } else {
                    out.append(MASK);
                }
                seen++;
            }
            return out.toString();
        }

        /// Letters and digits of every script, and everything that could stand for one: marks,
        /// circled and Roman numbers, pictures, what cannot be seen.
        static boolean hides(int point) {
            return switch (Character.getType(point)) {
                case Character.CONNECTOR_PUNCTUATION,
                        Character.DASH_PUNCTUATION,
                        Character.START_PUNCTUATION,
                        Character.END_PUNCTUATION,
                        Character.INITIAL_QUOTE_PUNCTUATION,
                        Character.FINAL_QUOTE_PUNCTUATION,
                        Character.OTHER_PUNCTUATION,
                        Character.SPACE_SEPARATOR,
                        Character.MATH_SYMBOL,
                        Character.CURRENCY_SYMBOL ->
                        false;
                case Character.MODIFIER_SYMBOL -> point > 127;
                case Character.CONTROL -> point != '\t' && point != '\n' && point != '\r';
                default -> true;
            };
        }
    }

    /// A pseudonym: the same for the same value under one key, and nothing else to be learnt.
    record Pseudonym(MaskKey key, String placeholder) implements Operator {}

    /// A pseudonym that looks as the number did.
    record Digits(DigitKey key, String placeholder) implements Operator {}

    /// A date's first day of the year or month.
    record FirstDay(MaskSettings.DatePart part, String placeholder) implements Operator {
        public LocalDate apply(LocalDate value) {
            return switch (part) {
                case YEAR -> value.withDayOfYear(1);
                case MONTH -> value.withDayOfMonth(1);
            };
        }
    }

    /// A number's next lower multiple.
    record Bucket(int size, String placeholder) implements Operator {
        /// Empty where that multiple is no `long`.
        public OptionalLong apply(long value) {
            long floor = value - Math.floorMod(value, size);
            return floor <= value ? OptionalLong.of(floor) : OptionalLong.empty();
        }

        public BigInteger apply(BigInteger value) {
            return value.subtract(value.mod(BigInteger.valueOf(size)));
        }
    }
}
