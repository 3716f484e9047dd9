package dev.countersign.postgres;

import dev.countersign.masking.MaskSettings.DatePart;
import dev.countersign.masking.Operator;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Dates and timestamps as the server writes them in each `DateStyle`:
///
/// | Style | date | timestamp with time zone |
/// |---|---|---|
/// | ISO | `1997-12-17` | `1997-12-17 07:37:16.5-08` |
/// | SQL | `12/17/1997`, `17/12/1997` | `12/17/1997 07:37:16.5 PST` |
/// | Postgres | `12-17-1997`, `17-12-1997` | `Wed Dec 17 07:37:16.5 1997 PST`, `Wed 17 Dec …` |
/// | German | `17.12.1997` | `17.12.1997 07:37:16.5 PST` |
///
/// ` BC` may stand behind each. Which of two numbers is the month, SQL and Postgres do not say:
/// there a month's first day is its year's. Only ISO says the offset from UTC; elsewhere the year
/// is the local one.
final class DateTexts {
    private static final int LONGEST = 64;

    /// Characters of a date in ISO.
    private static final int PLAIN = 10;

    private static final String YEAR = "(?<y>\\d{4,7})";
    private static final String TIME = "(?<time>\\d\\d:\\d\\d:\\d\\d)(?:\\.\\d{1,6})?";
    private static final String ZONE = "(?: ?(?!BC$)[A-Za-z0-9+:-]{1,15})?";
    private static final String BC = "(?<bc> BC)?";
    private static final List<String> MONTHS =
            List.of(
                    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov",
                    "Dec");
    private static final List<String> DAYS =
            List.of("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun");

    private enum Style {
        ISO(YEAR + "-(?<m>\\d\\d)-(?<d>\\d\\d)", "(?<zone>[+-]\\d\\d(?::\\d\\d){0,2})?"),
        SQL("\\d\\d/\\d\\d/" + YEAR, ZONE),
        GERMAN("(?<d>\\d\\d)\\.(?<m>\\d\\d)\\." + YEAR, ZONE),
        POSTGRES("\\d\\d-\\d\\d-" + YEAR, ZONE);

        final Pattern date;
        final Pattern timestamp;

        Style(String date, String zone) {
            this.date = Pattern.compile(date + BC);
            this.timestamp =
                    Pattern.compile(
                            name().equals("POSTGRES")
                                    ? "[A-Z][a-z]{2} (?:(?<dmy>\\d\\d) )?(?<m>[A-Z][a-z]{2})"
                                            + "(?: (?<mdy>\\d\\d))? "
                                            + TIME
                                            + " "
                                            + YEAR
                                            + zone
                                            + BC
                                    : date + " " + TIME + zone + BC);
        }

        static Style of(String name) {
            return switch (name) {
                case "SQL" -> SQL;
                case "German" -> GERMAN;
                case "Postgres" -> POSTGRES;
                default -> ISO;
            };
        }
    }

    private DateTexts() {}

    /// A day, at midnight where the type has a time, in UTC where it has a zone.
    ///
    /// @param style as the server reports it: `SQL, DMY`
    static String of(String style, CellType type, LocalDate day) {
        var parts = style.split(", *", 2);
        return text(Style.of(parts[0]), style.endsWith("DMY"), type, day);
    }

    /// The first day of a value's year or month, in the value's own style; null where it cannot be
    /// read, or has none.
    static @Nullable String first(byte[] value, CellType type, Operator.FirstDay first) {
        if (value.length > LONGEST) {
            return null;
        }
        var text = new String(value, StandardCharsets.ISO_8859_1);
        if (plain(text, type)) {
            var zeros =
                    type == CellType.DATE
                            ? ""
                            : type == CellType.TIMESTAMP ? " 00:00:00" : " 00:00:00+00";
            return switch (first.part()) {
                        case YEAR -> text.substring(0, PLAIN - "02-29".length()) + "01-01";
                        case MONTH -> text.substring(0, PLAIN - "29".length()) + "01";
                    }
                    + zeros;
        }
        for (var style : Style.values()) {
            var parts = (type == CellType.DATE ? style.date : style.timestamp).matcher(text);
            if (parts.matches()) {
                try {
                    var day = DateCells.cut(day(style, type, parts, first), first);
                    boolean dayFirst = type != CellType.DATE && has(parts, "dmy");
                    return day == null ? null : text(style, dayFirst, type, day);
                } catch (DateTimeException e) {
                    return null; // no such day
                }
            }
        }
        return null;
    }

    /// As nearly every date and timestamp is: ISO, of this era, in UTC. The month is not checked
    /// for being one.
    private static boolean plain(String text, CellType type) {
        var rest = text.length() < PLAIN ? "" : text.substring(PLAIN);
        return day(text)
                && (type == CellType.DATE
                        ? rest.isEmpty()
                        : type == CellType.TIMESTAMP
                                ? clock(rest)
                                : rest.endsWith("+00")
                                        && clock(
                                                rest.substring(0, rest.length() - "+00".length())));
    }

    private static boolean day(String text) {
        if (text.length() < PLAIN) {
            return false;
        }
        for (int i = 0; i < PLAIN; i++) {
            char c = text.charAt(i);
            boolean dash = i == 4 || i == 7;
            if (dash ? c != '-' : (c < '0' || c > '9')) {
                return false;
            }
        }
        return true;
    }

    /// ` 12:34:56.789`.
    private static boolean clock(String text) {
        return text.length() >= " 12:34:56".length()
                && text.length() <= " 12:34:56.789012".length()
                && text.chars().allMatch(c -> c == ' ' || c == '.' || (c >= '0' && c <= ':'));
    }

    private static boolean has(Matcher parts, String group) {
        return parts.namedGroups().containsKey(group) && parts.group(group) != null;
    }

    private static LocalDate day(
            Style style, CellType type, Matcher parts, Operator.FirstDay first) {
        int written = Integer.parseInt(parts.group("y"));
        int year = has(parts, "bc") ? 1 - written : written;
        boolean tells = style == Style.ISO || style == Style.GERMAN;
        if (!tells) {
            boolean named = first.part() == DatePart.MONTH && type != CellType.DATE;
            return LocalDate.of(year, named && has(parts, "m") ? month(parts.group("m")) : 1, 1);
        }
        var day =
                LocalDate.of(
                        year,
                        Integer.parseInt(parts.group("m")),
                        Integer.parseInt(parts.group("d")));
        return type == CellType.TIMESTAMPTZ && has(parts, "zone")
                ? LocalDateTime.of(day, LocalTime.parse(parts.group("time")))
                        .minusSeconds(ZoneOffset.of(parts.group("zone")).getTotalSeconds())
                        .toLocalDate()
                : day;
    }

    private static int month(String name) {
        int at = MONTHS.indexOf(name);
        if (at < 0) {
            throw new DateTimeException("no such month");
        }
        return at + 1;
    }

    private static String text(Style style, boolean dayFirst, CellType type, LocalDate day) {
        boolean era = day.getYear() <= 0;
        var year = padded(era ? 1 - day.getYear() : day.getYear(), 4);
        var month = padded(day.getMonthValue(), 2);
        var name = MONTHS.get(day.getMonthValue() - 1);
        boolean timed = type != CellType.DATE;
        var date =
                switch (style) {
                    case ISO -> year + "-" + month + "-01";
                    case SQL -> "01/01/" + year;
                    case GERMAN -> "01." + month + "." + year;
                    case POSTGRES ->
                            timed
                                    ? DAYS.get(day.getDayOfWeek().getValue() - 1)
                                            + (dayFirst ? " 01 " + name : " " + name + " 01")
                                    : "01-01-" + year;
                };
        var time = !timed ? "" : style == Style.POSTGRES ? " 00:00:00 " + year : " 00:00:00";
        var zone = type != CellType.TIMESTAMPTZ ? "" : style == Style.ISO ? "+00" : " UTC";
        return date + time + zone + (era ? " BC" : "");
    }

    private static String padded(int number, int digits) {
        var text = Integer.toString(number);
        return "0".repeat(Math.max(0, digits - text.length())) + text;
    }
}
