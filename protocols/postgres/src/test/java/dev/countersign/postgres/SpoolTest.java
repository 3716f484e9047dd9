package dev.countersign.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.gate.Asked;
import dev.countersign.gate.Conversation.Timer;
import dev.countersign.model.ActionId;
import dev.countersign.model.Bytes;
import dev.countersign.model.Outcome;
import dev.countersign.model.Principal;
import dev.countersign.model.Request;
import dev.countersign.model.Spooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A COPY that people are asked about: its client is invited to send, and nothing reaches the
/// target before they have seen that and said yes.
class SpoolTest {
    private static final byte[] COPY = Packet.query("copy ask from stdin");

    private final Talk talk = Talk.reviewed();

    @AfterEach
    void nothing_is_left() {
        talk.close();
    }

    private static byte[] data(String text) {
        return Packet.of('d').text(text).bytes();
    }

    private static byte[] done() {
        return Packet.of('c').bytes();
    }

    private void poisoned() {
        talk.target(Packet.error("42601", "syntax error"), Packet.ready('I'));
    }

    @Test
    void its_client_is_invited_before_anybody_is_asked() {
        talk.client(COPY);

        assertThat(talk.heard()).isEqualTo("G");
        assertThat(talk.reviews.views()).isEmpty();
        assertThat(talk.sent).isEmpty();
        assertThat(Talk.messages(talk.said.toByteArray()).getFirst())
                .isEqualTo(Packet.of('G').int8(0).int16(3).int16(0).int16(0).int16(0).bytes());
    }

    @Test
    void approved_it_goes_with_exactly_what_was_sent() {
        talk.client(COPY, data("1\n"), data("2"), Packet.flush(), data("2\n"), done());
        assertThat(talk.reviews.views()).hasSize(1);
        talk.rule(true, "");
        assertThat(talk.forwarded()).isEqualTo("Q");

        talk.target(Packet.of('G').int8(0).int16(0).bytes());

        assertThat(talk.forwarded()).isEqualToIgnoringCase("Qdc");
        assertThat(talk.sent.get(1).bytes().toArray()).isEqualTo(data("1\n22\n"));
        talk.target(Packet.complete("COPY 2"), Packet.ready('I'));
        assertThat(talk.heard()).as("the invitation is told once").isEqualTo("G N S S C ZI");
        assertThat(talk.outcomes)
                .singleElement()
                .extracting(Outcome::stream)
                .isEqualTo(Spooled.of("1\n22\n".getBytes(StandardCharsets.US_ASCII)).digest());
    }

    @Test
    void its_client_hears_what_stands_before_it_first() {
        talk.client(Packet.all(Packet.query("update x"), COPY));
        assertThat(talk.forwarded()).isEqualTo("Q");
        assertThat(talk.heard()).isEmpty();

        talk.target(Packet.complete("UPDATE 1"), Packet.ready('I'));

        assertThat(talk.heard()).isEqualTo("C ZI G");
        talk.client(data("1\n"), done());
        assertThat(talk.reviews.views()).hasSize(1);
    }

    @Test
    void inside_of_a_pipeline_nobody_is_invited() {
        talk.client(Packet.all(Packet.parse("s", "update x"), COPY, Packet.sync()));

        assertThat(talk.heard()).doesNotContain("G");
        assertThat(talk.reviews.views()).isEmpty();
        assertThat(talk.forwardedText()).doesNotContain("copy");
    }

    @Test
    void a_target_that_asks_for_it_twice_ends_the_session() {
        talk.client(COPY, data("1\n"), done());
        talk.rule(true, "");

        talk.target(
                Packet.of('G').int8(0).int16(0).bytes(), Packet.of('G').int8(0).int16(0).bytes());

        assertThat(talk.forwarded()).isEqualToIgnoringCase("Qdc");
        assertThat(talk.hungUp).isEqualTo("target-protocol");
    }

    @Test
    void rejected_nothing_of_it_is_sent() {
        talk.client(COPY, data("1\n"), done());
        talk.rule(false, "no");
        poisoned();

        assertThat(talk.forwardedText()).doesNotContain("copy", "1\n");
        assertThat(talk.heard()).isEqualTo("G N S S E ZI");
    }

    @Test
    void other_rows_are_another_review() {
        talk.client(COPY, data("1\n"), done());
        talk.conversation.due(Timer.END_OF_HOLD, talk);
        talk.pump();
        poisoned();

        talk.client(COPY, data("2\n"), done());

        assertThat(talk.reviews.views()).hasSize(2);
    }

    @Test
    void what_its_client_takes_back_is_refused() {
        talk.client(COPY, data("1\n"), Packet.of('f').cstring("no").bytes());
        poisoned();

        assertThat(talk.text()).contains("cannot be shown to anybody", "taken back");
        assertThat(talk.reviews.views()).isEmpty();
    }

    @Test
    void a_cancel_takes_it_back() {
        talk.client(COPY, data("1\n"));

        talk.conversation.cancel(talk);
        talk.pump();
        poisoned();

        assertThat(talk.text()).contains("cannot be shown to anybody");
        assertThat(talk.conversation.listening()).isTrue();
    }

    @Test
    void who_takes_too_long_to_send_is_refused() {
        talk.client(COPY, data("1\n"));
        assertThat(talk.wakes).contains(Spools.LIMIT);

        talk.conversation.due(Timer.IDLE, talk);
        talk.pump();
        poisoned();
        talk.client(data("2\n"), done(), Packet.query("update x"));

        assertThat(talk.text()).contains("cannot be shown to anybody");
        assertThat(talk.forwardedText()).endsWith("update x\0");
    }

    @Test
    void more_than_anybody_reads_is_forgotten_and_refused() {
        talk.client(COPY, data("x".repeat(Spooled.MAX_BYTES)), data("y"), data("z"), done());
        poisoned();

        assertThat(talk.text()).contains("cannot be shown to anybody", "1 MiB");
    }

    @Test
    void anything_but_rows_ends_the_session() {
        talk.client(COPY, data("1\n"), Packet.query("update x"));

        assertThat(talk.malformed).contains("a copy is under way");
        assertThat(talk.sent).isEmpty();
    }

    @Test
    void a_client_that_goes_meanwhile_asks_nobody() {
        talk.client(COPY, data("1\n"));

        talk.conversation.clientGone(talk);

        assertThat(talk.reviews.views()).isEmpty();
        assertThat(talk.hungUp).isEqualTo("client-gone");
    }

    @Test
    void not_more_than_so_many_sessions_hold_rows_back() {
        var spools = new Spools();
        var item =
                new Item.Query(
                        Bytes.EMPTY,
                        0,
                        new Asked(ActionId.fresh(), Request.of(Bytes.EMPTY)),
                        "",
                        false);
        var all = new ArrayList<Spool>();
        for (int i = 0; i < Spools.MAX_AT_ONCE; i++) {
            var actor = new Principal.Party("https://idp", "agent " + i / Spools.MAX_OF_ONE);
            all.add(Objects.requireNonNull(spools.begin(item, actor)));
        }
        var another = new Principal.Party("https://idp", "another");

        assertThat(spools.begin(item, another)).isNull();
        spools.ended(all.getFirst());
        assertThat(spools.begin(item, all.getLast().actor())).as("has its share").isNull();
        assertThat(spools.begin(item, another)).isNotNull();
        assertThat(all).hasSize(Spools.MAX_AT_ONCE);
    }
}
