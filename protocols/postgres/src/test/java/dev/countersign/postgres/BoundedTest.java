package dev.countersign.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.model.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A write that people approved for two rows is run so that it can be undone: what the target is
/// sent, in which order, and what its client hears of it.
class BoundedTest {
    private static final byte[] WRITE = Packet.query("ask two");

    private final Talk talk = Talk.reviewed();

    @AfterEach
    void nothing_is_left() {
        talk.close();
    }

    private List<String> sent() {
        return talk.sent.stream()
                .map(one ->
                        new String(one.bytes().toArray(), java.nio.charset.StandardCharsets.UTF_8))
                .map(text -> text.charAt(0) + " " + text.substring(5).replace("\0", " ").strip())
                .map(text -> text.replaceAll("SELECT pg_catalog.*", "(count)"))
                .toList();
    }

    private Talk begun() {
        talk.client(WRITE);
        talk.rule(true, "");
        return talk.target(Packet.complete("BEGIN"), Packet.ready('T'));
    }

    private static byte[] counted(@Nullable String... numbers) {
        return Packet.all(
                Packet.rowDescription(new Packet.Column("sum", 0, 0, 20)),
                Packet.row(numbers),
                Packet.complete("SELECT 1"));
    }

    private Talk changes(long rows, char status) {
        return talk.target(
                counted("3", "5", null, "on", "7 1 0"),
                Packet.ready(status),
                Packet.complete("UPDATE 2"),
                Packet.ready(status),
                Packet.complete("SET CONSTRAINTS"),
                Packet.ready(status),
                counted("3", Long.toString(5 + rows), null, "on", "7 1 0"),
                Packet.ready(status));
    }

    @Test
    void a_query_runs_in_a_transaction_of_the_gateways_own() {
        begun();

        assertThat(sent())
                .containsExactly(
                        "Q BEGIN",
                        "Q (count)",
                        "Q ask two",
                        "Q SET CONSTRAINTS ALL IMMEDIATE",
                        "Q (count)");
        assertThat(talk.sent.get(2).bytes().toArray()).isEqualTo(WRITE);
        changes(2, 'T');
        assertThat(sent()).last().isEqualTo("Q COMMIT");
        assertThat(talk.heard()).as("held back until it is committed").isEqualTo("N S S");
        assertThat(talk.outcomes).isEmpty();
        assertThat(talk.conversation.listening()).isFalse();

        talk.target(Packet.complete("COMMIT"), Packet.ready('I'));

        assertThat(talk.heard()).isEqualTo("N S S C ZI");
        assertThat(talk.settledFrames).isEqualTo(1);
        assertThat(talk.outcomes)
                .singleElement()
                .extracting(Outcome::status)
                .isEqualTo(Outcome.Status.OK);
        assertThat(talk.conversation.listening()).isTrue();
    }

    @Test
    void what_changes_more_is_rolled_back_and_shown_to_whoever_is_asked_next() {
        begun();

        changes(9, 'T');
        assertThat(sent()).last().isEqualTo("Q ROLLBACK");
        talk.target(Packet.complete("ROLLBACK"), Packet.ready('I'));

        assertThat(talk.heard()).isEqualTo("N S S E ZI");
        assertThat(talk.text())
                .contains("ZC011", "it changed 9 rows", "allowed 2", "rows=2;changed=9");
        assertThat(talk.outcomes)
                .singleElement()
                .satisfies(outcome -> {
                    assertThat(outcome.status()).isEqualTo(Outcome.Status.ERROR);
                    assertThat(outcome.code()).isEqualTo("ZC011");
                });
        talk.client(WRITE);
        assertThat(talk.reviews.views().getLast().rows()).hasValue(9);
    }

    @Test
    void where_the_target_does_not_count_nothing_is_committed() {
        begun();

        talk.target(
                counted("0", "0", "0", "off", "7 1 0"),
                Packet.ready('T'),
                Packet.complete("UPDATE 2"),
                Packet.ready('T'),
                Packet.complete("SET CONSTRAINTS"),
                Packet.ready('T'),
                counted("0", "0", "0", "off", "7 1 0"),
                Packet.ready('T'));

        assertThat(sent()).last().isEqualTo("Q ROLLBACK");
        talk.target(Packet.complete("ROLLBACK"), Packet.ready('I'));
        assertThat(talk.text()).contains("ZC011", "does not count", "changed=unknown");
    }

    @Test
    void where_no_transaction_begins_nothing_runs() {
        talk.client(WRITE);
        talk.rule(true, "");

        talk.target(Packet.error("57014", "canceled"), Packet.ready('I'));

        assertThat(sent()).containsExactly("Q BEGIN");
        assertThat(talk.heard()).isEqualTo("N S S E ZI");
        assertThat(talk.text()).contains("57014");
        assertThat(talk.conversation.listening()).isTrue();
    }

    @Test
    void an_error_of_the_write_is_told_once_and_its_transaction_is_rolled_back() {
        begun();

        talk.target(
                counted("0", "0", "0", "on", "7 1 0"),
                Packet.ready('T'),
                Packet.error("23505", "duplicate key"),
                Packet.ready('E'),
                Packet.error("25P02", "aborted"),
                Packet.ready('E'),
                Packet.error("25P02", "aborted"),
                Packet.ready('E'));

        assertThat(sent()).last().isEqualTo("Q ROLLBACK");
        talk.target(Packet.complete("ROLLBACK"), Packet.ready('I'));
        assertThat(talk.heard()).isEqualTo("N S S E ZI");
        assertThat(talk.text()).contains("23505").doesNotContain("25P02");
        assertThat(talk.outcomes).singleElement().extracting(Outcome::code).isEqualTo("23505");
    }

    @Test
    void a_deferred_constraint_fails_as_it_would_at_the_commit() {
        begun();

        talk.target(
                counted("0", "0", "0", "on", "7 1 0"),
                Packet.ready('T'),
                Packet.complete("UPDATE 2"),
                Packet.ready('T'),
                Packet.error("23503", "violates"),
                Packet.ready('E'),
                Packet.error("25P02", "aborted"),
                Packet.ready('E'));

        talk.target(Packet.complete("ROLLBACK"), Packet.ready('I'));
        assertThat(talk.heard()).isEqualTo("N S S E ZI");
        assertThat(talk.text()).contains("23503").doesNotContain("UPDATE 2");
    }

    @Test
    void a_commit_that_fails_is_the_writes_own_error() {
        begun();
        changes(2, 'T');

        talk.target(Packet.error("40001", "serialize"), Packet.ready('I'));

        assertThat(talk.heard()).isEqualTo("N S S E ZI");
        assertThat(talk.outcomes).singleElement().extracting(Outcome::code).isEqualTo("40001");
    }

    @Test
    void a_target_that_answers_commit_with_anything_else_ends_the_session() {
        begun();
        changes(2, 'T');

        talk.target(Packet.complete("ROLLBACK"), Packet.ready('I'));

        assertThat(talk.hungUp).isEqualTo("target-protocol");
        assertThat(talk.text()).doesNotContain("UPDATE 2");
    }

    @Test
    void in_the_clients_transaction_the_poison_undoes_it() {
        talk.client(Packet.query("begin"))
                .target(Packet.complete("BEGIN"), Packet.ready('T'))
                .client(WRITE);
        talk.rule(true, "");
        assertThat(sent()).containsExactly("Q begin", "Q (count)", "Q ask two", "Q (count)");

        talk.target(
                counted("0", "0", "0", "on", "7 1 0"),
                Packet.ready('T'),
                Packet.complete("UPDATE 2"),
                Packet.ready('T'),
                counted("1", "2", "0", "on", "7 1 0"),
                Packet.ready('T'));

        assertThat(sent()).last().isEqualTo("Q refused by countersign");
        talk.target(Packet.error("42601", "syntax"), Packet.ready('E'));
        assertThat(talk.heard()).isEqualTo("C ZT N S S E ZE");
        assertThat(talk.text()).contains("ZC011", "it changed 3 rows").doesNotContain("UPDATE 2");
    }

    @Test
    void in_the_clients_transaction_what_keeps_its_bound_goes_on() {
        talk.client(Packet.query("begin"))
                .target(Packet.complete("BEGIN"), Packet.ready('T'))
                .client(WRITE);
        talk.rule(true, "");

        talk.target(
                counted("0", "0", "0", "on", "7 1 0"),
                Packet.ready('T'),
                Packet.complete("UPDATE 2"),
                Packet.ready('T'),
                counted("0", "2", "0", "on", "7 1 0"),
                Packet.ready('T'));

        assertThat(talk.heard()).isEqualTo("C ZT N S S C ZT");
    }

    @Test
    void in_a_transaction_that_has_failed_it_is_sent_as_it_is() {
        talk.client(Packet.query("begin"))
                .target(Packet.complete("BEGIN"), Packet.ready('T'))
                .client(Packet.query("update x"))
                .target(Packet.error("23505", "duplicate"), Packet.ready('E'))
                .client(WRITE);
        talk.rule(true, "");

        assertThat(sent()).containsExactly("Q begin", "Q update x", "Q ask two");
        talk.target(Packet.error("25P02", "aborted"), Packet.ready('E'));
        assertThat(talk.heard()).endsWith("E ZE");
    }

    @Test
    void rows_beyond_the_bound_are_not_passed_on() {
        begun();

        talk.target(
                counted("0", "0", "0", "on", "7 1 0"),
                Packet.ready('T'),
                Packet.rowDescription(new Packet.Column("id", 0, 0, 23)),
                Packet.row("1"),
                Packet.row("2"),
                Packet.row("three"),
                Packet.complete("UPDATE 3"),
                Packet.ready('T'),
                Packet.complete("SET CONSTRAINTS"),
                Packet.ready('T'),
                counted("0", "0", "0", "on", "7 1 0"),
                Packet.ready('T'),
                Packet.complete("ROLLBACK"),
                Packet.ready('I'));

        assertThat(talk.heard()).isEqualTo("N S S T D D E ZI");
        assertThat(talk.text()).contains("ZC011").doesNotContain("three");
    }

    @Test
    void what_changes_the_catalogue_beside_is_undone_and_nobody_is_told_a_number() {
        begun();

        talk.target(
                counted("0", "0", "0", "on", "7 1 0"),
                Packet.ready('T'),
                Packet.complete("UPDATE 1"),
                Packet.ready('T'),
                Packet.complete("SET CONSTRAINTS"),
                Packet.ready('T'),
                counted("0", "1", "0", "on", "7 3 0"),
                Packet.ready('T'));

        assertThat(sent()).last().isEqualTo("Q ROLLBACK");
        talk.target(Packet.complete("ROLLBACK"), Packet.ready('I'));
        assertThat(talk.text()).contains("ZC011", "catalogue", "changed=unknown");
        talk.client(WRITE);
        assertThat(talk.reviews.views().getLast().rows()).isEmpty();
    }

    @Test
    void rows_that_no_counter_sees_count_by_the_tag() {
        begun();

        talk.target(
                counted("0", "0", "0", "on", "7 1 0"),
                Packet.ready('T'),
                Packet.complete("UPDATE 50"),
                Packet.ready('T'),
                Packet.complete("SET CONSTRAINTS"),
                Packet.ready('T'),
                counted("0", "0", "0", "on", "7 1 0"),
                Packet.ready('T'));

        assertThat(sent()).last().isEqualTo("Q ROLLBACK");
        talk.target(Packet.complete("ROLLBACK"), Packet.ready('I'));
        assertThat(talk.text()).contains("ZC011", "it changed 50 rows");
    }

    @Test
    void in_the_clients_transaction_an_answer_that_is_cut_off_is_counted_all_the_same() {
        var few = Packet.query("ask four few");
        talk.client(Packet.query("begin"))
                .target(Packet.complete("BEGIN"), Packet.ready('T'))
                .client(few);
        talk.rule(true, "");

        talk.target(
                counted("0", "0", "0", "on", "7 1 0"),
                Packet.ready('T'),
                Packet.rowDescription(new Packet.Column("id", 0, 0, 23)),
                Packet.row("1"),
                Packet.row("2"),
                Packet.row("3"),
                Packet.complete("UPDATE 9"),
                Packet.ready('T'),
                counted("0", "9", "0", "on", "7 1 0"),
                Packet.ready('T'));

        assertThat(sent()).last().isEqualTo("Q refused by countersign");
        talk.target(Packet.error("42601", "syntax"), Packet.ready('E'));
        assertThat(talk.text()).contains("it changed 9 rows", "allowed 4");
        assertThat(talk.heard()).endsWith("ZE");
    }

    @Test
    void a_cancel_that_hits_the_commit_rolls_back_and_the_session_goes_on() {
        begun();
        changes(2, 'T');

        talk.target(Packet.error("57014", "canceled"), Packet.ready('E'));
        assertThat(sent()).last().isEqualTo("Q ROLLBACK");
        talk.target(Packet.complete("ROLLBACK"), Packet.ready('I'));

        assertThat(talk.heard()).isEqualTo("N S S E ZI");
        assertThat(talk.outcomes).singleElement().extracting(Outcome::code).isEqualTo("57014");
        assertThat(talk.conversation.listening()).isTrue();
    }

    @Test
    void a_cancel_that_hits_the_rollback_is_followed_by_another_and_no_third() {
        begun();
        changes(9, 'T');

        talk.target(Packet.error("57014", "canceled"), Packet.ready('E'));
        assertThat(sent()).endsWith("Q ROLLBACK", "Q ROLLBACK");
        talk.target(Packet.error("57014", "canceled"), Packet.ready('E'));

        assertThat(talk.hungUp).isEqualTo("target-protocol");
    }

    // ---- in a pipeline

    private void pipelined() {
        talk.client(
                Packet.parse("", "ask two"),
                Packet.bind("", ""),
                Packet.execute("", 0),
                Packet.parse("", "update behind"),
                Packet.bind("", ""),
                Packet.execute("", 0),
                Packet.sync());
        talk.rule(true, "");
        talk.target(Packet.of('1').bytes(), Packet.of('2').bytes());
    }

    private static byte[] countedInPipeline(String... numbers) {
        return Packet.all(
                Packet.of('3').bytes(),
                Packet.of('3').bytes(),
                Packet.of('1').bytes(),
                Packet.of('2').bytes(),
                Packet.row(numbers),
                Packet.complete("SELECT 1"));
    }

    /// Deferred triggers fire, with the warning of a server older than 16.
    private static byte[] fired() {
        return Packet.all(
                Packet.of('3').bytes(),
                Packet.of('3').bytes(),
                Packet.of('1').bytes(),
                Packet.of('2').bytes(),
                Packet.report('N', "WARNING", "25P01", "only in transaction blocks"),
                Packet.complete("SET CONSTRAINTS"));
    }

    @Test
    void in_a_pipeline_it_is_counted_before_anything_behind_it_is_sent() {
        pipelined();

        assertThat(talk.forwarded()).isEqualTo("PBCCPBEECCPBECCPBEH");
        talk.target(countedInPipeline("0", "0", "0", "on", "7 1 0"), Packet.complete("UPDATE 2"));
        talk.target(fired());
        assertThat(talk.heard()).endsWith("1 2");
        talk.target(countedInPipeline("0", "1", "1", "on", "7 1 0"));

        assertThat(talk.heard()).endsWith("1 2 C");
        assertThat(talk.forwarded()).isEqualTo("PBCCPBEECCPBECCPBEHPBEs");
    }

    @Test
    void in_a_pipeline_what_changes_more_is_poisoned_and_nothing_behind_it_runs() {
        pipelined();

        talk.target(
                countedInPipeline("0", "0", "0", "on", "7 1 0"),
                Packet.complete("UPDATE 2"),
                fired(),
                countedInPipeline("0", "1", "2", "on", "7 1 0"));

        assertThat(talk.forwardedText())
                .contains("refused by countersign")
                .doesNotContain("behind");
        talk.target(Packet.error("42601", "syntax"));
        talk.target(Packet.ready('I'));
        assertThat(talk.heard()).endsWith("1 2 E ZI");
        assertThat(talk.text()).contains("ZC011", "it changed 3 rows").doesNotContain("UPDATE 2");
        assertThat(talk.forwardedText()).doesNotContain("behind");
        assertThat(talk.conversation.listening()).isTrue();
    }

    @Test
    void in_a_pipeline_an_error_is_told_once() {
        pipelined();

        talk.target(
                countedInPipeline("0", "0", "0", "on", "7 1 0"),
                Packet.error("23505", "duplicate"));
        talk.target(Packet.ready('I'));

        assertThat(talk.heard()).endsWith("1 2 E ZI");
        assertThat(talk.text()).contains("23505");
        assertThat(talk.forwardedText()).doesNotContain("behind");
    }

    @Test
    void in_a_pipeline_a_deferred_constraint_fails_as_it_would_at_the_sync() {
        pipelined();

        talk.target(
                countedInPipeline("0", "0", "0", "on", "7 1 0"),
                Packet.complete("UPDATE 2"),
                Packet.error("23503", "violates"));
        talk.target(Packet.ready('I'));

        assertThat(talk.heard()).endsWith("1 2 E ZI");
        assertThat(talk.text()).contains("23503").doesNotContain("UPDATE 2");
        assertThat(talk.forwardedText()).doesNotContain("behind");
    }

    @Test
    void in_a_transaction_that_the_client_began_what_it_put_off_stays_put_off() {
        talk.client(Packet.query("begin")).target(Packet.complete("BEGIN"), Packet.ready('T'));

        pipelined();

        assertThat(talk.forwarded()).endsWith("PBCCPBEECCPBEH");
        assertThat(talk.forwardedText()).doesNotContain("SET CONSTRAINTS");
    }

    @ParameterizedTest
    @ValueSource(strings = {"countersign_count", "countersign_poison"})
    void a_client_cannot_have_the_names_that_the_gateway_uses(String name) {
        talk.client(Packet.parse(name, "update x"));

        assertThat(talk.malformed).contains("cannot be named " + name);
        assertThat(talk.sent).isEmpty();
    }

    @Test
    void a_query_inside_of_a_pipeline_is_refused() {
        talk.client(Packet.parse("s", "update x"), WRITE);
        talk.target(Packet.of('1').bytes());
        talk.rule(true, "");

        assertThat(talk.forwardedText()).doesNotContain("ask two");
        talk.target(Packet.error("42601", "syntax"), Packet.ready('I'));
        assertThat(talk.text()).contains("Send a Sync before it");
    }

    @Test
    void a_client_that_goes_leaves_a_transaction_that_is_rolled_back() {
        begun();

        talk.conversation.clientGone(talk);

        assertThat(talk.hungUp).isEqualTo("client-gone");
        assertThat(sent()).doesNotContain("Q COMMIT");
    }
}
