package dev.countersign.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.model.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The verifier requires what the published schemas require, no more and no less.
class KindsTest {
    private static final Path SCHEMAS = Path.of("../../docs/schema/evidence");

    static List<String> kinds() throws IOException {
        try (var files = Files.list(SCHEMAS)) {
            return files.map(file -> file.getFileName().toString())
                    .map(name -> name.substring(0, name.length() - ".json".length()))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void a_kind_must_have_what_its_schema_requires(String kind) throws IOException {
        var schema = object(Files.readString(SCHEMAS.resolve(kind + ".json")));

        assertThat(Stream.concat(Stream.of("v", "k", "id"), Kinds.members(kind).stream()))
                .containsExactlyInAnyOrderElementsOf(required(schema));
        assertThat(Kinds.body(kind)).containsExactlyInAnyOrderElementsOf(required(body(schema)));
    }

    /// An outcome's stands apart, because several may share a record.
    private static Json.Obj body(Json.Obj schema) {
        return schema.object("$defs")
                .flatMap(parts -> parts.object("outcome"))
                .or(() -> schema.object("properties").flatMap(all -> all.object("x")))
                .orElseThrow();
    }

    private static Json.Obj object(String text) {
        return (Json.Obj) Json.parse(text);
    }

    private static List<String> required(Json.Obj schema) {
        return schema.get("required").stream()
                .flatMap(names -> ((Json.Arr) names).items().stream())
                .map(name -> ((Json.Str) name).value())
                .toList();
    }
}
