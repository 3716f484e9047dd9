package dev.countersign.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.gate.MalformedFrame;
import dev.countersign.masking.MaskKeys;
import dev.countersign.masking.MaskSettings;
import dev.countersign.model.Facts;
import dev.countersign.model.Facts.Form;
import dev.countersign.model.Obligations;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A copy of `id`, `ssn` (redact), `card` (partial, last 4) and something made of them.
class CopyMaskTest {
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
                    .build();

    private static final List<Facts.Output> COLUMNS =
            List.of(
                    Facts.Output.HARMLESS,
                    new Facts.Output(Facts.Origin.LABELLED, "public.people.ssn"),
                    new Facts.Output(Facts.Origin.LABELLED, "public.people.card"),
                    Facts.Output.DERIVED);

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);
    private final Map<String, Long> counted = new HashMap<>();

    private CopyMask mask(Form form) {
        var masks = new ColumnMasks(() -> CATALOGUE, MaskKeys.fresh().scoped("shop", "session"));
        return Objects.requireNonNull(
                masks.copy(new Facts.Outputs(COLUMNS, false, form), Obligations.NONE, counted));
    }

    /// All that leaves, its messages one after the other, when it comes in pieces of this size.
    private byte[] copied(Form form, byte[] stream, int piece) throws MalformedFrame {
        var mask = mask(form);
        var out = Unpooled.buffer();
        for (int at = 0; at < stream.length; at += piece) {
            var in = Unpooled.wrappedBuffer(stream);
            int end = Math.min(stream.length, at + piece);
            mask.feed(
                    in,
                    at,
                    end,
                    allocator,
                    row -> {
                        assertThat(row.getByte(row.readerIndex())).isEqualTo((byte) 'd');
                        assertThat(row.getInt(row.readerIndex() + 1))
                                .isEqualTo(row.readableBytes() - 1);
                        out.writeBytes(row, row.readerIndex() + 5, row.readableBytes() - 5);
                        row.release();
                    });
        }
        mask.end();
        assertThat(allocator.metric().usedHeapMemory()).isZero();
        var all = new byte[out.readableBytes()];
        out.readBytes(all);
        return all;
    }

    private void becomes(Form form, byte[] stream, byte[] expected) throws MalformedFrame {
        for (int piece = 1; piece <= stream.length; piece++) {
            assertThat(copied(form, stream, piece)).as("in pieces of " + piece).isEqualTo(expected);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void text_is_masked_field_by_field_wherever_it_is_cut() throws MalformedFrame {
        becomes(
                Form.TEXT,
                utf8(
                        "7\t536-90-4399\t4000 1234 5678 9017\tx\n8\t\\N\ta\\\\\\tb\\n4000123456789017\t\\N\n"),
                utf8(
                        "7\t[pii.ssn]\t**** **** **** 9017\t\\N\n8\t\\N\t*\\\\\\t*\\n************9017\t\\N\n"));
        assertThat(counted).containsKeys("pii.ssn", "pci.pan", "unproven");
    }

    @Test
    void names_of_columns_pass() throws MalformedFrame {
        becomes(
                Form.TEXT_WITH_NAMES,
                utf8("id\tssn\tcard\tmade\n7\tx\ty\tz\n"),
                utf8("id\tssn\tcard\tmade\n7\t[pii.ssn]\t*\t\\N\n"));
        becomes(
                Form.CSV_WITH_NAMES,
                utf8("id,\"a\nb\",card,made\n7,x,y,z\n"),
                utf8("id,\"a\nb\",card,made\n7,\"[pii.ssn]\",\"*\",\n"));
    }

    @Test
    void csv_is_masked_inside_of_quotes_and_over_lines() throws MalformedFrame {
        becomes(
                Form.CSV,
                utf8(
                        """
                        "7, or
                        8","5""36
                        -90","4000,1234,5678,9017",x
                        9,,"",
                        """),
                utf8(
                        """
                        "7, or
                        8","[pii.ssn]","****,****,****,9017",
                        9,,"",
                        """));
    }

    private static byte[] binary(String... cells) {
        var out = ByteBuffer.allocate(1 << 10);
        out.put(new byte[] {'P', 'G', 'C', 'O', 'P', 'Y', '\n', -1, '\r', '\n', 0});
        out.putInt(0).putInt(0);
        for (int at = 0; at < cells.length; at += 4) {
            out.putShort((short) 4);
            for (int i = at; i < at + 4; i++) {
                if (cells[i].equals("NULL")) {
                    out.putInt(-1);
                } else {
                    out.putInt(utf8(cells[i]).length).put(utf8(cells[i]));
                }
            }
        }
        out.putShort((short) -1);
        var all = new byte[out.position()];
        out.flip().get(all);
        return all;
    }

    @Test
    void binary_is_masked_by_the_lengths_of_its_cells() throws MalformedFrame {
        becomes(
                Form.BINARY,
                binary("7", "536-90-4399", "4000123456789017", "x", "8", "NULL", "NULL", "NULL"),
                binary("7", "[pii.ssn]", "************9017", "NULL", "8", "NULL", "NULL", "NULL"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"7\tx\ty\n", "7\tx\ty\tz\tmore\n", "7\tx\ty\tz", "\n"})
    void a_row_that_is_none_of_this_copy_is_not_passed_on(String stream) {
        assertThatThrownBy(() -> copied(Form.TEXT, utf8(stream), 3))
                .isInstanceOf(MalformedFrame.class);
        assertThat(allocator.metric().usedHeapMemory()).isZero();
    }

    @Test
    void a_broken_binary_copy_is_not_passed_on() {
        var good = binary("7", "536-90-4399", "4000123456789017", "x");
        var lists = new ArrayList<byte[]>();
        for (int at : List.of(0, 10, 12, 18, 20, 21)) {
            var bad = good.clone();
            bad[at] ^= 0x55;
            lists.add(bad);
        }
        lists.add(java.util.Arrays.copyOf(good, good.length - 1));
        lists.add(java.util.Arrays.copyOf(good, good.length + 1));
        for (var bad : lists) {
            assertThatThrownBy(() -> copied(Form.BINARY, bad, 5))
                    .isInstanceOf(MalformedFrame.class);
        }
        assertThat(allocator.metric().usedHeapMemory()).isZero();
    }

    @ParameterizedTest
    @EnumSource(names = {"TEXT", "CSV", "BINARY"})
    void a_row_that_is_too_long_is_not_held(Form form) {
        var mask = mask(form);
        var much = Unpooled.wrappedBuffer(new byte[1 << 20]);
        much.setBytes(0, new byte[] {'P', 'G', 'C', 'O', 'P', 'Y', '\n', -1, '\r', '\n', 0});
        much.setInt(19, 0x0004_7FFF).setInt(21, Integer.MAX_VALUE);
        if (form != Form.BINARY) {
            much.setBytes(0, new byte[32]);
        }

        assertThatThrownBy(
                        () -> {
                            for (int i = 0; i < 20; i++) {
                                mask.feed(much, 0, 1 << 20, allocator, row -> row.release());
                            }
                        })
                .isInstanceOf(MalformedFrame.class)
                .hasMessageContaining("cannot be masked");
    }

    @Test
    void a_copy_of_which_nobody_knows_the_columns_is_not_passed_on() {
        var masks = new ColumnMasks(() -> CATALOGUE, MaskKeys.fresh().scoped("shop", "session"));
        var mask =
                Objects.requireNonNull(
                        masks.copy(Facts.Outputs.UNKNOWN, Obligations.NONE, counted));

        assertThatThrownBy(() ->
                        mask.feed(
                                Unpooled.wrappedBuffer(utf8("7\tx\n")),
                                0,
                                4,
                                allocator,
                                row -> row.release()))
                .isInstanceOf(MalformedFrame.class);
    }
}
