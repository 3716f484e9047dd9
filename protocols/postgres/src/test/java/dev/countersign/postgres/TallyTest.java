package dev.countersign.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.model.Bytes;
import dev.countersign.model.Hash;
import dev.countersign.model.Seen;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Rows, bytes and digests of an answer, and what of it is recorded, through a conversation.
class TallyTest {
    private static final Packet.Column NAME = new Packet.Column("name", Talk.THINGS, 1, 25);

    private final Talk talk = new Talk();

    @ParameterizedTest
    @CsvSource({
        "UPDATE 17, 17",
        "INSERT 0 5, 5",
        "DELETE 0, 0",
        "MERGE 3, 3",
        "SELECT 9, 0",
        "FETCH 9, 0",
        "BEGIN, 0",
        "CREATE TABLE, 0",
        "UPDATE 99999999999999999999, 0",
        "UPDATE -1, 0"
    })
    void a_tag_tells_the_rows_that_a_command_changed(String tag, long rows) {
        talk.client(Packet.query("update things"));
        talk.target(Packet.complete(tag), Packet.ready('I'));

        assertThat(talk.outcomes.getFirst().rows()).isEqualTo(rows);
    }

    @Test
    void a_tag_without_an_end_is_no_tag() {
        talk.client(Packet.query("update things"));
        talk.target(Packet.of('C').text("UPDATE 1").bytes());

        assertThat(talk.hungUp).isEqualTo("target-protocol");
    }

    @Test
    void the_digest_is_over_the_rows_as_the_client_was_sent_them() {
        var one = Packet.row("a".repeat(3_000));
        var two = Packet.row("b");
        talk.client(Packet.query("select name"));
        talk.target(
                Packet.rowDescription(NAME),
                one,
                two,
                Packet.complete("SELECT 2"),
                Packet.ready('I'));

        var outcome = talk.outcomes.getFirst();
        assertThat(outcome.rows()).isEqualTo(2);
        assertThat(outcome.bytes()).isEqualTo(one.length + two.length);
        assertThat(outcome.response()).isEqualTo(Hash.sha256(Packet.all(one, two)));
    }

    @Test
    void a_row_in_pieces_counts_once_and_has_the_same_digest() throws Exception {
        var row = Packet.row("a".repeat(3_000));
        talk.client(Packet.query("select name"));
        talk.target(Packet.rowDescription(NAME));
        talk.inPieces(row, 1_000);
        talk.target(Packet.complete("SELECT 1"), Packet.ready('I'));

        var outcome = talk.outcomes.getFirst();
        assertThat(outcome.rows()).isEqualTo(1);
        assertThat(outcome.response()).isEqualTo(Hash.sha256(row));
        assertThat(talk.heard()).isEqualTo("T D C ZI");
    }

    @Test
    void a_recording_keeps_the_first_rows_and_no_more_bytes_than_it_may() {
        talk.client(Packet.query("select name"));
        talk.target(Packet.rowDescription(NAME), Packet.row("x".repeat(2_000)));
        for (int i = 0; i < 20; i++) {
            talk.target(Packet.row("row " + i));
        }
        talk.target(Packet.complete("SELECT 21"), Packet.ready('I'));

        var tables =
                talk.seen.stream()
                        .filter(Seen.Table.class::isInstance)
                        .map(Seen.Table.class::cast)
                        .toList();
        assertThat(tables)
                .singleElement()
                .satisfies(table -> {
                    assertThat(table.columns()).containsExactly("name");
                    assertThat(table.rows()).hasSize(10);
                    assertThat(table.rows().getFirst().cells())
                            .containsExactly(new Seen.Cell(Bytes.utf8("row 0")));
                });
    }

    @Test
    void a_recording_shows_the_mask_and_never_the_value() {
        talk.client(Packet.query("select ssn"));
        talk.target(
                Packet.rowDescription(new Packet.Column("ssn", Talk.PEOPLE, 2, 25)),
                Packet.row(Talk.CANARY),
                Packet.row((String) null),
                Packet.complete("SELECT 2"),
                Packet.ready('I'));

        assertThat(talk.seen.toString()).doesNotContain("536-90");
        var json = new StringBuilder();
        var action = dev.countersign.model.ActionId.fresh();
        talk.seen.forEach(
                one -> json.append(new String(one.line(action, 0), StandardCharsets.UTF_8)));
        assertThat(json.toString()).contains("[pii.ssn]").doesNotContain("536-90");
        assertThat(talk.outcomes.getFirst().masked()).containsEntry("pii.ssn", 1L);
    }

    @Test
    void many_answers_without_an_end_are_written_down_all_the_same() {
        for (int i = 0; i < Outcomes.MAX_WAITING + 2; i++) {
            talk.client(Packet.parse("s" + i, "select 1"), Packet.flush());
            talk.target(Packet.empty('1'));
        }

        assertThat(talk.outcomes).hasSizeGreaterThanOrEqualTo(Outcomes.MAX_WAITING);
    }
}
