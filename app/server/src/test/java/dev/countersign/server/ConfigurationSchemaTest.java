package dev.countersign.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.countersign.model.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// What an editor makes of the schema.
class ConfigurationSchemaTest {
    private final Schema schema =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(ConfigurationFile.schema());

    private List<String> faults(String yaml) {
        var documents = new Load(LoadSettings.builder().build()).loadAllFromString(yaml);
        return StreamSupport.stream(documents.spliterator(), false)
                .flatMap(one -> schema.validate(json(one), InputFormat.JSON).stream())
                .map(Object::toString)
                .toList();
    }

    private static String json(Object value) {
        return switch (value) {
            case null -> "null";
            case Map<?, ?> map ->
                    map.entrySet().stream()
                            .map(it -> json(it.getKey()) + ":" + json(it.getValue()))
                            .toList()
                            .toString()
                            .replaceAll("^\\[", "{")
                            .replaceAll("]$", "}");
            case List<?> list ->
                    list.stream().map(ConfigurationSchemaTest::json).toList().toString();
            case Number number -> number.toString();
            case Boolean truth -> truth.toString();
            default -> new Json.Str(value.toString()).text();
        };
    }

    private static String page(String name) throws IOException {
        var page = Files.readString(Path.of("../../docs").resolve(name));
        return page.substring(page.indexOf("```yaml\n") + 8, page.indexOf("\n```\n"));
    }

    @Test
    void it_takes_the_configurations_of_the_documentation() throws IOException {
        assertThat(faults(page("configuration.md"))).isEmpty();
        assertThat(faults("kind:" + page("approval-policies.md").split("\nkind:", 2)[1])).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "data-dir: /var/lib/countersign, data-dirr: /var/lib/countersign",
        "role: countersign_agent, rolle: countersign_agent",
        "hold: 10m, hold: 10 minutes",
        "quorum: 1, quorum: one",
        "'allow: true', 'allow: maybe'",
        "'groups: [dba]', 'groups: dba'",
    })
    void it_refuses_what_the_gateway_would_refuse(String good, String bad) throws IOException {
        var yaml = page("configuration.md");

        assertThat(yaml).contains(good);
        assertThat(faults(yaml.replace(good, bad))).isNotEmpty();
    }
}
