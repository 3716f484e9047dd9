package dev.countersign.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.gate.Frame;
import dev.countersign.gate.MalformedFrame;
import dev.countersign.masking.MaskKeys;
import dev.countersign.masking.MaskSettings;
import dev.countersign.model.Facts;
import dev.countersign.model.Obligations;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ColumnMasksTest {
    private static final int TEXT = 25;
    private static final MaskKeys.Scoped KEYS = MaskKeys.fresh().scoped("shop", "session");
    private static final String CARD = "4000 1234 5678 9017";

    private static final Catalogue CATALOGUE =
            new CatalogueBuilder(
                            Map.of(
                                    "public.people.ssn",
                                    new PostgresTarget.ColumnSettings(
                                            "pii.ssn", MaskSettings.REDACT, "none"),
                                    "public.people.card",
                                    new PostgresTarget.ColumnSettings(
                                            "pci.pan", MaskSettings.partial(0, 4), "none")))
                    .relation(1, "public", "people", 'r')
                    .column(1, 1, "id")
                    .column(1, 2, "ssn")
                    .column(1, 3, "card")
                    .relation(2, "public", "contacts", 'v')
                    .column(2, 1, "reach")
                    .standsOn(2, 1)
                    .relation(3, "public", "things", 'r')
                    .column(3, 1, "name")
                    .build();

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);
    private final ColumnMasks masks = new ColumnMasks(() -> CATALOGUE, KEYS);
    private final Map<String, Long> counted = new HashMap<>();

    private static Shape.Column column(int table, int attribute, int type, int modifier) {
        return new Shape.Column("c", table, attribute, type, modifier, false);
    }

    private static Shape.Column text(int table, int attribute) {
        return column(table, attribute, TEXT, -1);
    }

    /// @param followed what lineage says of each column: `-` harmless, `L` labelled, `D` derived
    private RowMasks.@Nullable Plan plan(
            Obligations obligations, String followed, Shape.Column... shape) {
        return masks.plan(new Shape(List.of(shape)), obligations, outputs(followed));
    }

    private static Facts.Outputs outputs(String followed) {
        return new Facts.Outputs(
                followed.chars()
                        .mapToObj(one ->
                                switch (one) {
                                    case 'L' -> Facts.Origin.LABELLED;
                                    case 'D' -> Facts.Origin.DERIVED;
                                    default -> Facts.Origin.HARMLESS;
                                })
                        .toList(),
                false);
    }

    private List<@Nullable String> apply(RowMasks.@Nullable Plan plan, @Nullable String... cells)
            throws MalformedFrame {
        var row = Frame.whole('D', Unpooled.wrappedBuffer(Packet.row(cells)));
        var masked = Objects.requireNonNull(plan).apply(row, allocator, counted);
        var out = new ArrayList<@Nullable String>();
        try {
            assertThat(masked.readByte()).isEqualTo((byte) 'D');
            assertThat(masked.readInt()).isEqualTo(masked.readableBytes() + 4);
            int count = masked.readShort();
            for (int i = 0; i < count; i++) {
                int length = masked.readInt();
                out.add(
                        length < 0
                                ? null
                                : masked.readString(
                                        length, java.nio.charset.StandardCharsets.UTF_8));
            }
            assertThat(masked.isReadable()).isFalse();
        } finally {
            masked.release();
        }
        assertThat(allocator.metric().usedHeapMemory()).isZero();
        return out;
    }

    @Test
    void a_labelled_column_has_its_operator_and_its_neighbours_have_not() throws MalformedFrame {
        var plan = plan(Obligations.NONE, "-LL-", text(1, 1), text(1, 2), text(1, 3), text(0, 0));

        assertThat(apply(plan, "7", "536-90-4399", CARD, "sum"))
                .containsExactly("7", "[pii.ssn]", "**** **** **** 9017", "sum");
        assertThat(counted).containsOnly(Map.entry("pii.ssn", 1L), Map.entry("pci.pan", 1L));
    }

    @Test
    void a_null_stays_null_and_is_not_counted() throws MalformedFrame {
        var plan = plan(Obligations.NONE, "L", text(1, 2));

        assertThat(apply(plan, (String) null)).containsExactly((String) null);
        assertThat(counted).isEmpty();
    }

    @Test
    void an_obligation_makes_a_mask_stricter_by_a_pattern_of_labels() throws MalformedFrame {
        var redacted =
                new Obligations(
                        List.of(new Obligations.Masking(List.of("pci.*"), "redact")),
                        Obligations.UNLIMITED,
                        Obligations.UNLIMITED);

        assertThat(apply(plan(redacted, "L", text(1, 3)), CARD)).containsExactly("[pci.pan]");
    }

    @Test
    void of_several_obligations_the_strictest_counts() throws MalformedFrame {
        var both =
                new Obligations(
                        List.of(
                                new Obligations.Masking(List.of("pii.*"), "null"),
                                new Obligations.Masking(List.of("*"), "redact")),
                        Obligations.UNLIMITED,
                        Obligations.UNLIMITED);

        assertThat(apply(plan(both, "LL", text(1, 2), text(1, 3)), "536-90-4399", CARD))
                .containsExactly(null, "[pci.pan]");
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 18, 142, 143, 600, 2249, 3614, 3904, 16_400})
    void what_has_no_constant_of_its_type_is_null_in_either_format(int type) throws MalformedFrame {
        var text = column(1, 2, type, -1);
        var binary = new Shape.Column("c", 1, 2, type, -1, true);

        assertThat(apply(plan(Obligations.NONE, "LL", text, binary), "536904399", "x"))
                .containsOnlyNulls();
        assertThat(counted).containsOnly(Map.entry("pii.ssn", 2L));
    }

    @Test
    void a_numeric_shows_the_decimals_that_are_declared() throws MalformedFrame {
        var declared = column(1, 2, 1700, 4 + (10 << 16 | 2));
        var rounded = column(1, 2, 1700, 4 + (10 << 16 | 0x7FD));

        assertThat(apply(plan(Obligations.NONE, "LL", declared, rounded), "53.69", "53000"))
                .containsExactly("0.00", "0");
    }

    @Test
    void dates_are_written_as_the_session_reads_them() throws MalformedFrame {
        var date = column(1, 2, 1082, -1);
        var before = apply(plan(Obligations.NONE, "L", date), "1984-02-29");
        masks.reported("DateStyle", "German, DMY");
        masks.reported("application_name", "ISO");

        assertThat(before).containsExactly("2000-01-01");
        assertThat(apply(plan(Obligations.NONE, "L", date), "29.02.1984"))
                .containsExactly("01.01.2000");
    }

    @Test
    void a_cell_that_is_too_long_is_masked_whole_and_not_looked_into() throws MalformedFrame {
        var plan = plan(Obligations.NONE, "L", text(1, 3));

        assertThat(apply(plan, "4".repeat(CellMask.LONGEST)).getFirst()).endsWith("**4444");
        assertThat(apply(plan, "4".repeat(CellMask.LONGEST + 1))).containsExactly("[pci.pan]");
    }

    @Test
    void a_row_may_have_as_many_columns_as_the_server_knows() throws MalformedFrame {
        var columns = new Shape.Column[Shape.MAX_COLUMNS];
        var cells = new String[columns.length];
        Arrays.setAll(columns, i -> i % 2 == 0 ? text(1, 2) : text(3, 1));
        Arrays.fill(cells, "x");

        var seen = apply(plan(Obligations.NONE, "L-".repeat(columns.length / 2), columns), cells);

        assertThat(seen).hasSize(columns.length).containsOnly("[pii.ssn]", "x");
        assertThat(counted).containsOnly(Map.entry("pii.ssn", columns.length / 2L));
    }

    @Test
    void a_mask_is_never_longer_than_its_column() throws MalformedFrame {
        var varchar = plan(Obligations.NONE, "L", column(1, 2, 1043, 4 + 5));
        var name = plan(Obligations.NONE, "L", column(1, 2, 19, -1));

        assertThat(apply(varchar, "abcde")).containsExactly("[pii.");
        assertThat(apply(name, "abcde")).containsExactly("[pii.ssn]");
    }

    @Test
    void bytes_that_are_no_text_are_hidden_whole() throws MalformedFrame {
        var plan = Objects.requireNonNull(plan(Obligations.NONE, "L", text(1, 3)));
        var raw = Packet.of('D').int16(1).int32(2).int8(0xC3).int8(0x28).bytes();

        var masked = plan.apply(Frame.whole('D', Unpooled.wrappedBuffer(raw)), allocator, counted);

        assertThat(masked.toString(11, 9, java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo("[pci.pan]");
        masked.release();
    }

    @Test
    void what_stands_on_labelled_columns_or_is_not_known_is_null() throws MalformedFrame {
        var plan = plan(Obligations.NONE, "----", text(2, 1), text(99, 1), text(1, 9), text(1, 0));

        assertThat(apply(plan, "a", "b", "c", "d")).containsOnlyNulls();
        assertThat(counted).containsOnly(Map.entry("unproven", 4L));
    }

    @Test
    void of_an_unproven_column_nobody_can_tell_a_null_from_a_value() throws MalformedFrame {
        var plan = plan(Obligations.NONE, "--", text(2, 1), text(3, 1));

        assertThat(apply(plan, null, "x")).containsExactly(null, "x");
        assertThat(counted).containsOnly(Map.entry("unproven", 1L));
    }

    @Test
    void what_was_made_of_labelled_columns_is_null_in_every_row() throws MalformedFrame {
        var plan = plan(Obligations.NONE, "LD-", text(1, 2), text(0, 0), text(3, 1));

        assertThat(apply(plan, "a", CARD, "thing")).containsExactly("[pii.ssn]", null, "thing");
        assertThat(apply(plan, "a", null, "thing")).containsExactly("[pii.ssn]", null, "thing");
    }

    @ParameterizedTest
    @CsvSource({"-, 1, 2", "L, 0, 0", "L, 3, 1", "D, 3, 1", "L, 2, 1"})
    void where_origin_and_lineage_disagree_the_column_is_null(
            String followed, int table, int attribute) throws MalformedFrame {
        assertThat(apply(plan(Obligations.NONE, followed, text(table, attribute)), CARD))
                .containsOnlyNulls();
    }

    @Test
    void of_a_result_that_is_not_as_long_as_was_foreseen_nothing_is_passed() throws MalformedFrame {
        var plan = plan(Obligations.NONE, "-", text(1, 1), text(1, 2), text(0, 0));

        assertThat(apply(plan, "7", "536-90-4399", "x")).containsOnlyNulls();
    }

    @Test
    void a_result_without_columns_has_no_cells() throws MalformedFrame {
        var plan = plan(Obligations.NONE, "");

        assertThat(apply(plan)).isEmpty();
        assertThatThrownBy(() -> apply(plan, CARD)).isInstanceOf(MalformedFrame.class);
        assertThat(allocator.metric().usedHeapMemory()).isZero();
    }

    @Test
    void nothing_is_planned_where_nothing_is_to_be_done() {
        assertThat(plan(Obligations.NONE, "---", text(3, 1), text(0, 0), text(1, 1))).isNull();
        assertThat(
                        new ColumnMasks(() -> Catalogue.EMPTY, KEYS)
                                .plan(
                                        new Shape(List.of(text(1, 2))),
                                        Obligations.NONE,
                                        outputs("L")))
                .isNull();
    }

    @Test
    void a_broken_row_leaks_no_buffer() {
        var plan = Objects.requireNonNull(plan(Obligations.NONE, "LL", text(1, 2), text(1, 2)));
        for (int cut = 5; cut < 30; cut++) {
            var row = Packet.row("536-90-4399", "x");
            var broken = Unpooled.wrappedBuffer(row, 0, Math.min(cut, row.length - 1));
            assertThatThrownBy(() -> plan.apply(Frame.whole('D', broken), allocator, counted))
                    .isInstanceOf(MalformedFrame.class);
        }
        assertThat(allocator.metric().usedHeapMemory()).isZero();
    }
}
