package dev.countersign.system;

import dev.countersign.model.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// The published records of a log, read with a dozen lines that know nothing of our own reader: a
/// C2SP entry bundle is a length of two bytes and the entry, again and again.
final class Records {
    private static final int TRIES = 10;

    private Records() {}

    /// @param data the gateway's data directory, of one that may be at work
    static List<Json.Obj> of(Path data) throws IOException {
        for (int tries = 1; ; tries++) {
            try {
                return read(data.resolve("evidence/log/tile/entries"));
            } catch (NoSuchFileException e) {
                if (tries == TRIES) { // until then a longer bundle has taken its place meanwhile
                    throw e;
                }
            }
        }
    }

    private static List<Json.Obj> read(Path entries) throws IOException {
        var bundles = new TreeMap<Long, byte[]>();
        for (var file : bundles(entries)) {
            var path = entries.relativize(file).toString().replace("x", "").replace("/", "");
            int partial = path.indexOf(".p");
            long number = Long.parseLong(partial < 0 ? path : path.substring(0, partial));
            bundles.merge(number, Files.readAllBytes(file), (a, b) -> a.length > b.length ? a : b);
        }
        var out = new ArrayList<Json.Obj>();
        for (var bundle : bundles.values()) {
            var in = ByteBuffer.wrap(bundle);
            while (in.hasRemaining()) {
                var entry = new byte[Short.toUnsignedInt(in.getShort())];
                in.get(entry);
                out.add((Json.Obj) Json.parse(new String(entry, StandardCharsets.UTF_8)));
            }
        }
        return out;
    }

    /// Without those that are not whole yet.
    private static List<Path> bundles(Path entries) throws IOException {
        try (var files = Files.walk(entries)) {
            return files.filter(file -> !file.toString().endsWith(".tmp"))
                    .filter(Files::isRegularFile)
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /// Those of one kind.
    static List<Json.Obj> of(Path data, String kind) throws IOException {
        return of(data).stream()
                .filter(record -> record.text("k").orElse("").equals(kind))
                .toList();
    }

    /// What came of each action: one body for each, whether it has a record of its own or shares
    /// one.
    static List<Json.Obj> outcomes(Path data) throws IOException {
        var out = new ArrayList<Json.Obj>();
        for (var record : of(data, "outcome")) {
            var body = record.object("x").orElseThrow();
            if (body.get("of").isPresent()) {
                ((Json.Arr) body.get("of").get()).items().forEach(one -> out.add((Json.Obj) one));
            } else {
                out.add(body);
            }
        }
        return out;
    }

    /// All of `directory`'s files, as one text of bytes, to look for what must not be there.
    static String everything(Path directory) throws IOException {
        var out = new StringBuilder();
        try (var files = Files.walk(directory)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                out.append(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
            }
        }
        return out.toString();
    }
}
