package dev.countersign.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.model.Outcome;
import org.junit.jupiter.api.Test;

/// What the conversation does not do right yet.
class PipelineGapsTest {
    private final Talk talk = new Talk();
    private final Pretender target = new Pretender();

    @Test
    void an_error_that_comes_before_the_rest_of_its_pipeline_skips_that_rest_too() {
        talk.client(Packet.parse("", "select fail"), Packet.bind("", ""), Packet.execute("", 0));
        Pretender.serve(talk, target);
        assertThat(talk.heard()).isEqualTo("1 2 E");

        talk.client(Packet.parse("", "update things"), Packet.bind("", ""), Packet.execute("", 0));
        Pretender.serve(talk, target);
        talk.client(Packet.sync());
        Pretender.serve(talk, target);

        assertThat(talk.malformed).isNull();
        assertThat(talk.heard()).isEqualTo("1 2 E ZI");
        assertThat(target.ran).containsExactly("select fail");
    }

    @Test
    void what_the_target_skipped_is_not_written_down_as_done() {
        talk.client(Packet.describe('S', "nobody"), Packet.flush());
        Pretender.serve(talk, target);

        talk.client(Packet.query("update things"), Packet.sync());
        Pretender.serve(talk, target);

        assertThat(target.ran).isEmpty();
        assertThat(talk.outcomes).noneMatch(one -> one.status() == Outcome.Status.OK);
    }

    @Test
    void a_row_of_a_query_that_comes_before_its_description_is_not_passed_on() {
        talk.client(Packet.query("select ssn from people"));

        talk.target(Packet.row("1", Talk.CANARY));

        assertThat(talk.text()).doesNotContain(Talk.CANARY);
        assertThat(talk.malformed).startsWith("TARGET");
    }
}
