package dev.countersign.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.settings.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Schema and reference page are what the records say. `mvn -pl app/server -am test
/// -Dtest=GeneratedPagesTest -Dcountersign.write=true` writes them anew.
class GeneratedPagesTest {
    private static final Path SCHEMA =
            Path.of("src/main/resources/dev/countersign/server/configuration.schema.json");
    private static final Path REFERENCE = Path.of("../../docs/configuration-reference.md");

    private final SettingsComments comments = new SettingsComments();

    private static void same(Path file, String text) throws IOException {
        if (Boolean.getBoolean("countersign.write")) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        }
        assertThat(file).hasContent(text);
    }

    @Test
    void the_schema_is_made_of_the_records() throws IOException {
        same(SCHEMA, Indented.of(new ConfigurationSchema().schema()) + "\n");
    }

    @Test
    void the_reference_page_is_made_of_the_records() throws IOException {
        same(REFERENCE, new ConfigurationReference().page());
    }

    @Test
    void every_key_of_every_document_is_explained() {
        var silent = new ArrayList<String>();
        ConfigurationSchema.KINDS.values().forEach(type -> silent(Shape.of(type), silent));
        assertThat(silent).isEmpty();
    }

    private void silent(Shape shape, List<String> silent) {
        switch (shape) {
            case Shape.Keys keys -> {
                for (var key : keys.keys()) {
                    if (comments.of(keys.type(), key.component()).isBlank()) {
                        silent.add(keys.type().getSimpleName() + "." + key.component());
                    }
                    silent(key.shape(), silent);
                }
            }
            case Shape.Items(var of) -> silent(of, silent);
            case Shape.Entries(var of) -> silent(of, silent);
            default -> {
                // one value
            }
        }
    }
}
