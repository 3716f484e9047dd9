package dev.countersign.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.masking.MaskSettings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogueTest {
    private static final Labels.Origin HARMLESS = new Labels.Origin.Harmless();
    private static final Labels.Origin UNPROVEN = new Labels.Origin.Unproven();
    private static final Labels.Origin SSN =
            new Labels.Origin.Labelled("pii.ssn", MaskSettings.REDACT);

    private static Catalogue.Builder labelled(String... columns) {
        var settings = new java.util.LinkedHashMap<String, PostgresTarget.ColumnSettings>();
        for (var column : columns) {
            settings.put(
                    column,
                    new PostgresTarget.ColumnSettings("pii.ssn", MaskSettings.REDACT, "none"));
        }
        return new Catalogue.Builder(settings);
    }

    private static Catalogue.Builder people() {
        return labelled("public.people.ssn")
                .relation(1, "public", "people", 'r')
                .column(1, 1, "id", false)
                .column(1, 2, "ssn", false);
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
                        .column(1, 1, "id", false)
                        .column(1, 2, "ssn", false)
                        .relation(2, "public", "people_2025", 'r')
                        .column(2, 1, "ssn", false)
                        .column(2, 2, "id", false)
                        .relation(3, "public", "people_2026", 'p')
                        .column(3, 5, "ssn", false)
                        .relation(4, "public", "people_2026_01", 'r')
                        .column(4, 7, "ssn", false)
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
                        .column(2, 1, "ssn", false)
                        .inherits(1, 2)
                        .inherits(2, 1)
                        .build();

        assertThat(catalogue.origin(2, 1)).isEqualTo(SSN);
    }

    @Test
    void every_generated_column_of_a_labelled_table_is_labelled() {
        var catalogue =
                people().column(1, 3, "digits", true)
                        .relation(2, "public", "child", 'r')
                        .column(2, 1, "ssn", false)
                        .column(2, 9, "own", true)
                        .inherits(2, 1)
                        .build();

        assertThat(catalogue.origin(1, 3)).isEqualTo(SSN);
        assertThat(catalogue.origin(2, 9)).isEqualTo(SSN);
    }

    @Test
    void a_view_over_a_labelled_table_is_not_cleared_however_deep() {
        var catalogue =
                people().relation(2, "public", "v", 'v')
                        .column(2, 1, "who", false)
                        .standsOn(2, 1)
                        .relation(3, "public", "w", 'm')
                        .column(3, 1, "who", false)
                        .standsOn(3, 2)
                        .relation(4, "public", "x", 'v')
                        .column(4, 1, "n", false)
                        .standsOn(4, 5)
                        .relation(5, "public", "things", 'r')
                        .column(5, 1, "n", false)
                        .build();

        assertThat(catalogue.origin(2, 1)).isEqualTo(UNPROVEN);
        assertThat(catalogue.origin(3, 1)).isEqualTo(UNPROVEN);
        assertThat(catalogue.origin(4, 1)).isEqualTo(HARMLESS);
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
                        .column(3, 1, "n", false)
                        .standsOn(3, 2)
                        .relation(4, "public", "b", 'v')
                        .column(4, 1, "n", false)
                        .standsOn(4, 3)
                        .standsOn(4, 2)
                        .build();

        assertThat(catalogue.origin(4, 1)).isEqualTo(HARMLESS);
    }

    @Test
    void a_table_whose_rule_reads_a_labelled_one_is_not_cleared() {
        var catalogue =
                people().relation(2, "public", "inbox", 'r')
                        .column(2, 1, "n", false)
                        .standsOn(2, 1)
                        .relation(3, "public", "outbox", 'r')
                        .column(3, 1, "n", false)
                        .calls(3)
                        .relation(4, "public", "audit", 'r')
                        .column(4, 1, "n", false)
                        .relation(5, "public", "logged", 'r')
                        .column(5, 1, "n", false)
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
                        .column(1, 1, "id", false)
                        .column(1, 2, "ssn", false)
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
        var catalogue =
                people().relation(9, "pg_catalog", name, 'v').column(9, 1, "x", false).build();

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
                        .column(9, 1, "attname", false)
                        .column(9, 2, "attmissingval", false)
                        .relation(10, "public", "v", 'v')
                        .column(10, 1, "was", false)
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
