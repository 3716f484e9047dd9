package dev.countersign.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.masking.JsonPath;
import dev.countersign.masking.MaskSettings;
import dev.countersign.sql.Parsed;
import dev.countersign.sql.Schema;
import dev.countersign.sql.Statements;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogueTest {
    private static final Labels.Origin HARMLESS = new Labels.Origin.Harmless();
    private static final Labels.Origin UNPROVEN = new Labels.Origin.Unproven();
    private static final Labels.Origin SSN =
            new Labels.Origin.Labelled(new Labels.Label("pii.ssn", MaskSettings.REDACT));

    private static CatalogueBuilder labelled(String... columns) {
        var settings = new java.util.LinkedHashMap<String, PostgresTarget.ColumnSettings>();
        for (var column : columns) {
            settings.put(
                    column,
                    new PostgresTarget.ColumnSettings("pii.ssn", MaskSettings.REDACT, "none"));
        }
        return new CatalogueBuilder(settings);
    }

    private static CatalogueBuilder people() {
        return labelled("public.people.ssn")
                .relation(1, "public", "people", 'r')
                .column(1, 1, "id")
                .column(1, 2, "ssn");
    }

    @Test
    void a_labelled_column_and_its_neighbours() {
        var catalogue = people().build();

        assertThat(catalogue.any()).isTrue();
        assertThat(catalogue.origin(1, 2)).isEqualTo(SSN);
        assertThat(catalogue.origin(1, 1)).isEqualTo(HARMLESS);
        assertThat(catalogue.origin(1, -1)).as("a system column").isEqualTo(HARMLESS);
        assertThat(catalogue.origin(1, 0)).as("the whole row").isEqualTo(UNPROVEN);
        assertThat(catalogue.origin(1, 3)).as("a column added since").isEqualTo(UNPROVEN);
        assertThat(catalogue.origin(0, 0)).as("no origin").isEqualTo(UNPROVEN);
        assertThat(catalogue.origin(2, 1)).as("a relation made since").isEqualTo(UNPROVEN);
    }

    private static Labels.Part part(String path) {
        return new Labels.Part(JsonPath.parse(path), "pii.ssn", MaskSettings.REDACT);
    }

    @Test
    void parts_of_a_document_are_labelled_and_those_of_its_parent_too() {
        var catalogue =
                labelled("public.people.meta.$.ssn", "public.child.meta.$.home.zip")
                        .relation(1, "public", "people", 'r')
                        .column(1, 1, "id")
                        .column(1, 2, "meta", 3802, Schema.Kind.COMPOUND)
                        .relation(2, "public", "child", 'r')
                        .column(2, 1, "meta", 3802, Schema.Kind.COMPOUND)
                        .inherits(2, 1)
                        .build();

        assertThat(catalogue.missing()).isEmpty();
        for (var origin : List.of(catalogue.origin(1, 2), catalogue.origin(2, 1))) {
            assertThat(((Labels.Origin.Labelled) origin).label().parts())
                    .containsExactlyInAnyOrder(part("$.ssn"), part("$.home.zip"));
        }
    }

    @Test
    void a_label_on_the_whole_is_over_one_on_a_part() {
        var catalogue =
                labelled("public.people.meta.$.ssn", "public.child.meta")
                        .relation(1, "public", "people", 'r')
                        .column(1, 2, "meta", 3802, Schema.Kind.COMPOUND)
                        .relation(2, "public", "child", 'r')
                        .column(2, 1, "meta", 3802, Schema.Kind.COMPOUND)
                        .inherits(2, 1)
                        .build();

        assertThat(catalogue.origin(1, 2)).isEqualTo(SSN);
        assertThat(catalogue.origin(2, 1)).isEqualTo(SSN);
    }

    @Test
    void a_path_into_what_is_no_document_is_missing_and_its_column_is_masked_whole() {
        var catalogue =
                labelled("public.people.name.$.ssn")
                        .relation(1, "public", "people", 'r')
                        .column(1, 2, "name")
                        .build();

        assertThat(catalogue.missing()).containsExactly("public.people.name.$.ssn");
        assertThat(catalogue.origin(1, 2)).isEqualTo(SSN);
    }

    @Test
    void the_order_of_rows_tells_where_an_index_holds_a_labelled_column() {
        assertThat(people().build().order()).isEqualTo(Catalogue.Order.FREE);
        assertThat(people().ordered(1, 1, false).build().order()).isEqualTo(Catalogue.Order.FREE);
        assertThat(people().ordered(1, 2, true).build().order()).isEqualTo(Catalogue.Order.COVERED);
        assertThat(people().ordered(1, 2, true).ordered(1, 2, false).build().order())
                .isEqualTo(Catalogue.Order.TOLD);
    }

    @Test
    void a_table_that_is_partitioned_by_a_labelled_column_is_not_cleared_in_any_part() {
        var catalogue =
                people().relation(2, "public", "people_a", 'r')
                        .column(2, 1, "ssn")
                        .relation(3, "public", "others", 'p')
                        .column(3, 1, "id")
                        .inherits(2, 1)
                        .partitioned(1, 2)
                        .partitioned(3, 1)
                        .build();

        assertThat(catalogue.find("public", "people", List.of()).getFirst().unclear())
                .contains("partitioned by a labelled column", "`row-order: shown`");
        assertThat(catalogue.find("public", "people_a", List.of()).getFirst().cleared()).isFalse();
        assertThat(catalogue.find("public", "others", List.of()).getFirst().cleared()).isTrue();
    }

    @Test
    void without_labels_nothing_is_looked_at() {
        assertThat(Catalogue.EMPTY.any()).isFalse();
        assertThat(labelled().relation(1, "public", "people", 'r').build().any()).isFalse();
    }

    @Test
    void a_label_reaches_partitions_parents_and_cousins_by_the_columns_name() {
        var catalogue =
                labelled("public.people_2026.ssn")
                        .relation(1, "public", "people", 'p')
                        .column(1, 1, "id")
                        .column(1, 2, "ssn")
                        .relation(2, "public", "people_2025", 'r')
                        .column(2, 1, "ssn")
                        .column(2, 2, "id")
                        .relation(3, "public", "people_2026", 'p')
                        .column(3, 5, "ssn")
                        .relation(4, "public", "people_2026_01", 'r')
                        .column(4, 7, "ssn")
                        .inherits(2, 1)
                        .inherits(3, 1)
                        .inherits(4, 3)
                        .build();

        assertThat(catalogue.origin(1, 2)).isEqualTo(SSN);
        assertThat(catalogue.origin(2, 1)).isEqualTo(SSN);
        assertThat(catalogue.origin(2, 2)).isEqualTo(HARMLESS);
        assertThat(catalogue.origin(3, 5)).isEqualTo(SSN);
        assertThat(catalogue.origin(4, 7)).isEqualTo(SSN);
    }

    @Test
    void inheritance_in_a_circle_comes_to_an_end() {
        var catalogue =
                people().relation(2, "public", "b", 'r')
                        .column(2, 1, "ssn")
                        .inherits(1, 2)
                        .inherits(2, 1)
                        .build();

        assertThat(catalogue.origin(2, 1)).isEqualTo(SSN);
    }

    @Test
    void what_is_generated_from_a_labelled_column_is_labelled_and_nothing_else() {
        var catalogue =
                people().column(1, 3, "digits")
                        .generated(1, 3, 2)
                        .column(1, 4, "twice")
                        .generated(1, 4, 1)
                        .relation(2, "public", "child", 'r')
                        .column(2, 1, "ssn")
                        .column(2, 9, "own")
                        .generated(2, 9, 1)
                        .inherits(2, 1)
                        .build();

        assertThat(catalogue.origin(1, 3)).isEqualTo(SSN);
        assertThat(catalogue.origin(1, 4)).isEqualTo(HARMLESS);
        assertThat(catalogue.origin(2, 9)).isEqualTo(SSN);
    }

    @Test
    void a_column_of_rows_of_a_labelled_table_and_one_that_refers_to_it_are_labelled() {
        var catalogue =
                people().relation(2, "public", "kept", 'r')
                        .column(2, 1, "was", 70_000, Schema.Kind.FOREIGN)
                        .rowsOf(2, 1, 1)
                        .relation(3, "public", "visits", 'r')
                        .column(3, 1, "who")
                        .column(3, 2, "when")
                        .references(3, 1, 1, 2)
                        .build();

        assertThat(catalogue.origin(2, 1)).isEqualTo(SSN);
        assertThat(catalogue.origin(3, 1)).isEqualTo(SSN);
        assertThat(catalogue.origin(3, 2)).isEqualTo(HARMLESS);
    }

    private static final Statements STATEMENTS = new Statements();

    @AfterAll
    static void end() {
        STATEMENTS.close();
    }

    private static Parsed query(String sql) {
        return STATEMENTS
                .analyse(sql)
                .toCompletableFuture()
                .join()
                .statements()
                .getFirst()
                .parsed()
                .orElseThrow();
    }

    @Test
    void a_view_is_labelled_column_by_column_however_deep() {
        var catalogue =
                people().relation(2, "public", "v", 'v')
                        .column(2, 1, "who")
                        .column(2, 2, "n")
                        .column(2, 3, "made")
                        .standsOn(2, 1)
                        .defined(2, query("SELECT p.ssn, p.id, lower(p.ssn) FROM public.people p"))
                        .relation(3, "public", "w", 'm')
                        .column(3, 1, "n")
                        .column(3, 2, "who")
                        .standsOn(3, 2)
                        .defined(3, query("SELECT v.n, v.who FROM public.v"))
                        .build();

        assertThat(catalogue.origin(2, 1)).isEqualTo(SSN);
        assertThat(catalogue.origin(2, 2)).isEqualTo(HARMLESS);
        assertThat(catalogue.origin(2, 3)).isEqualTo(UNPROVEN);
        assertThat(catalogue.origin(3, 1)).isEqualTo(HARMLESS);
        assertThat(catalogue.origin(3, 2)).isEqualTo(SSN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT p.id FROM public.people p WHERE p.ssn > '5'",
                "SELECT count(p.ssn) FROM public.people p",
                "SELECT p.id, p.ssn FROM public.people p"
            })
    void a_view_that_cannot_be_followed_is_not_cleared_nor_what_stands_on_it(String definition) {
        var catalogue =
                people().relation(2, "public", "v", 'v')
                        .column(2, 1, "who")
                        .standsOn(2, 1)
                        .defined(2, query(definition))
                        .relation(3, "public", "w", 'v')
                        .column(3, 1, "who")
                        .standsOn(3, 2)
                        .defined(3, query("SELECT v.who FROM public.v"))
                        .relation(4, "public", "x", 'v')
                        .column(4, 1, "n")
                        .standsOn(4, 5)
                        .relation(5, "public", "things", 'r')
                        .column(5, 1, "n")
                        .build();

        assertThat(catalogue.origin(2, 1)).isEqualTo(UNPROVEN);
        assertThat(catalogue.origin(3, 1)).isEqualTo(UNPROVEN);
        assertThat(catalogue.origin(4, 1)).isEqualTo(HARMLESS);
    }

    @Test
    void only_views_above_something_labelled_have_to_be_read() {
        var builder =
                people().relation(2, "public", "v", 'v')
                        .standsOn(2, 1)
                        .relation(3, "public", "w", 'm')
                        .standsOn(3, 2)
                        .relation(4, "public", "x", 'v')
                        .standsOn(4, 5)
                        .relation(5, "public", "things", 'r');

        assertThat(builder.viewsToRead()).containsExactlyInAnyOrder(2L, 3L);
    }

    @Test
    void a_write_of_a_labelled_key_is_a_question_and_a_condition_on_one_column_is_none() {
        var catalogue =
                people().column(1, 3, "note")
                        .key("u100", 1, 2)
                        .key("c101", 1, 3)
                        .relation(2, "public", "pairs", 'r')
                        .column(2, 1, "ssn")
                        .column(2, 2, "other")
                        .inherits(2, 1)
                        .key("c102", 2, 1)
                        .key("c103", 2, 1)
                        .key("c103", 2, 2)
                        .build();

        assertThat(tested(catalogue, "people")).containsExactly("ssn");
        assertThat(tested(catalogue, "pairs")).containsExactlyInAnyOrder("ssn", "other");
    }

    private static List<String> tested(Catalogue catalogue, String relation) {
        return catalogue.find("public", relation, List.of()).getFirst().columns().stream()
                .filter(Catalogue.Column::tested)
                .map(Catalogue.Column::name)
                .toList();
    }

    @Test
    void a_view_that_calls_what_nobody_knows_or_stands_on_what_nobody_knows_is_not_cleared() {
        var catalogue =
                people().relation(2, "public", "v", 'v')
                        .calls(2)
                        .relation(3, "public", "w", 'v')
                        .standsOn(3, 99)
                        .relation(4, "public", "outside", 'f')
                        .relation(5, "public", "x", 'v')
                        .standsOn(5, 4)
                        .relation(6, "public", "y", 'v')
                        .standsOn(6, 7)
                        .relation(7, "public", "z", 'v')
                        .standsOn(7, 6)
                        .relation(8, "public", "odd", '?')
                        .build();

        for (int view = 2; view <= 8; view++) {
            assertThat(catalogue.origin(view, 1)).as("relation " + view).isEqualTo(UNPROVEN);
        }
    }

    @Test
    void a_view_that_meets_one_relation_twice_is_judged_by_both() {
        var catalogue =
                people().relation(2, "public", "things", 'r')
                        .relation(3, "public", "a", 'v')
                        .column(3, 1, "n")
                        .standsOn(3, 2)
                        .relation(4, "public", "b", 'v')
                        .column(4, 1, "n")
                        .standsOn(4, 3)
                        .standsOn(4, 2)
                        .build();

        assertThat(catalogue.origin(4, 1)).isEqualTo(HARMLESS);
    }

    @Test
    void a_table_whose_rule_reads_a_labelled_one_is_not_cleared() {
        var catalogue =
                people().relation(2, "public", "inbox", 'r')
                        .column(2, 1, "n")
                        .standsOn(2, 1)
                        .relation(3, "public", "outbox", 'r')
                        .column(3, 1, "n")
                        .calls(3)
                        .relation(4, "public", "audit", 'r')
                        .column(4, 1, "n")
                        .relation(5, "public", "logged", 'r')
                        .column(5, 1, "n")
                        .standsOn(5, 4)
                        .build();

        assertThat(catalogue.find("", "inbox", List.of("public")).getFirst().cleared()).isFalse();
        assertThat(catalogue.find("", "outbox", List.of("public")).getFirst().cleared()).isFalse();
        assertThat(catalogue.find("", "logged", List.of("public")).getFirst().cleared()).isTrue();
    }

    @Test
    void a_labelled_column_that_does_not_exist_is_told_and_its_table_labelled_whole() {
        var catalogue =
                labelled("public.people.snn", "public.nobody.ssn")
                        .relation(1, "public", "people", 'r')
                        .column(1, 1, "id")
                        .column(1, 2, "ssn")
                        .build();

        assertThat(catalogue.missing())
                .containsExactlyInAnyOrder("public.people.snn", "public.nobody.ssn");
        assertThat(catalogue.origin(1, 1)).isEqualTo(SSN);
        assertThat(catalogue.origin(1, 2)).isEqualTo(SSN);
        assertThat(catalogue.any()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pg_stats",
                "pg_statistic",
                "pg_stat_activity",
                "pg_prepared_statements",
                "pg_user_mappings",
                "pg_user_mapping",
                "pg_authid",
                "pg_shadow",
                "pg_largeobject",
                "pg_statistic_ext_data",
                "pg_stats_ext",
                "pg_cursors",
                "pg_file_settings",
                "pg_hba_file_rules",
                "pg_subscription",
                "pg_replication_slots"
            })
    void system_relations_that_show_data_are_not_cleared(String name) {
        var catalogue = people().relation(9, "pg_catalog", name, 'v').column(9, 1, "x").build();

        assertThat(catalogue.origin(9, 1)).isEqualTo(UNPROVEN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pg_class", "pg_attribute", "pg_type", "pg_proc", "pg_namespace"})
    void system_relations_that_describe_are_cleared(String name) {
        assertThat(SystemRelations.cleared("pg_catalog", name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"user_mapping_options", "user_mappings", "foreign_server_options"})
    void options_of_foreign_servers_hold_passwords(String name) {
        assertThat(SystemRelations.cleared("information_schema", name)).isFalse();
        assertThat(SystemRelations.cleared("information_schema", "columns")).isTrue();
    }

    @Test
    void what_rows_had_before_a_column_was_added_is_labelled_and_so_is_a_view_of_it() {
        var catalogue =
                people().relation(9, "pg_catalog", "pg_attribute", 'r')
                        .column(9, 1, "attname")
                        .column(9, 2, "attmissingval")
                        .relation(10, "public", "v", 'v')
                        .column(10, 1, "was")
                        .standsOn(10, 9)
                        .build();

        assertThat(catalogue.origin(9, 2)).isInstanceOf(Labels.Origin.Labelled.class);
        assertThat(catalogue.origin(9, 1)).isEqualTo(HARMLESS);
        assertThat(catalogue.origin(10, 1)).isEqualTo(UNPROVEN);
    }

    @Test
    void names_are_the_systems_own_or_any_along_the_path() {
        var catalogue =
                people().relation(2, "sales", "people", 'r')
                        .relation(3, "pg_catalog", "pg_class", 'r')
                        .relation(4, "public", "pg_class", 'r')
                        .build();

        assertThat(catalogue.find("", "people", List.of("sales", "public")))
                .extracting(Catalogue.Relation::oid)
                .containsExactly(2L, 1L);
        assertThat(catalogue.find("public", "people", List.of("sales")).getFirst().oid())
                .isEqualTo(1);
        assertThat(catalogue.find("", "pg_class", List.of("public")).getFirst().oid()).isEqualTo(3);
        assertThat(catalogue.find("", "people", List.of())).isEmpty();
        assertThat(catalogue.find("elsewhere", "people", List.of("public"))).isEmpty();
    }

    @Test
    void only_words_of_the_catalogue_may_be_shown() {
        var catalogue = people().build();

        assertThat(List.of("public", "people", "ssn", "id")).allMatch(catalogue::knows);
        assertThat(Map.of("secret", 1).keySet()).noneMatch(catalogue::knows);
    }
}
