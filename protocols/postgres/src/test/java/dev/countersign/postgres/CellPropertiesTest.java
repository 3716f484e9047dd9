package dev.countersign.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.masking.MaskKeys;
import dev.countersign.masking.MaskSettings;
import dev.countersign.masking.MaskSettings.DatePart;
import dev.countersign.masking.Operator;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What holds of masks whatever the value, and whatever comes instead of one.
class CellPropertiesTest {
    private static final List<MaskSettings> ALL =
            List.of(
                    MaskSettings.REDACT,
                    MaskSettings.NULL,
                    MaskSettings.HMAC,
                    MaskSettings.FPE,
                    MaskSettings.constant("n/a"),
                    MaskSettings.partial(2, 4),
                    MaskSettings.bucket(1000),
                    MaskSettings.date(DatePart.YEAR),
                    MaskSettings.date(DatePart.MONTH));

    private static Connection connection;

    @BeforeAll
    static void connect() throws SQLException {
        connection = RealPostgres.get().owner();
    }

    @AfterAll
    static void close() throws SQLException {
        connection.close();
    }

    private static List<CellMask> masks(long oid, MaskSettings settings) {
        var out = new ArrayList<CellMask>();
        for (int modifier : List.of(-1, 4 + 12)) {
            for (boolean binary : List.of(false, true)) {
                out.add(
                        CellMasks.of(
                                new Shape.Column("v", 1, 1, oid, modifier, binary),
                                Operator.of("pii.x", settings, CellDesk.KEYS.scoped("shop", "s1")),
                                Styles.DEFAULT));
            }
        }
        return out;
    }

    @ParameterizedTest
    @EnumSource(CellType.class)
    void an_operator_that_ignores_the_value_never_reads_it(CellType type) {
        ALL.stream()
                .filter(MaskSettings::ignoresValue)
                .flatMap(settings -> masks(type.oid, settings).stream())
                .forEach(mask -> assertThat(mask).isInstanceOf(CellMask.Same.class));
    }

    /// Nothing is thrown, and no six bytes of what came stand in what goes, but where the ends of a
    /// text or the upper half of a number may be seen.
    @ParameterizedTest
    @EnumSource(CellType.class)
    void a_broken_cell_is_masked_like_any_other(CellType type) throws Exception {
        var random = new Random(type.oid);
        long array =
                Long.parseLong(
                        Objects.requireNonNull(
                                new CellDesk(connection, "int")
                                        .ask(
                                                "SELECT typarray FROM pg_type WHERE oid = "
                                                        + type.oid)));
        assertThat(CellType.element(array)).isEqualTo(type);
        for (long oid : List.of(type.oid, array)) {
            for (var settings : ALL) {
                for (var mask : masks(oid, settings)) {
                    for (int i = 0; i < 400; i++) {
                        var cell = broken(random, type);
                        var canary = canary(cell);

                        var seen = mask.apply(cell, 0, cell.length);

                        if (seen != null
                                && settings.partial().isEmpty()
                                && settings.bucket().isEmpty()) {
                            assertThat(latin(seen)).doesNotContain(canary);
                        }
                    }
                }
            }
        }
    }

    private static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /// Six bytes of it that stand there by no accident.
    private static String canary(byte[] cell) {
        for (int at = 0; at + 6 <= cell.length; at++) {
            var six = latin(Arrays.copyOfRange(cell, at, at + 6));
            if (six.chars().filter(c -> c > 32 && (c < '0' || c > '9')).distinct().count() >= 4) {
                return six;
            }
        }
        return "nothing of it";
    }

    private static byte[] broken(Random random, CellType type) {
        return switch (random.nextInt(4)) {
            case 0 -> {
                var out = new byte[random.nextInt(40)];
                random.nextBytes(out);
                yield out;
            }
            case 1 -> header(random, type);
            case 2 -> {
                var letters = "{}[]:=,\"\\NULx019-+. \u00E4e";
                var out = new StringBuilder();
                for (int i = random.nextInt(40); i > 0; i--) {
                    out.append(letters.charAt(random.nextInt(letters.length())));
                }
                yield out.toString().getBytes(StandardCharsets.ISO_8859_1);
            }
            default ->
                    ("{\"x" + random.nextInt() + "\",{" + random.nextLong() + "}}")
                            .getBytes(StandardCharsets.UTF_8);
        };
    }

    /// What could be an array's header, or a numeric's, with lies in it.
    private static byte[] header(Random random, CellType type) {
        var lies =
                new int[] {
                    0, 1, 2, 6, 7, -1, -2, Integer.MIN_VALUE, Integer.MAX_VALUE, 1 << 20, 0x10001
                };
        var out = Packet.of('x').int32(random.nextInt(3)).int32(0).int32((int) type.oid);
        for (int i = random.nextInt(8); i > 0; i--) {
            out.int32(lies[random.nextInt(lies.length)]);
        }
        var bytes = out.bytes();
        return Arrays.copyOfRange(bytes, 5, bytes.length - random.nextInt(3));
    }

    @Test
    void an_array_that_would_grow_without_end_is_null() {
        var mask = masks(1009, MaskSettings.REDACT);
        var text = ("{" + "a,".repeat(500_000) + "a}").getBytes(StandardCharsets.UTF_8);
        var binary = Packet.of('x').int32(1).int32(0).int32(25).int32(250_000).int32(1);
        for (int i = 0; i < 250_000; i++) {
            binary.int32(0);
        }
        var bytes = binary.bytes();
        var long40 = MaskSettings.constant("x".repeat(40));

        assertThat(mask.get(0).apply(text, 0, text.length)).isNotNull();
        assertThat(masks(1009, long40).get(0).apply(text, 0, text.length)).isNull();
        assertThat(masks(1009, long40).get(1).apply(bytes, 5, bytes.length)).isNull();
        assertThat(mask.get(1).apply(bytes, 5, bytes.length)).isNotNull();
    }

    @Test
    void pseudonyms_differ_between_scopes_labels_and_targets() {
        var value = "536-90-4399".getBytes(StandardCharsets.UTF_8);
        var seen = new ArrayList<String>();
        for (var keys :
                List.of(
                        CellDesk.KEYS.scoped("shop", "s1"),
                        CellDesk.KEYS.scoped("shop", "s2"),
                        CellDesk.KEYS.scoped("shop2", "s1"),
                        MaskKeys.fresh().scoped("shop", "s1"))) {
            for (var label : List.of("pii.ssn", "pii.card")) {
                var mask =
                        CellMasks.of(
                                new Shape.Column("v", 1, 1, 25, -1, false),
                                Operator.of(label, MaskSettings.HMAC, keys),
                                Styles.DEFAULT);
                seen.add(latin(Objects.requireNonNull(mask.apply(value, 0, value.length))));
                assertThat(mask.apply(value, 0, value.length)).isEqualTo(bytes(seen.getLast()));
            }
        }
        assertThat(seen).doesNotHaveDuplicates();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ISO, MDY",
                "ISO, YMD",
                "SQL, MDY",
                "SQL, DMY",
                "Postgres, MDY",
                "Postgres, DMY",
                "German, DMY"
            })
    void dates_are_cut_as_the_server_cuts_them_in_every_style(String style) throws Exception {
        cut(style, "America/New_York");
        cut(style, "UTC");
    }

    private static void cut(String style, String zone) throws Exception {
        var random = new Random(11);
        for (var type : List.of("date", "timestamp", "timestamptz")) {
            var desk = new CellDesk(connection, type);
            desk.execute("SET TimeZone = '" + zone + "'");
            boolean zoned = type.equals("timestamptz");
            boolean iso = style.startsWith("ISO");
            boolean tells =
                    iso
                            || style.startsWith("German")
                            || (style.startsWith("Postgres") && !type.equals("date"));
            for (int i = 0; i < 40; i++) {
                var literal =
                        "'2000-01-01'::timestamptz + '"
                                + (random.nextLong(8_000_000_000L) - 5_000_000_000L)
                                + "s'::interval * 20";
                desk.cell("(" + literal + ")::" + type, false);
                var cell = desk.within("DateStyle", style, "SELECT v::text FROM cells");
                for (var part : DatePart.values()) {
                    var unit = part == DatePart.MONTH && tells ? "month" : "year";
                    var first =
                            zoned && iso
                                    ? "date_trunc('" + unit + "', v, 'UTC')"
                                    : "date_trunc('" + unit + "', v::timestamp)";
                    var mask = desk.mask(MaskSettings.date(part), false, new Styles(style, ""));

                    var seen =
                            latin(
                                    Objects.requireNonNull(
                                            mask.apply(bytes(cell), 0, cell.length())));

                    assertThat(desk.within("DateStyle", style, "SELECT '" + seen + "'::" + type))
                            .as(cell)
                            .isEqualTo(
                                    desk.within(
                                            "DateStyle",
                                            style,
                                            "SELECT ("
                                                    + first
                                                    + (zoned && !iso ? " AT TIME ZONE 'UTC'" : "")
                                                    + ")::"
                                                    + type
                                                    + " FROM cells"));
                }
            }
            desk.execute("RESET TimeZone");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ISO, MDY",
                "SQL, MDY",
                "SQL, DMY",
                "Postgres, MDY",
                "Postgres, DMY",
                "German, DMY"
            })
    void a_date_that_stands_for_all_is_written_as_the_server_writes_it(String style)
            throws Exception {
        for (var type : List.of("date", "timestamp", "timestamptz")) {
            var desk = new CellDesk(connection, type);
            desk.execute("SET TimeZone = 'UTC'");
            var mask = desk.mask(MaskSettings.REDACT, false, new Styles(style, ""));

            assertThat(latin(Objects.requireNonNull(mask.apply(new byte[0], 0, 0))))
                    .isEqualTo(desk.within("DateStyle", style, "SELECT '2000-01-01 UTC'::" + type));
            desk.execute("RESET TimeZone");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgres", "postgres_verbose", "sql_standard", "iso_8601"})
    void an_interval_is_nothing_as_the_server_writes_it(String style) throws Exception {
        var desk = new CellDesk(connection, "interval");

        var zero = desk.mask(MaskSettings.REDACT, false, new Styles("ISO", style));

        assertThat(latin(Objects.requireNonNull(zero.apply(new byte[0], 0, 0))))
                .isEqualTo(desk.within("IntervalStyle", style, "SELECT '0s'::interval"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"int2", "int4", "int8", "float8", "numeric", "numeric(30,5)"})
    void numbers_fall_into_the_buckets_that_the_server_counts(String type) throws Exception {
        var random = new Random(13);
        var desk = new CellDesk(connection, type);
        for (int i = 0; i < 100; i++) {
            int size = 2 + random.nextInt(1 << random.nextInt(1, 12));
            var number =
                    type.equals("int2")
                            ? String.valueOf(random.nextInt(60_000) - 28_000)
                            : type.equals("int4")
                                    ? String.valueOf(random.nextInt() / 2)
                                    : (random.nextLong() >> (type.equals("float8") ? 24 : 12))
                                            + (type.equals("int8")
                                                    ? ""
                                                    : "." + random.nextInt(100_000));
            for (boolean binary : List.of(false, true)) {
                assertThat(desk.masked(MaskSettings.bucket(size), number, binary))
                        .as(number + " by " + size)
                        .isEqualTo(
                                desk.ask(
                                        "SELECT (floor(v::numeric / 1 / %d) * %d)::%s::text FROM (SELECT %s::%s AS v) x"
                                                .formatted(size, size, type, number, type)));
            }
        }
    }

    @Test
    void arrays_keep_their_structure_whatever_stands_in_them() throws Exception {
        var random = new Random(17);
        var desk = new CellDesk(connection, "text[]");
        for (int i = 0; i < 150; i++) {
            var words = new ArrayList<String>();
            var same = new ArrayList<String>();
            for (int n = random.nextInt(4) * 2; n > 0; n--) {
                boolean none = random.nextInt(5) == 0;
                words.add(none ? "NULL" : "'" + word(random).replace("'", "''") + "'");
                same.add(none ? "NULL" : "'[pii.x]'");
            }
            var form = random.nextBoolean() ? "ARRAY[%s]::text[]" : "ARRAY[ARRAY[%s]]::text[]";
            for (boolean binary : List.of(false, true)) {
                assertThat(
                                desk.masked(
                                        MaskSettings.REDACT,
                                        form.formatted(String.join(",", words)),
                                        binary))
                        .isEqualTo(
                                desk.ask(
                                        "SELECT ("
                                                + form.formatted(String.join(",", same))
                                                + ")::text"));
            }
        }
    }

    private static String word(Random random) {
        var letters = "ab{},\"\\ \nNULéﬀ";
        var out = new StringBuilder();
        for (int i = random.nextInt(8); i > 0; i--) {
            out.append(letters.charAt(random.nextInt(letters.length())));
        }
        return out.toString();
    }

    @Test
    void a_partial_text_is_never_longer_than_its_column_and_hides_three_at_least()
            throws Exception {
        var random = new Random(19);
        var desk = new CellDesk(connection, "varchar(12)");
        var mask = desk.mask(MaskSettings.partial(2, 4), false, Styles.DEFAULT);
        for (int i = 0; i < 3000; i++) {
            var value =
                    random.ints(random.nextInt(13), 'a', 'z' + 1)
                            .collect(
                                    StringBuilder::new,
                                    StringBuilder::appendCodePoint,
                                    StringBuilder::append)
                            .toString();
            var cell = value.getBytes(StandardCharsets.UTF_8);

            var seen = latin(Objects.requireNonNull(mask.apply(cell, 0, cell.length)));

            assertThat(seen).hasSameSizeAs(value);
            long hidden = seen.chars().filter(c -> c == '*').count();
            assertThat(hidden).isGreaterThanOrEqualTo(Math.min(value.length(), 4));
        }
    }
}
