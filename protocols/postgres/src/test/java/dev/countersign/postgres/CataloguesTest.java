package dev.countersign.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.masking.MaskSettings;
import dev.countersign.sql.Statements;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the catalogue says of a real server's relations.
class CataloguesTest {
    private static final Statements STATEMENTS = new Statements();
    private static final RealPostgres REAL = RealPostgres.get();

    @BeforeAll
    static void schema() throws SQLException {
        REAL.execute(
                "CREATE SCHEMA c",
                "CREATE TABLE c.registry (ssn text PRIMARY KEY)",
                "CREATE TABLE c.people (id int, ssn text, digits text GENERATED ALWAYS AS"
                        + " (replace(ssn, '-', '')) STORED)",
                "CREATE TABLE c.more (note text) INHERITS (c.people)",
                "CREATE TABLE c.visits (id int, ssn text, day date) PARTITION BY RANGE (day)",
                "CREATE TABLE c.visits_26 (ssn text, day date NOT NULL, id int)",
                "ALTER TABLE c.visits ATTACH PARTITION c.visits_26 FOR VALUES FROM ('2026-01-01')"
                        + " TO ('2027-01-01')",
                "CREATE TABLE c.things (id int, name text)",
                "CREATE VIEW c.plain AS SELECT name AS n FROM c.things WHERE upper(name) > 'A'",
                "CREATE VIEW c.who AS SELECT ssn AS n FROM c.people",
                "CREATE VIEW c.deep AS SELECT n FROM c.who",
                "CREATE MATERIALIZED VIEW c.kept AS SELECT ssn AS n FROM c.people",
                "CREATE FUNCTION c.peek() RETURNS text LANGUAGE sql AS 'SELECT ssn FROM c.people"
                        + " LIMIT 1'",
                "CREATE VIEW c.calls AS SELECT c.peek() AS n",
                "CREATE FUNCTION c.op(int, int) RETURNS text LANGUAGE sql AS 'SELECT ssn FROM"
                        + " c.people LIMIT 1'",
                "CREATE OPERATOR c.### (FUNCTION = c.op, LEFTARG = int, RIGHTARG = int)",
                "CREATE VIEW c.operates AS SELECT id OPERATOR(c.###) 1 AS n FROM c.things",
                "CREATE VIEW c.xml AS SELECT query_to_xml('select ssn from c.people', true, false,"
                        + " '')::text AS n",
                "CREATE VIEW c.files AS SELECT pg_read_file('PG_VERSION') AS n",
                "CREATE FUNCTION c.cast(int) RETURNS json LANGUAGE sql AS 'SELECT"
                        + " to_json(ssn) FROM c.people LIMIT 1'",
                "CREATE CAST (int AS json) WITH FUNCTION c.cast(int)",
                "CREATE VIEW c.casts AS SELECT id::json AS n FROM c.things",
                "CREATE TABLE c.inbox (n text)",
                "CREATE RULE tell AS ON INSERT TO c.inbox DO INSTEAD SELECT lower(ssn) FROM"
                        + " c.people",
                "CREATE VIEW c.statistics AS SELECT most_common_vals::text AS n FROM pg_stats",
                "CREATE VIEW c.histogram AS SELECT stavalues1::text AS n FROM pg_statistic",
                "CREATE VIEW c.sums AS SELECT count(*) AS n, max(name) AS m, sum(id)::text AS s,"
                        + " row_number() OVER () AS r FROM c.things t JOIN pg_class k ON k.relname"
                        + " = t.name GROUP BY k.oid",
                "CREATE VIEW c.found AS SELECT id FROM c.people WHERE ssn > '5'",
                "CREATE VIEW c.computed AS SELECT lower(ssn) AS n, id FROM c.people",
                "CREATE TABLE c.snapshots (was c.people, many c.people[])",
                "CREATE TABLE c.accounts (ssn text UNIQUE REFERENCES c.registry)",
                "CREATE UNIQUE INDEX ON c.people (lower(ssn))",
                "CREATE VIEW c.missing AS SELECT attmissingval::text AS n FROM pg_attribute");
    }

    private static Catalogues catalogues() {
        return catalogues(REAL.target("c.people.ssn", "c.visits.ssn", "c.registry.ssn"));
    }

    private static Catalogues catalogues(PostgresTarget target) {
        return new Catalogues(target, RealPostgres.reader(target, STATEMENTS), Runnable::run);
    }

    @Test
    void indexes_tell_which_orders_show() throws SQLException {
        REAL.execute(
                "CREATE TABLE c.indexed (id int PRIMARY KEY, a text UNIQUE, b text, d text, e text, f text)",
                "CREATE INDEX ON c.indexed (id) INCLUDE (b)",
                "CREATE INDEX ON c.indexed (lower(d))",
                "CREATE INDEX ON c.indexed (e) WHERE id > 5",
                "CREATE TABLE c.parted (id int, born date) PARTITION BY RANGE ((extract(year FROM born)))");

        assertThat(read("c.indexed.f").order()).isEqualTo(Catalogue.Order.FREE);
        assertThat(read("c.indexed.a").order()).isEqualTo(Catalogue.Order.COVERED);
        for (var column : List.of("b", "d", "e")) {
            assertThat(read("c.indexed." + column).order())
                    .as(column)
                    .isEqualTo(Catalogue.Order.TOLD);
        }
        assertThat(relation(read("c.parted.born"), "parted").cleared()).isFalse();
        assertThat(relation(read("c.parted.id"), "parted").cleared()).isTrue();
    }

    private static Catalogue read(String... labelled) {
        return catalogues(REAL.target(labelled)).toJudgeBy().toCompletableFuture().join();
    }

    private static Catalogue loaded() {
        return catalogues().toJudgeBy().toCompletableFuture().join();
    }

    private static Catalogue.Relation relation(Catalogue catalogue, String name) {
        return catalogue.find("c", name, List.of()).getFirst();
    }

    @Test
    void labels_reach_partitions_children_and_generated_columns() throws SQLException {
        var catalogue = loaded();
        var ssn = new Labels.Origin.Labelled(new Labels.Label("pii.ssn", MaskSettings.REDACT));

        assertThat(catalogue.missing()).isEmpty();
        assertThat(catalogue.origin(REAL.oid("c.people"), 2)).isEqualTo(ssn);
        assertThat(catalogue.origin(REAL.oid("c.people"), 3)).isEqualTo(ssn);
        assertThat(catalogue.origin(REAL.oid("c.more"), 2)).isEqualTo(ssn);
        assertThat(catalogue.origin(REAL.oid("c.more"), 3)).isEqualTo(ssn);
        assertThat(catalogue.origin(REAL.oid("c.more"), 4)).isEqualTo(new Labels.Origin.Harmless());
        assertThat(catalogue.origin(REAL.oid("c.visits"), 2)).isEqualTo(ssn);
        assertThat(catalogue.origin(REAL.oid("c.visits_26"), 1)).isEqualTo(ssn);
        assertThat(catalogue.origin(REAL.oid("c.visits_26"), 3))
                .isEqualTo(new Labels.Origin.Harmless());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "people",
                "more",
                "visits",
                "visits_26",
                "things",
                "plain",
                "sums",
                "who",
                "deep",
                "kept",
                "computed"
            })
    void what_can_be_seen_through_is_cleared(String name) {
        assertThat(relation(loaded(), name).cleared()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "found",
                "calls",
                "operates",
                "casts",
                "xml",
                "files",
                "inbox",
                "statistics",
                "histogram",
                "missing"
            })
    void what_can_not_is_not(String name) {
        assertThat(relation(loaded(), name).cleared()).isFalse();
    }

    @Test
    void labels_reach_views_column_by_column_rows_in_columns_and_foreign_keys()
            throws SQLException {
        var catalogue = loaded();
        var ssn = new Labels.Origin.Labelled(new Labels.Label("pii.ssn", MaskSettings.REDACT));

        for (var one : List.of("who", "deep", "kept", "snapshots", "accounts")) {
            assertThat(catalogue.origin(REAL.oid("c." + one), 1)).as(one).isEqualTo(ssn);
        }
        assertThat(catalogue.origin(REAL.oid("c.snapshots"), 2)).isEqualTo(ssn);
        assertThat(catalogue.origin(REAL.oid("c.computed"), 1))
                .isEqualTo(new Labels.Origin.Unproven());
        assertThat(catalogue.origin(REAL.oid("c.computed"), 2))
                .isEqualTo(new Labels.Origin.Harmless());
    }

    @Test
    void a_unique_index_over_an_expression_and_a_foreign_key_make_a_write_a_question() {
        var catalogue = loaded();

        assertThat(tested(catalogue, "people")).contains("ssn");
        assertThat(tested(catalogue, "accounts")).containsExactly("ssn");
        assertThat(tested(catalogue, "registry")).containsExactly("ssn");
        assertThat(tested(catalogue, "visits")).isEmpty();
    }

    private static List<String> tested(Catalogue catalogue, String name) {
        return relation(catalogue, name).columns().stream()
                .filter(Catalogue.Column::tested)
                .map(Catalogue.Column::name)
                .toList();
    }

    @Test
    void information_schema_and_the_system_are_known() {
        var catalogue = loaded();

        assertThat(catalogue.find("information_schema", "columns", List.of()))
                .singleElement()
                .returns(true, Catalogue.Relation::cleared);
        assertThat(catalogue.find("", "pg_stats", List.of()))
                .singleElement()
                .returns(false, Catalogue.Relation::cleared);
    }

    @Test
    void a_change_is_seen_by_whoever_judges_next() throws SQLException {
        var catalogues = catalogues();
        assertThat(catalogues.fresh()).isNull();
        catalogues.toJudgeBy().toCompletableFuture().join();
        assertThat(catalogues.fresh()).isNotNull();

        REAL.execute("CREATE TABLE c.made (n text)");
        assertThat(relationIn(catalogues, "made")).isFalse();
        catalogues.changed();

        assertThat(relationIn(catalogues, "made")).isTrue();
        REAL.execute("DROP TABLE c.made");
    }

    private static boolean relationIn(Catalogues catalogues, String name) {
        return catalogues.toJudgeBy().toCompletableFuture().join().find("c", name, List.of()).size()
                == 1;
    }

    @Test
    void while_nothing_could_be_loaded_everything_is_unproven() throws SQLException {
        var down = new AtomicBoolean(true);
        var target = REAL.target("c.people.ssn");
        var catalogues =
                new Catalogues(
                        target,
                        new CatalogueReader(
                                target,
                                () -> {
                                    throw new UncheckedIOException(
                                            new IOException("down " + down.get()));
                                },
                                STATEMENTS),
                        Runnable::run);

        assertThatThrownBy(() -> catalogues.toJudgeBy().toCompletableFuture().join())
                .isInstanceOf(CompletionException.class);
        assertThat(catalogues.fresh()).isNull();
        assertThat(catalogues.labels().any()).isTrue();
        assertThat(catalogues.labels().origin(REAL.oid("c.things"), 1))
                .isEqualTo(new Labels.Origin.Unproven());
    }
}
