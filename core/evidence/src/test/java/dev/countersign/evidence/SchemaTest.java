package dev.countersign.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.countersign.model.Bytes;
import dev.countersign.model.Evidence;
import dev.countersign.model.Json;
import dev.countersign.model.Opinion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Records against the JSON Schema of their kind (`docs/schema/evidence`), judged by a validator
/// that is not ours.
class SchemaTest {
    private static final Path SCHEMAS = Path.of("../../docs/schema/evidence");
    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private static final Map<String, Schema> READ = new HashMap<>();

    @TempDir Path folder;

    private static List<String> faults(Json.Obj record) {
        var kind = record.text("k").orElseThrow();
        var schema =
                READ.computeIfAbsent(
                        kind,
                        name -> {
                            try {
                                return REGISTRY.getSchema(
                                        Files.readString(SCHEMAS.resolve(name + ".json")));
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        });
        return schema.validate(record.text(), InputFormat.JSON).stream()
                .map(Object::toString)
                .toList();
    }

    /// One record of each kind.
    static List<Json.Obj> oneOfEach() {
        var out = new TreeMap<String, Json.Obj>();
        CredentialRecordsTest.records()
                .reversed()
                .forEach(record -> out.put(record.text("k").orElseThrow(), record));
        GoldenTest.records().forEach(record -> out.put(record.text("k").orElseThrow(), record));
        return List.copyOf(out.values());
    }

    @Test
    void every_kind_has_a_schema_and_every_schema_a_record() throws IOException {
        List<String> schemas;
        try (var files = Files.list(SCHEMAS)) {
            schemas = files.map(file -> file.getFileName().toString()).sorted().toList();
        }

        assertThat(oneOfEach().stream().map(record -> record.text("k").orElseThrow() + ".json"))
                .containsExactlyElementsOf(schemas);
    }

    @Test
    void every_golden_record_is_what_its_schema_says() {
        for (var record : GoldenTest.records()) {
            assertThat(faults(record)).as(record.text()).isEmpty();
        }
    }

    @Test
    void records_of_a_real_log_are_what_their_schemas_say() throws Exception {
        var data = folder.resolve("data");
        var crashed = folder.resolve("crashed");
        try (var log = FileEvidenceLog.open(Samples.settings(data))) {
            var session = Samples.session();
            var intent = Samples.intent(session, "SELECT 1");
            var first = Samples.intent(session, "SELECT 2");
            var plain = Samples.intent(session, "SELECT 3");
            var second =
                    new Evidence.Intent(
                            plain.action(),
                            plain.decision(),
                            null,
                            Opinion.nothing("timeout"),
                            true);
            var both =
                    Stream.of(first, second)
                            .flatMap(one -> Samples.settled(one).all().stream())
                            .toList();
            log.append(Samples.opened(session)).toCompletableFuture().join();
            log.append(List.of(intent)).toCompletableFuture().join();
            FileEvidenceLogTest.copy(data, crashed);
            log.append(
                            List.of(
                                    new Evidence.Recorded(
                                            session, 0, Duration.ZERO, Bytes.utf8("{}\n")),
                                    Samples.settled(intent),
                                    first,
                                    second,
                                    new Evidence.Settled(session, both),
                                    new Evidence.SessionClosed(session, "client")))
                    .toCompletableFuture()
                    .join();
        }
        FileEvidenceLog.open(FileEvidenceLogTest.settingsWithoutGuard(crashed)).close();

        for (var directory : List.of(data, crashed)) {
            for (var record : CheckLog.whole(directory)) {
                assertThat(faults(record)).as(record.text()).isEmpty();
            }
        }
    }

    /// Every member that a schema requires: nothing that it calls for is there by chance.
    @ParameterizedTest
    @MethodSource("oneOfEach")
    void a_record_with_a_required_member_renamed_is_not_what_its_schema_says(Json.Obj record) {
        assertThat(required(record)).contains("v", "k", "id", "x");
        required(record)
                .filter(name -> !name.equals("k")) // by it the schema was found
                .forEach(name ->
                        assertThat(faults(renamed(record, name)))
                                .as("%s renamed", name)
                                .isNotEmpty());
    }

    @ParameterizedTest
    @MethodSource("oneOfEach")
    void a_record_with_a_member_that_nobody_knows_yet_is_what_its_schema_says(Json.Obj record) {
        var body = record.object("x").orElseThrow().with("zz_new", Json.of(1));

        assertThat(faults(record.with("zz_new", Json.object().put("a", 1).build()).with("x", body)))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("oneOfEach")
    void a_record_whose_member_is_of_another_type_is_not_what_its_schema_says(Json.Obj record) {
        required(record)
                .filter(name -> !name.equals("k"))
                .forEach(name -> {
                    var other = Json.list(List.of(true), Json::of);
                    assertThat(faults(with(record, name, other))).as(name).isNotEmpty();
                });
    }

    /// Names of required members, those of the body behind `x.`.
    private static Stream<String> required(Json.Obj record) {
        try {
            var name = record.text("k").orElseThrow() + ".json";
            var schema = (Json.Obj) Json.parse(Files.readString(SCHEMAS.resolve(name)));
            var body =
                    schema.object("$defs") // an outcome's stands apart
                            .flatMap(parts -> parts.object("outcome"))
                            .or(() -> schema.object("properties").flatMap(all -> all.object("x")))
                            .orElseThrow();
            return Stream.concat(names(schema), names(body).map("x."::concat));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<String> names(Json.Obj schema) {
        return ((Json.Arr) schema.get("required").orElseThrow())
                .items().stream().map(name -> ((Json.Str) name).value());
    }

    private static Json.Obj renamed(Json.Obj record, String name) {
        if (name.startsWith("x.")) {
            var body = record.object("x").orElseThrow();
            return record.with("x", renamed(body, name.substring(2)));
        }
        var members = new TreeMap<>(record.members());
        var value = members.remove(name);
        assertThat(value).as(name).isNotNull();
        members.put(name + "_", Json.of("moved"));
        return new Json.Obj(members);
    }

    private static Json.Obj with(Json.Obj record, String name, Json value) {
        return name.startsWith("x.")
                ? record.with("x", record.object("x").orElseThrow().with(name.substring(2), value))
                : record.with(name, value);
    }
}
