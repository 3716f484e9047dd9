package dev.countersign.server;

import dev.countersign.model.Hash;
import dev.countersign.postgres.Postgres;
import dev.countersign.secrets.SecretStore;
import dev.countersign.settings.ConfigurationProblems;
import dev.countersign.settings.Document;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/// A configuration as its files say it, checked as a gateway checks it at its start, for tools that
/// run none. Nothing is opened or asked: no secret, no issuer, no target.
///
/// @param digest over all documents, as the log has it
/// @param policy over the policies alone
/// @param store where `store:` references look
/// @param warnings what this version takes at its strictest because it cannot serve it
public record ConfigurationFile(
        List<Document> documents,
        Hash digest,
        Hash policy,
        List<String> warnings,
        SecretStore store) {
    public ConfigurationFile {
        documents = List.copyOf(documents);
        warnings = List.copyOf(warnings);
    }

    /// The JSON Schema (2020-12) of one document, made of the same records that documents are bound
    /// to.
    public static String schema() {
        try (var in = ConfigurationFile.class.getResourceAsStream("configuration.schema.json")) {
            if (in == null) {
                throw new IllegalStateException(
                        "configuration.schema.json is missing from this build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// @throws ConfigurationProblems with all that is wrong, at once
    public static ConfigurationFile read(Path file) {
        var clock = Clock.systemUTC();
        try (var postgres = new Postgres(clock)) {
            var read = Configuration.read(file, Map.of(postgres.id(), postgres), clock);
            return new ConfigurationFile(
                    read.documents(),
                    read.digest(),
                    read.rules().digest(),
                    read.notServed(),
                    read.server().store());
        }
    }
}
