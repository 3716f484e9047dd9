package dev.countersign.evidence;

import dev.countersign.model.Evidence;
import dev.countersign.model.Hash;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Writes a golden log with all that writes a real one but [FileEvidenceLog]'s own loop, in whose
/// place it counts the monotonic clock by hand: [Start] opens it, [Encoder] and [Chains] make the
/// records, [Publisher] the files.
final class GoldenWriter {
    /// The key pair of RFC 8032, section 7.1, test 1: known to everybody, good for nothing else.
    private static final String PRIVATE =
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";

    private static final String PUBLIC =
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    static final String ORIGIN = "example.com/countersign/golden";
    private static final Instant NEW_YEAR = Instant.parse("2026-01-01T00:00:00Z");

    private final EvidenceSettings settings;
    private final List<Chains.Written> entries = new ArrayList<>();
    private final List<Publisher.Blob> blobs = new ArrayList<>();
    private final List<Publisher.WrappedKey> keys = new ArrayList<>();

    private GoldenWriter(Path directory) {
        settings =
                EvidenceSettings.of(
                        directory,
                        ORIGIN,
                        directory.resolve("keys/log"),
                        directory.resolve("keys/payload"),
                        Optional.empty(),
                        Clock.fixed(NEW_YEAR, ZoneOffset.UTC));
    }

    /// Writes what a story tells.
    interface Pen {
        /// @return the leaf hash of its record, which later ones may name
        Hash write(Evidence evidence);
    }

    static void write(Path directory, Consumer<Pen> story) throws Exception {
        try (var _ = new FixedRandom()) {
            new GoldenWriter(directory).write(story);
        }
    }

    private void write(Consumer<Pen> story) throws Exception {
        keys();
        try (var opened = Start.open(settings, new Disk.Real())) {
            for (var draft : opened.first()) {
                add(opened, draft);
            }
            story.accept(evidence -> add(opened, opened.encoder().draft(evidence)));
            add(opened, opened.encoder().plain("log.stop", opened.encoder().body()));
            var publisher = opened.publisher();
            publisher.start();
            publisher.add(new Publisher.Done(entries, blobs, keys));
            publisher.await(entries.size(), Duration.ofSeconds(20));
            publisher.close();
        }
    }

    private Hash add(Start.Opened opened, Draft draft) {
        var payload = draft.payload();
        var where = "";
        if (payload != null) {
            long place = opened.places().take(payload.length);
            where = Places.written(place, payload.length);
            blobs.add(new Publisher.Blob(place, payload));
        }
        var key = draft.key();
        if (key != null) {
            keys.add(new Publisher.WrappedKey(key.scope(), key.wrapped().toArray()));
        }
        int number = entries.size();
        // once the clock goes back, in the middle
        long now = Chains.micros(NEW_YEAR) + (number == 10 ? 3 : number) * 1_000_003L;
        entries.add(opened.chains().write(draft, where, now, number * 1_000_003_000L));
        return entries.getLast().leaf();
    }

    private void keys() throws IOException {
        Files.createDirectories(settings.directory().resolve("keys"));
        var hex = HexFormat.of();
        Files.writeString(
                settings.logKey(),
                pem("PRIVATE KEY", hex.parseHex("302e020100300506032b657004220420" + PRIVATE))
                        + pem("PUBLIC KEY", hex.parseHex("302a300506032b6570032100" + PUBLIC)));
        var wrapping = "a payload key that hides nothing".getBytes(StandardCharsets.US_ASCII);
        Files.writeString(
                settings.payloadKey(), Base64.getEncoder().encodeToString(wrapping) + "\n");
    }

    private static String pem(String kind, byte[] der) {
        return "-----BEGIN "
                + kind
                + "-----\n"
                + Base64.getEncoder().encodeToString(der)
                + "\n-----END "
                + kind
                + "-----\n";
    }
}
