package dev.countersign.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.model.Seen;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Golden scripts: what a client says, what the target gets, what the client hears. Longer than 400
/// lines, because each script stands whole.
class ConversationTest {
    private final Talk talk = new Talk();
    private final Pretender target = new Pretender();

    private Talk says(byte[]... messages) {
        talk.client(messages);
        Pretender.serve(talk, target);
        return talk;
    }

    @AfterEach
    void what_runs_was_judged_and_nothing_leaks() {
        assertThat(target.unjudged).isEmpty();
        assertThat(talk.text()).doesNotContain(Talk.CANARY);
        talk.close();
    }

    @Test
    void a_simple_query() {
        says(Packet.query("select name from things"));

        assertThat(talk.forwarded()).isEqualTo("Q");
        assertThat(talk.heard()).isEqualTo("T D D D D C ZI");
        assertThat(talk.settledFrames).isOne();
        assertThat(talk.outcomes).singleElement().matches(one -> one.rows() == 4);
    }

    @Test
    void an_empty_query() {
        says(Packet.query(""));

        assertThat(talk.heard()).isEqualTo("I ZI");
    }

    @Test
    void many_statements_of_one_query_have_one_end() {
        says(Packet.query("select 1; update things; select ssn"));

        assertThat(talk.heard()).isEqualTo("T D D D D C C T D D D D C ZI");
        assertThat(talk.outcomes).hasSize(1);
    }

    @Test
    void a_labelled_column_is_masked_in_a_simple_query() {
        says(Packet.query("select ssn from people"));

        assertThat(talk.text()).contains("[pii.ssn]");
        assertThat(talk.outcomes.getFirst().masked()).containsEntry("pii.ssn", 4L);
    }

    @Test
    void a_labelled_column_that_lost_its_origin_is_nothing() {
        says(Packet.query("select lost ssn"));

        assertThat(talk.heard()).isEqualTo("T D D D D C ZI");
        assertThat(talk.outcomes.getFirst().masked()).containsEntry("unproven", 4L);
    }

    @Test
    void the_extended_protocol() {
        says(
                Packet.parse("", "select name from things"),
                Packet.bind("", ""),
                Packet.describe('P', ""),
                Packet.execute("", 0),
                Packet.sync());

        assertThat(talk.forwarded()).isEqualTo("PBdEs");
        assertThat(talk.heard()).isEqualTo("1 2 T D D D D C ZI");
        assertThat(talk.outcomes).hasSize(2);
    }

    @Test
    void a_labelled_column_is_masked_though_nobody_described_it() {
        says(
                Packet.parse("", "select ssn from people"),
                Packet.bind("", ""),
                Packet.execute("", 0),
                Packet.sync());

        assertThat(talk.forwarded()).isEqualTo("PBdEs");
        assertThat(talk.heard()).isEqualTo("1 2 D D D D C ZI");
        assertThat(talk.text()).contains("[pii.ssn]");
    }

    @Test
    void a_prepared_statement_that_is_executed_again_is_masked_again() {
        says(Packet.parse("s", "select ssn from people"), Packet.sync());
        for (int i = 0; i < 3; i++) {
            says(Packet.bind("", "s"), Packet.execute("", 0), Packet.sync());
        }

        assertThat(talk.heard()).isEqualTo("1 ZI" + " 2 D D D D C ZI".repeat(3));
        assertThat(talk.outcomes).hasSize(4);
    }

    @Test
    void many_groups_may_be_under_way() {
        talk.client(
                Packet.parse("", "select 1"),
                Packet.bind("", ""),
                Packet.execute("", 0),
                Packet.sync(),
                Packet.parse("", "select 2"),
                Packet.bind("", ""),
                Packet.execute("", 0),
                Packet.sync(),
                Packet.query("select 3"));

        assertThat(talk.sent.stream().filter(one -> !one.own()).count())
                .as("only the Bind of a name in doubt waits")
                .isGreaterThanOrEqualTo(4);
        Pretender.serve(talk, target);

        assertThat(talk.heard()).isEqualTo("1 2 D D D D C ZI 1 2 D D D D C ZI T D D D D C ZI");
    }

    @Test
    void every_page_of_a_portal_with_a_row_limit_is_masked() {
        says(
                Packet.query("begin"),
                Packet.parse("", "select ssn from people"),
                Packet.bind("p", ""),
                Packet.describe('P', "p"),
                Packet.execute("p", 3),
                Packet.sync());
        says(Packet.execute("p", 3), Packet.sync());
        says(Packet.query("commit"));

        assertThat(talk.heard()).isEqualTo("C ZT 1 2 T D D D s ZT D C ZT C ZI");
        assertThat(talk.text()).contains("[pii.ssn]");
    }

    @Test
    void a_refusal_in_a_query_is_an_error_of_the_targets_own() {
        says(Packet.query("bad"));

        assertThat(talk.forwardedText()).doesNotContain("bad");
        assertThat(talk.heard()).isEqualTo("E ZI");
        assertThat(talk.text()).contains("ZC010").contains("bad is denied");
    }

    @Test
    void a_refusal_inside_a_transaction_fails_it_at_the_target_too() {
        says(Packet.query("begin"));
        says(Packet.query("bad"));
        says(Packet.query("select 1"));
        says(Packet.query("rollback"));

        assertThat(talk.heard()).startsWith("C ZT E Z").endsWith("C ZI");
        assertThat(target.ran).contains("begin", "rollback");
    }

    @Test
    void a_refusal_in_the_middle_of_a_pipeline_skips_to_the_sync_and_no_further() {
        says(
                Packet.parse("", "select 1"),
                Packet.bind("", ""),
                Packet.execute("", 0),
                Packet.parse("", "bad"),
                Packet.bind("", ""),
                Packet.execute("", 0),
                Packet.sync(),
                Packet.query("select 2"));

        assertThat(talk.heard()).isEqualTo("1 2 D D D D C E ZI T D D D D C ZI");
        assertThat(talk.forwardedText()).doesNotContain("bad").contains("countersign_poison");
        assertThat(target.ran).containsExactly("select 1", "select 2");
    }

    @Test
    void a_poison_does_not_take_the_unnamed_statement_away() {
        says(Packet.parse("", "select 1"), Packet.sync());
        says(Packet.parse("x", "bad"), Packet.sync());
        says(Packet.bind("", ""), Packet.execute("", 0), Packet.sync());

        assertThat(talk.heard()).isEqualTo("1 ZI E ZI 2 D D D D C ZI");
    }

    @Test
    void what_needs_an_approval_may_be_prepared_and_not_run() {
        says(Packet.parse("s", "ask things"), Packet.sync());
        says(Packet.bind("", "s"), Packet.execute("", 0), Packet.sync());

        assertThat(talk.heard()).isEqualTo("1 ZI E ZI");
        assertThat(target.ran).isEmpty();
    }

    @Test
    void an_execute_of_a_portal_that_nobody_bound_is_refused() {
        says(Packet.execute("nobody", 0), Packet.sync());

        assertThat(talk.heard()).isEqualTo("E ZI");
    }

    @Test
    void an_error_in_the_pipeline_drops_what_is_owed_up_to_the_sync() {
        says(
                Packet.parse("", "select fail"),
                Packet.bind("", ""),
                Packet.execute("", 0),
                Packet.close('S', ""),
                Packet.sync(),
                Packet.query("select 1"));

        assertThat(talk.heard()).isEqualTo("1 2 E ZI T D D D D C ZI");
    }

    @Test
    void a_prepared_text_is_what_execute_is_judged_by() {
        says(Packet.query("prepare s as select ssn from people"));
        says(Packet.query("execute s"));
        says(Packet.query("deallocate s"));
        says(Packet.query("execute s"));

        assertThat(talk.heard()).isEqualTo("C ZI T D D D D C ZI C ZI E ZI");
        assertThat(talk.text()).contains("[pii.ssn]");
    }

    @Test
    void parse_and_prepare_share_their_names() {
        says(Packet.parse("s", "select ssn from people"), Packet.sync());
        says(Packet.query("execute s"));
        says(Packet.query("prepare t as select name from things"));
        says(Packet.bind("", "t"), Packet.execute("", 0), Packet.sync());

        assertThat(talk.heard()).isEqualTo("1 ZI T D D D D C ZI C ZI 2 D D D D C ZI");
    }

    @Test
    void a_name_that_is_being_changed_is_not_executed_by_what_it_was() {
        says(Packet.parse("s", "select name from things"), Packet.sync());
        talk.client(
                Packet.close('S', "s"),
                Packet.parse("s", "ask things"),
                Packet.sync(),
                Packet.query("execute s"));
        Pretender.serve(talk, target);

        assertThat(target.unjudged).isEmpty();
        assertThat(target.ran).isEmpty();
    }

    @Test
    void a_name_that_is_changed_behind_a_bind_is_not_executed_by_what_it_was() {
        says(Packet.parse("s", "select name from things"), Packet.sync());
        talk.client(
                Packet.parse("e", "execute s"),
                Packet.bind("p", "e"),
                Packet.close('S', "s"),
                Packet.parse("s", "ask things"),
                Packet.execute("p", 0),
                Packet.sync());
        Pretender.serve(talk, target);

        assertThat(target.unjudged).isEmpty();
        assertThat(target.ran).doesNotContain("ask things");
    }

    @Test
    void a_portal_is_judged_anew_by_what_its_names_stand_for_when_it_is_executed_again() {
        says(Packet.query("begin"));
        says(
                Packet.parse("s", "select name from things"),
                Packet.parse("e", "execute s"),
                Packet.bind("p", "e"),
                Packet.sync());
        assertThat(talk.heard()).isEqualTo("C ZT 1 1 2 ZT");
        says(Packet.close('S', "s"), Packet.parse("s", "ask things"), Packet.sync());
        says(Packet.execute("p", 0), Packet.sync());

        assertThat(target.unjudged).isEmpty();
        assertThat(target.ran).doesNotContain("ask things");
    }

    @Test
    void a_portal_that_runs_a_name_is_masked_by_what_the_name_stands_for_when_it_runs() {
        says(Packet.parse("s", "select name from things"), Packet.sync());
        says(
                Packet.parse("e", "execute s"),
                Packet.bind("p", "e"),
                Packet.close('S', "s"),
                Packet.parse("s", "select ssn from people"),
                Packet.execute("p", 0),
                Packet.sync());

        assertThat(talk.text()).doesNotContain(Talk.CANARY);
    }

    @Test
    void a_portal_whose_name_another_portal_changes_is_judged_anew() {
        says(Packet.parse("s", "select name from things"), Packet.sync());
        says(Packet.parse("e", "execute s"), Packet.parse("d", "deallocate s"), Packet.sync());
        says(Packet.parse("c", "prepare s as select ssn from people"), Packet.sync());
        says(
                Packet.bind("1", "e"),
                Packet.bind("2", "d"),
                Packet.bind("3", "c"),
                Packet.execute("2", 0),
                Packet.execute("3", 0),
                Packet.execute("1", 0),
                Packet.sync());

        assertThat(target.unjudged).isEmpty();
    }

    @Test
    void a_portal_that_runs_a_name_that_stays_runs_under_its_binds_permit() {
        says(Packet.parse("s", "select name from things"), Packet.sync());
        says(
                Packet.parse("e", "execute s"),
                Packet.bind("p", "e"),
                Packet.parse("other", "select 1"),
                Packet.execute("p", 0),
                Packet.sync());

        assertThat(talk.heard()).isEqualTo("1 ZI 1 2 1 D D D D C ZI");
        assertThat(talk.outcomes).hasSize(4);
    }

    @Test
    void behind_a_barrier_nothing_is_judged_before_it_ran() {
        talk.client(
                Packet.query("prepare s as select name from things"), Packet.query("execute s"));

        assertThat(talk.forwarded()).isEqualTo("Q");
        Pretender.serve(talk, target);
        assertThat(talk.heard()).isEqualTo("C ZI T D D D D C ZI");
    }

    @Test
    void ddl_tells_that_the_catalogue_changed() {
        says(Packet.query("create table t"));

        assertThat(talk.catalogueChanges).isOne();
    }

    @Test
    void a_flush_brings_answers_without_an_end() {
        says(Packet.parse("s", "select 1"), Packet.describe('S', "s"), Packet.flush());

        assertThat(talk.forwarded()).isEqualTo("Pdh");
        assertThat(talk.heard()).isEqualTo("1 t T");
        says(Packet.sync());
        assertThat(talk.heard()).isEqualTo("1 t T ZI");
    }

    @Test
    void a_cancel_is_carried_out_only_while_something_runs() {
        talk.conversation.cancel(talk);
        assertThat(talk.cancels).isZero();

        talk.client(Packet.query("select 1"));
        talk.conversation.cancel(talk);
        assertThat(talk.cancels).isOne();

        Pretender.serve(talk, target);
        talk.conversation.cancel(talk);
        assertThat(talk.cancels).isOne();
    }

    @Test
    void a_function_call_is_refused_in_its_place() {
        says(Packet.of('F').int32(1).int16(0).int16(0).int16(0).bytes(), Packet.query("select 1"));

        assertThat(talk.heard()).isEqualTo("E ZI T D D D D C ZI");
        assertThat(talk.forwarded()).isEqualTo("qQ");
    }

    @Test
    void a_client_that_leaves_lets_what_it_asked_for_run() {
        talk.client(Packet.query("update things"), Packet.terminate());
        assertThat(talk.forwarded()).isEqualTo("Q");

        Pretender.serve(talk, target);

        assertThat(talk.heard()).isEqualTo("C ZI");
        assertThat(talk.forwarded()).isEqualTo("Qx");
        assertThat(talk.hungUp).isEqualTo("client");
    }

    @Test
    void a_row_limit_of_policy_cuts_the_answer_with_an_error() {
        talk.client(Packet.query("select few"));
        talk.target(
                Packet.rowDescription(new Packet.Column("name", Talk.THINGS, 1, 25)),
                Packet.row("a"),
                Packet.row("b"),
                Packet.row("c"));
        assertThat(talk.cancels).isOne();
        talk.target(Packet.error("57014", "cancelled"), Packet.ready('I'));

        assertThat(talk.heard()).isEqualTo("T D D E ZI");
        assertThat(talk.text()).contains("ZC013");
        assertThat(talk.outcomes.getFirst().rows()).isEqualTo(2);
        assertThat(talk.outcomes.getFirst().code()).isEqualTo("ZC013");
    }

    @Test
    void notices_and_errors_of_what_touches_labels_are_neutral() {
        says(Packet.query("update ssn notice"));
        says(Packet.query("select ssn fail"));

        assertThat(talk.heard()).isEqualTo("N C ZI E ZI");
        assertThat(talk.text()).contains("its words withheld", "22P02");
    }

    @Test
    void the_words_of_a_plain_read_are_the_targets_own() {
        says(Packet.query("select fail"));

        assertThat(talk.text()).contains("it failed");
    }

    // ---- comments of tracing libraries

    private static final String TRACED =
            "/*countersign_plan='p7',traceparent='00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'*/";

    @Test
    void a_comment_with_trace_data_is_recorded_and_never_sent() {
        talk.client(Packet.query("update things " + TRACED));

        assertThat(talk.sent.getFirst().bytes().toArray()).isEqualTo(Packet.query("update things"));
        assertThat(talk.seen).contains(new Seen.Text("comment", TRACED));
        assertThat(talk.own.now().work().plan()).isEqualTo("p7");
    }

    @Test
    void nor_is_one_behind_a_text_that_is_prepared() {
        talk.client(
                Packet.parse("s", "update things" + TRACED),
                Packet.bind("", "s"),
                Packet.execute("", 0),
                Packet.sync());

        assertThat(talk.forwarded()).isEqualTo("PBEs");
        assertThat(talk.sent.getFirst().bytes().toArray())
                .isEqualTo(Packet.parse("s", "update things"));
        assertThat(talk.forwardedText()).doesNotContain("traceparent");
    }

    @Test
    void any_other_comment_is_sent_as_it_is() {
        talk.client(Packet.query("update things /* why */"));

        assertThat(talk.sent.getFirst().bytes().toArray())
                .isEqualTo(Packet.query("update things /* why */"));
    }
}
