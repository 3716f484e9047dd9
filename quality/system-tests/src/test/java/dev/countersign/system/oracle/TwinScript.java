package dev.countersign.system.oracle;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The script that makes one of the twins, with its values, and these as canaries.
///
/// Rows are as long in both twins, so that they lie on the same pages; the values in them are not
/// always.
final class TwinScript {
    static final int CUSTOMERS = 24;

    private static final Pattern PLACE = Pattern.compile("\\$\\{(\\w+) (\\d+)}");

    /// Of too few values to be met by nothing but a leak.
    private static final Set<String> NO_CANARIES = Set.of("mood", "flag", "bits");

    private final int side;
    private final Map<String, Canary> canaries = new LinkedHashMap<>();
    private final List<String> statements;

    /// @param side 0 or 1
    TwinScript(int side) throws IOException {
        this.side = side;
        var text = resource("fixture.sql").replaceAll("(?m)^--.*\n", "");
        text = text.replace("${rows}", rows());
        text =
                PLACE.matcher(text)
                        .replaceAll(place ->
                                Matcher.quoteReplacement(
                                        value(place.group(1), Integer.parseInt(place.group(2)))));
        statements = List.of(text.split(";;\n", -1));
    }

    static String resource(String name) throws IOException {
        try (var in = TwinScript.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("there is no resource " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    List<String> statements() {
        return statements;
    }

    List<Canary> canaries() {
        return List.copyOf(canaries.values());
    }

    private String rows() {
        var rows = new ArrayList<String>();
        for (int row = 1; row <= CUSTOMERS; row++) {
            boolean none = row == CUSTOMERS;
            // two people of one birthday, in one of the twins
            int birthday = side == 0 && row == 8 ? 7 : row;
            rows.add(
                    "(%d, '%s', '%s', %s, %s, %s, '%s', %s)"
                            .formatted(
                                    row,
                                    value("dob", birthday),
                                    value("salary", row),
                                    none ? "NULL" : "'" + value("email", row) + "'",
                                    none ? "NULL" : "'" + value("ssn", row) + "'",
                                    none ? "NULL" : "'" + value("card", row) + "'",
                                    meta(row),
                                    row >= CUSTOMERS - 1 ? "NULL" : "'" + tags(row) + "'"));
        }
        return String.join(",\n", rows);
    }

    private String meta(int row) {
        return "{\"ssn\": \"%s\", \"n\": %s, \"city\": \"%s\", \"deep\": [{\"k\": \"%s\"}]}"
                .formatted(
                        value("metassn", row),
                        value("long", 100 + row),
                        "Town%08d".formatted(row), // nothing labels it
                        value("word", 300 + row));
    }

    private String tags(int row) {
        return "{%s,%s}".formatted(value("tag", row), value("word", 400 + row));
    }

    private String value(String kind, int row) {
        var random = new Random(kind.hashCode() * 31L + row * 1_000_003L + side * 7_777_777_777L);
        var value =
                switch (kind) {
                    case "ssn", "metassn" ->
                            digits(random, 3) + "-" + digits(random, 2) + "-" + digits(random, 4);
                    case "card" -> card(random, row);
                    case "email" -> "mk" + digits(random, 9) + pad(row) + ".kestrel@canary.example";
                    case "phone" -> "+49 " + digits(random, 3) + " " + digits(random, 7);
                    case "dob" -> date(row);
                    case "salary" -> digits(random, 6) + "." + digits(random, 2);
                    case "tag" -> "tag-" + digits(random, 9);
                    case "long" -> digits(random, 10);
                    case "int" -> digits(random, 9);
                    case "word" -> letters(random, 12);
                    case "uuid" ->
                            "%s-4%s-8%s"
                                    .formatted(
                                            digits(random, 8) + "-" + digits(random, 4),
                                            digits(random, 3),
                                            digits(random, 3) + "-" + digits(random, 12));
                    case "at" -> date(row + 60) + " " + (side == 0 ? "13:27:46+00" : "03:58:31+00");
                    case "inet" ->
                            "10.%d.%d.%d"
                                    .formatted(
                                            100 + random.nextInt(99),
                                            100 + random.nextInt(99),
                                            100 + random.nextInt(99));
                    case "bits" -> Integer.toBinaryString(0x80000 + random.nextInt(0x70000));
                    case "secs" -> digits(random, 4) + " days";
                    case "mood" -> (side + row) % 2 == 0 ? "calm" : "merry";
                    case "flag" -> String.valueOf((side + row) % 2 == 0);
                    default -> throw new IllegalArgumentException(kind);
                };
        if (!NO_CANARIES.contains(kind)) {
            canaries.putIfAbsent(value, new Canary(kind + "/" + row, value));
        }
        return value;
    }

    /// With separators in one twin and without in the other; [#pad] makes up for it.
    private String card(Random random, int row) {
        var between = spaced(row) ? " " : "";
        return "4"
                + digits(random, 3)
                + between
                + digits(random, 4)
                + between
                + digits(random, 4)
                + between
                + digits(random, 4);
    }

    private String pad(int row) {
        return spaced(row) ? "" : "pad";
    }

    private boolean spaced(int row) {
        return (row + side) % 2 == 0;
    }

    private String date(int row) {
        return "19%02d-%02d-%02d"
                .formatted(
                        31 + row * (side == 0 ? 1 : 7) % 60,
                        1 + (row * 5 + side * 3) % 12,
                        10 + (row * 7 + side * 8) % 18);
    }

    private static String digits(Random random, int count) {
        return of("23456789", random, count);
    }

    private static String letters(Random random, int count) {
        return of("bcdfghjklmnpqrstvwxz", random, count);
    }

    private static String of(String alphabet, Random random, int count) {
        var out = new StringBuilder();
        for (int i = 0; i < count; i++) {
            out.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return out.toString();
    }
}
