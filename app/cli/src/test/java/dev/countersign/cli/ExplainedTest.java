package dev.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.model.Effect;
import dev.countersign.model.Json;
import dev.countersign.model.Refusal;
import dev.countersign.postgres.Explanation;
import dev.countersign.postgres.Explanation.Column;
import dev.countersign.postgres.Explanation.Happens;
import dev.countersign.postgres.Explanation.Labelled;
import dev.countersign.postgres.Explanation.Refused;
import dev.countersign.postgres.Explanation.Told;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExplainedTest {
    private static final Told READ =
            new Told(
                    "SELECT id, lower(email), ssn, 1 + 1 FROM customers",
                    Set.of(Effect.READ),
                    true,
                    List.of("public.customers"),
                    List.of(),
                    Optional.empty(),
                    List.of(
                            new Column("id", new Happens.AsItIs("public.customers.id")),
                            new Column(
                                    "lower",
                                    new Happens.Constant(
                                            List.of(
                                                    new Labelled(
                                                            "public.customers.email",
                                                            "pii.email")))),
                            new Column(
                                    "ssn",
                                    new Happens.Masked(
                                            "public.customers.ssn",
                                            "pii.ssn",
                                            "{partial: {last: 4}}")),
                            new Column("", new Happens.AsItIs(""))),
                    false);

    private static final Told REFUSED =
            new Told(
                    "DELETE FROM customers\nWHERE ssn > '5'",
                    Set.of(Effect.DELETE, Effect.READ),
                    false,
                    List.of("public.customers"),
                    List.of(),
                    Optional.of(
                            new Refused(
                                    "ZC012",
                                    new Refusal(
                                            Refusal.Reason.UNMASKABLE,
                                            "the labelled column public.customers.ssn is used in"
                                                    + " WHERE",
                                            "Select it as a plain output column."))),
                    List.of(),
                    false);

    private static Explanation of(Told... statements) {
        return new Explanation(List.of(statements), List.of());
    }

    @Test
    void each_column_has_a_line_that_says_what_happens_and_why() {
        assertThat(Explained.lines(of(READ)))
                .containsExactly(
                        "SELECT id, lower(email), ssn, 1 + 1 FROM customers",
                        "  read, proven to have no effect; tables: public.customers",
                        "  1  id     as it is      public.customers.id, nothing labels it",
                        "  2  lower  one constant  made of public.customers.email (pii.email);"
                                + " select the column itself",
                        "  3  ssn    masked        public.customers.ssn · pii.ssn · {partial: {last: 4}}",
                        "  4  ?      as it is      nothing labelled is in it");
    }

    @Test
    void a_refusal_has_its_code_its_reason_and_its_hint() {
        assertThat(Explained.lines(of(REFUSED)))
                .containsExactly(
                        "DELETE FROM customers",
                        "WHERE ssn > '5'",
                        "  write (read, delete), not proven to be a read; tables: public.customers",
                        "  refused (ZC012): the labelled column public.customers.ssn is used in WHERE",
                        "  Select it as a plain output column.");
    }

    @Test
    void one_refused_statement_refuses_the_text_it_is_sent_in() {
        assertThat(Explained.lines(of(READ, REFUSED))).last().asString().contains("as a whole");
        assertThat(of(READ, REFUSED).refused()).isTrue();
        assertThat(of(READ, READ).refused()).isFalse();
    }

    @Test
    void a_configured_column_that_is_not_there_is_told_first() {
        var lines =
                Explained.lines(new Explanation(List.of(READ), List.of("public.customers.snn")));

        assertThat(lines.getFirst()).contains("warning", "public.customers.snn");
    }

    @Test
    void what_somebody_else_chose_does_nothing_to_the_terminal() {
        var told =
                new Told(
                        "SELECT 1 AS \"\u001b[2J\"",
                        Set.of(Effect.READ),
                        true,
                        List.of(),
                        List.of(),
                        Optional.empty(),
                        List.of(new Column("\u001b[2J", new Happens.AsItIs(""))),
                        false);

        assertThat(Explained.lines(of(told))).noneMatch(line -> line.contains("\u001b"));
    }

    @Test
    void a_statement_without_columns_says_so() {
        var empty = List.<Column>of();
        var write =
                new Told(
                        "INSERT INTO orders VALUES (1)",
                        Set.of(Effect.INSERT),
                        false,
                        List.of(),
                        List.of("public.customers.email"),
                        Optional.empty(),
                        empty,
                        false);
        var show =
                new Told(
                        "SHOW ALL",
                        Set.of(Effect.READ),
                        true,
                        List.of(),
                        List.of(),
                        Optional.empty(),
                        empty,
                        true);

        assertThat(Explained.lines(of(write)))
                .contains(
                        "  write (insert), not proven to be a read",
                        "  compares public.customers.email, as its label allows",
                        "  no columns come out");
        assertThat(Explained.lines(of(show))).last().asString().contains("whatever comes out");
        assertThat(Explained.lines(of())).hasSize(1);
    }

    @Test
    void for_machines_it_is_one_object() {
        var json = (Json.Obj) Json.parse(Explained.json("shop", of(READ, REFUSED)).text());

        assertThat(json.get("allowed")).contains(Json.of(false));
        assertThat(json.text("target")).contains("shop");
        var statements = ((Json.Arr) json.get("statements").orElseThrow()).items();
        var columns = ((Json.Arr) ((Json.Obj) statements.getFirst()).get("columns").orElseThrow());
        assertThat(columns.items().stream().map(Json::text))
                .containsExactly(
                        "{\"from\":[\"public.customers.id\"],\"happens\":\"as-it-is\",\"name\":\"id\",\"position\":1}",
                        "{\"from\":[\"public.customers.email\"],\"happens\":\"constant\",\"label\":\"pii.email\","
                                + "\"name\":\"lower\",\"position\":2}",
                        "{\"from\":[\"public.customers.ssn\"],\"happens\":\"masked\",\"label\":\"pii.ssn\","
                                + "\"mask\":\"{partial: {last: 4}}\",\"name\":\"ssn\",\"position\":3}",
                        "{\"from\":[],\"happens\":\"as-it-is\",\"name\":\"\",\"position\":4}");
        var refused = ((Json.Obj) statements.get(1)).object("refused").orElseThrow();
        assertThat(refused.text("code")).contains("ZC012");
        assertThat(refused.text("reason")).contains("unmaskable");
        assertThat(refused.text("hint")).contains("Select it as a plain output column.");
    }
}
