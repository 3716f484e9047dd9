package dev.countersign.system.oracle;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// A value that stands in one labelled cell and nowhere else, and what it looks like in every dress
/// that it could leave in.
///
/// @param where `table.column/row`
/// @param value as PostgreSQL prints it
record Canary(String where, String value) {
    /// What is shorter than this would be met by chance.
    static final int SHORTEST = 6;

    /// Digits that may stand apart from each other: over cells, rows, pieces.
    static final int FEWEST_APART = 8;

    /// Forms that nobody meets by chance; bytes, a character each.
    Set<String> forms() {
        var out = new TreeSet<String>();
        for (var text : Set.of(value, new StringBuilder(value).reverse().toString())) {
            spellings(Frames.bytes(text), out);
        }
        spellings(Frames.bytes(value.toUpperCase(Locale.ROOT)), out);
        out.add(shifted(value, 13));
        out.add(next(value));
        hashes(Frames.bytes(value), out);
        numbers(out);
        dates(out);
        out.removeIf(form -> form.length() < SHORTEST);
        return out;
    }

    private static void spellings(String bytes, Set<String> out) {
        var raw = bytes.getBytes(StandardCharsets.ISO_8859_1);
        out.add(bytes);
        out.add(HexFormat.of().formatHex(raw));
        out.addAll(base64(raw));
        out.add(each(bytes, "%%%02x"));
        out.add(each(bytes, "\\u%04x"));
        out.add(each(bytes, "\\%03o"));
        out.add(each(bytes, "&#%d;"));
        out.add(each(bytes, "&#x%x;"));
        out.add(URLEncoder.encode(bytes, StandardCharsets.ISO_8859_1));
        out.add(bytes.replace("/", "\\/").replace("\"", "\\\""));
    }

    private static String each(String bytes, String format) {
        return bytes.chars().mapToObj(format::formatted).collect(Collectors.joining());
    }

    /// The part of it that is the same wherever it begins in the text that was encoded.
    private static Set<String> base64(byte[] raw) {
        var out = new TreeSet<String>();
        for (int lead = 0; lead < 3; lead++) {
            var shifted = new byte[lead + raw.length];
            System.arraycopy(raw, 0, shifted, lead, raw.length);
            var text = Base64.getEncoder().withoutPadding().encodeToString(shifted);
            int from = lead == 0 ? 0 : lead + 1;
            int tail = (lead + raw.length) % 3 == 0 ? 0 : 1;
            var part = text.substring(from, text.length() - tail);
            if (part.length() > FEWEST_APART) {
                out.add(part);
            }
        }
        return out;
    }

    private static String shifted(String text, int by) {
        var out = new StringBuilder();
        for (char one : text.toLowerCase(Locale.ROOT).toCharArray()) {
            out.append(one >= 'a' && one <= 'z' ? (char) ('a' + (one - 'a' + by) % 26) : one);
        }
        return out.toString();
    }

    private static String next(String text) {
        return text.chars()
                .mapToObj(one -> String.valueOf((char) (one + 1)))
                .collect(Collectors.joining());
    }

    private static void hashes(String bytes, Set<String> out) {
        for (var name : List.of("MD5", "SHA-224", "SHA-256", "SHA-384", "SHA-512")) {
            try {
                var hash =
                        MessageDigest.getInstance(name)
                                .digest(bytes.getBytes(StandardCharsets.ISO_8859_1));
                out.add(HexFormat.of().formatHex(hash));
                out.add(new String(hash, StandardCharsets.ISO_8859_1));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /// As the binary formats write them.
    private void numbers(Set<String> out) {
        if (digits().length() >= FEWEST_APART && digits().length() <= 18) {
            long number = Long.parseLong(digits());
            out.add(Frames.int8(number));
            out.add(Frames.int8(Double.doubleToRawLongBits((double) number)));
            if (number > Integer.MAX_VALUE * 100L) {
                out.add(Long.toHexString(number)); // a shorter one stands in many a hash
            }
            if (number <= Integer.MAX_VALUE) {
                out.add(Frames.int4(Integer.BYTES) + Frames.int4((int) number));
            }
            out.add(groups(digits(), ""));
        }
        if (value.matches("\\d+\\.\\d+")) {
            var parts = value.split("\\.", 2);
            out.add(groups(parts[0], parts[1]));
            out.add(Frames.int8(Double.doubleToRawLongBits(Double.parseDouble(value))));
        }
    }

    /// Of numeric in binary: digits to the base of 10,000.
    private static String groups(String whole, String fraction) {
        var left = "0".repeat((4 - whole.length() % 4) % 4) + whole;
        var right = fraction + "0".repeat((4 - fraction.length() % 4) % 4);
        var out = new StringBuilder();
        for (int at = 0; at < left.length() + right.length(); at += 4) {
            out.append(Frames.int2(Integer.parseInt((left + right).substring(at, at + 4))));
        }
        return out.toString();
    }

    private void dates(Set<String> out) {
        if (!value.matches("\\d{4}-\\d\\d-\\d\\d")) {
            return;
        }
        var day = LocalDate.parse(value);
        int since2000 = (int) (day.toEpochDay() - LocalDate.of(2000, 1, 1).toEpochDay());
        out.add(Frames.int4(Integer.BYTES) + Frames.int4(since2000));
        out.add(Frames.int8(since2000 * 86_400_000_000L));
        out.add(String.valueOf(day.atStartOfDay().toEpochSecond(ZoneOffset.UTC)));
        out.add(value.substring(5, 7) + "/" + value.substring(8) + "/" + value.substring(0, 4));
        out.add(value.substring(8) + "/" + value.substring(5, 7) + "/" + value.substring(0, 4));
        out.add(value.substring(5, 7) + "-" + value.substring(8) + "-" + value.substring(0, 4));
    }

    /// Whether a statement may well name the same by chance.
    static boolean guessable(String where) {
        return where.startsWith("dob/") || where.startsWith("at/");
    }

    /// Of which six in a row are enough. Not those of dates: there are too few of them.
    Set<String> windows() {
        var out = new TreeSet<String>();
        if (!value.matches("\\d{4}-\\d\\d-\\d\\d.*")) {
            for (int at = 0; at + SHORTEST <= digits().length(); at++) {
                out.add(digits().substring(at, at + SHORTEST));
            }
        }
        return out;
    }

    String digits() {
        return value.replaceAll("\\D", "");
    }

    /// Letters and digits alone, small.
    String bare() {
        return value.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }
}
