package dev.countersign.evidence;

import dev.countersign.model.Bytes;
import dev.countersign.model.Hash;
import dev.countersign.model.Json;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;

/// Opens payloads, for those who hold the payload key.
public final class PayloadReader {
    private final Path evidence;
    private final PayloadKey key;

    private PayloadReader(Path evidence, PayloadKey key) {
        this.evidence = evidence;
        this.key = key;
    }

    /// @param directory the data directory
    /// @throws EvidenceFailure if the key cannot be read
    public static PayloadReader open(Path directory, Path payloadKey) {
        return new PayloadReader(directory.resolve("evidence"), PayloadKey.read(payloadKey));
    }

    /// What a record committed to.
    ///
    /// @param record whose body has a `payload`
    /// @throws EvidenceFailure if it is not there, was rewritten, or does not open
    public Bytes read(Json.Obj record) {
        return opened(record, Scope::open);
    }

    /// The same behind the 32 random bytes that its commitment is made with: with both, somebody
    /// without any key can see that it is what the record committed to.
    ///
    /// @throws EvidenceFailure as [#read]
    public Bytes reveal(Json.Obj record) {
        return opened(record, Scope::reveal);
    }

    private interface Opening {
        byte[] of(Scope scope, String recordId, byte[] object);
    }

    private Bytes opened(Json.Obj record, Opening opening) {
        var id = record.text("id").orElse("");
        var payload =
                record.object("x")
                        .flatMap(x -> x.object("payload"))
                        .orElseThrow(() -> unreadable(id, "has no payload", null));
        var scope = payload.text("scope").orElse("");
        try {
            var object = object(payload.text("where").orElse(""), id);
            if (!Hash.sha256(object).toString().equals(payload.text("ct").orElse(""))) {
                throw unreadable(id, "is not what was stored", null);
            }
            var wrapped = Files.readAllBytes(Publisher.keyFile(evidence, scope));
            var sealed = new Scope(scope, key.unwrap(scope, wrapped), wrapped, new SecureRandom());
            return Bytes.owned(opening.of(sealed, id, object));
        } catch (IOException e) {
            throw unreadable(id, "cannot be read", e);
        }
    }

    private byte[] object(String where, String id) throws IOException {
        var parts = where.split(":", -1);
        if (!where.matches("\\d{1,9}:\\d{1,10}:\\d{1,9}")) {
            throw unreadable(id, "lies nowhere", null);
        }
        var file = Places.file(evidence.resolve("blobs"), Long.parseLong(parts[0]));
        try (var in = new RandomAccessFile(file.toFile(), "r")) {
            long from = Long.parseLong(parts[1]);
            int length = Integer.parseInt(parts[2]);
            if (from + length > in.length()) {
                throw unreadable(id, "is missing", null);
            }
            in.seek(from);
            var out = new byte[length];
            in.readFully(out);
            return out;
        }
    }

    private static EvidenceFailure unreadable(
            String id, String what, @org.jspecify.annotations.Nullable Throwable why) {
        var message = "the payload of record " + id + " " + what;
        return why == null
                ? new EvidenceFailure(EvidenceFailure.Code.UNREADABLE, message)
                : new EvidenceFailure(EvidenceFailure.Code.UNREADABLE, message, why);
    }
}
