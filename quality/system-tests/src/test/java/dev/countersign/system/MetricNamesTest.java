package dev.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Names of metrics stand in four places: in a gateway that runs, in the documentation, in the
/// dashboard and in the alert rules.
class MetricNamesTest {
    private static final Path TOP = Path.of("../..");
    private static final Pattern TYPE =
            Pattern.compile("(?m)^# TYPE ([a-zA-Z0-9_:]+) (counter|gauge|histogram|summary)$");
    private static final Pattern NAME = Pattern.compile("\\b(?:countersign|jvm|process)_[a-z_]+");

    @TempDir static Path directory;

    private static String exported = "";

    @BeforeAll
    static void one_gateway_runs() throws Exception {
        try (var house =
                new House(
                        directory,
                        "- {name: all, on: [sql], when: \"stmt.verb == 'read'\", allow: true}\n")) {
            house.stop();
            var probe = new Probe(house.monitor());
            house.start();
            try (var eve = house.connect()) {
                SpineTest.column(eve, "SELECT ssn FROM customers");
            }
            assertThatThrownBy(() -> house.connectAs("no token")).isInstanceOf(SQLException.class);
            await().atMost(Duration.ofSeconds(20)).until(() -> everythingHappened(probe.metrics()));
            exported = probe.metrics();
        }
        // quality/monitoring/run has promtool look at it
        Files.writeString(Path.of("target/metrics.txt"), exported);
    }

    private static boolean everythingHappened(String metrics) {
        return metrics.contains("countersign_mask_cells_total{")
                && metrics.contains("countersign_failed_logins_total{");
    }

    private static Set<String> ours() {
        return TYPE.matcher(exported)
                .results()
                .map(found -> found.group(1))
                .filter(name -> name.startsWith("countersign_"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void the_documentation_lists_every_metric_and_no_other() throws IOException {
        var listed =
                Pattern.compile("(?m)^\\| `(countersign_[a-z_]+)` \\|")
                        .matcher(Files.readString(TOP.resolve("docs/monitoring.md")))
                        .results()
                        .map(found -> found.group(1))
                        .collect(Collectors.toCollection(TreeSet::new));

        assertThat(listed).isEqualTo(ours());
    }

    @Test
    void the_documentation_lists_the_labels_that_there_are() throws IOException {
        var docs = Files.readString(TOP.resolve("docs/monitoring.md"));
        for (var name : ours()) {
            var labels = new TreeSet<String>();
            Pattern.compile("(?m)^" + name + "(?:_bucket|_count|_sum)?\\{([^}]*)}")
                    .matcher(exported)
                    .results()
                    .flatMap(found ->
                            Pattern.compile("([a-z]+)=\"").matcher(found.group(1)).results())
                    .map(found -> found.group(1))
                    .filter(label -> !label.equals("le"))
                    .forEach(labels::add);
            var row = docs.substring(docs.indexOf("| `" + name + "` |"));
            var cell = row.substring(0, row.indexOf('\n')).split("\\|", -1)[2];
            var told =
                    Pattern.compile("`([a-z]+)`")
                            .matcher(cell)
                            .results()
                            .map(found -> found.group(1))
                            .collect(Collectors.toCollection(TreeSet::new));
            if (!labels.isEmpty() || told.isEmpty()) {
                assertThat(told).as(name).isEqualTo(labels);
            }
        }
    }

    @Test
    void what_dashboard_and_alerts_name_is_exported() throws IOException {
        for (var file :
                new String[] {"dist/grafana/countersign.json", "dist/prometheus/alerts.yaml"}) {
            var names =
                    NAME.matcher(Files.readString(TOP.resolve(file)))
                            .results()
                            .map(found -> found.group())
                            .collect(Collectors.toCollection(TreeSet::new));

            assertThat(names).as(file).isNotEmpty();
            for (var name : names) {
                assertThat(exported)
                        .as("%s in %s", name, file)
                        .containsPattern("(?m)^" + name + "[ {]");
            }
        }
    }
}
