package dev.countersign.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.model.Seen;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A target with detectors and no labels: what is found in its words beside rows.
class DetectedWordsTest {
    private static final String CARD = "4111 1111 1111 1111";

    private Talk talk = Talk.detecting();

    @AfterEach
    void no_card_came_through_and_nothing_leaks() {
        assertThat(talk.text()).doesNotContain("4111");
        assertThat(talk.seen.toString()).doesNotContain("4111");
        talk.close();
    }

    private static byte[] report(char tag, String... kindsAndTexts) {
        var packet = Packet.of(tag).int8('S').cstring("ERROR").int8('V').cstring("ERROR");
        packet.int8('C').cstring("22P02");
        for (int i = 0; i < kindsAndTexts.length; i += 2) {
            packet.int8(kindsAndTexts[i].charAt(0)).cstring(kindsAndTexts[i + 1]);
        }
        return packet.int8(0).bytes();
    }

    @ParameterizedTest
    @ValueSource(
            chars = {'M', 'D', 'H', 'W', 'q', 's', 't', 'c', 'd', 'n', 'F', 'L', 'R', 'S', 'z'})
    void each_field_of_an_error_is_looked_at(char kind) {
        talk.client(Packet.query("select name"));

        talk.target(
                report('E', "M", "no", String.valueOf(kind), "for " + CARD + "!"),
                Packet.ready('I'));

        assertThat(talk.heard()).isEqualTo("E ZI");
        assertThat(talk.text()).contains("for [CREDIT_CARD]!", "22P02");
        assertThat(talk.outcomes.getFirst().masked()).containsEntry("CREDIT_CARD", 1L);
    }

    @Test
    void each_field_is_a_value_of_its_own() {
        talk.client(Packet.query("select name"));

        talk.target(
                report('E', "M", "4000 1234", "D", "5678 9017", "H", "a@example.org"),
                Packet.ready('I'));

        assertThat(talk.text()).contains("4000 1234", "5678 9017", "[EMAIL]");
        assertThat(talk.outcomes.getFirst().masked()).isEqualTo(java.util.Map.of("EMAIL", 1L));
    }

    @Test
    void where_nothing_is_found_nothing_is_changed() {
        var error = report('E', "M", "no", "x", "of a kind that is new", "D", "5 rows, \u00e9");
        talk.client(Packet.query("select name"));

        talk.target(error);

        assertThat(talk.said.toByteArray()).isEqualTo(error);
    }

    @Test
    void the_recording_holds_the_message_as_it_was_seen() {
        talk.client(Packet.query("select name"));

        talk.target(report('E', "M", "no " + CARD), Packet.ready('I'));

        assertThat(talk.seen).contains(new Seen.Text("error", "22P02 no [CREDIT_CARD]"));
    }

    @ParameterizedTest
    @ValueSource(chars = {'M', 'D', 'H', 'W'})
    void a_notice_is_looked_at_and_counts_with_what_runs(char kind) {
        talk.client(Packet.query("select name"));

        talk.target(
                report('N', String.valueOf(kind), CARD),
                Packet.complete("SELECT 0"),
                Packet.ready('I'));

        assertThat(talk.heard()).isEqualTo("N C ZI");
        assertThat(talk.text()).contains("[CREDIT_CARD]");
        assertThat(talk.outcomes.getFirst().masked()).containsEntry("CREDIT_CARD", 1L);
    }

    @Test
    void what_fails_at_the_end_counts_with_what_waits_for_it() {
        talk.client(
                Packet.parse("", "update things"),
                Packet.bind("", ""),
                Packet.execute("", 0),
                Packet.sync());

        talk.target(
                Packet.empty('1'),
                Packet.empty('2'),
                Packet.empty('n'),
                Packet.complete("UPDATE 1"),
                report('E', "D", "Key (card)=(" + CARD + ") already exists."),
                Packet.ready('I'));

        assertThat(talk.text()).contains("Key (card)=([CREDIT_CARD]) already exists.");
        assertThat(talk.outcomes.getLast().masked()).containsEntry("CREDIT_CARD", 1L);
    }

    @Test
    void what_nobody_asked_for_is_looked_at_too() {
        talk.target(report('N', "M", CARD), report('E', "M", CARD));

        assertThat(talk.heard()).isEqualTo("N E");
        assertThat(talk.text()).contains("[CREDIT_CARD]");
    }

    @ParameterizedTest
    @CsvSource({
        "application_name, [CREDIT_CARD]",
        "TimeZone, [CREDIT_CARD]",
        "new.one, [CREDIT_CARD]"
    })
    void a_setting_that_the_target_reports_is_looked_at(String name, String seen) {
        talk.client(Packet.query("select name"));

        talk.target(
                Packet.parameterStatus(name, CARD), Packet.complete("SELECT 0"), Packet.ready('I'));

        assertThat(talk.said.toByteArray()).startsWith(Packet.parameterStatus(name, seen));
        assertThat(talk.outcomes.getFirst().masked()).containsEntry("CREDIT_CARD", 1L);
    }

    @Test
    void a_setting_with_nothing_in_it_is_as_it_was() {
        var status = Packet.parameterStatus("DateStyle", "ISO, MDY");

        talk.target(status);

        assertThat(talk.said.toByteArray()).isEqualTo(status);
    }

    @Test
    void where_something_is_labelled_the_words_stay_withheld() {
        talk = new Talk();
        talk.client(Packet.query("select ssn from people"));

        talk.target(report('E', "M", CARD), Packet.ready('I'));

        assertThat(talk.text()).doesNotContain("CREDIT_CARD");
    }

    @Test
    void a_word_of_the_longest_is_looked_through() {
        talk.client(Packet.query("select name"));
        var filler = "x".repeat(300_000);

        talk.target(report('E', "M", filler + " " + CARD + " " + filler), Packet.ready('I'));

        assertThat(talk.text()).contains("x [CREDIT_CARD] x");
    }

    @Test
    void what_stands_behind_a_zero_inside_a_field_is_no_field() {
        talk.client(Packet.query("select name"));

        talk.target(report('E', "M", "no\0" + CARD));

        assertThat(talk.hungUp).isEqualTo("target-protocol");
    }

    @Test
    void the_next_error_has_counts_of_its_own() {
        for (var _ : List.of(1, 2)) {
            talk.client(Packet.query("select name"));
            talk.target(report('E', "M", CARD), Packet.ready('I'));
        }

        assertThat(talk.outcomes)
                .hasSize(2)
                .allSatisfy(one -> assertThat(one.masked()).containsEntry("CREDIT_CARD", 1L));
    }
}
