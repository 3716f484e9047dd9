package dev.countersign.verifier;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// What a payload holds, for those who can open it: by the payload key, or because somebody who
/// could has put it beside the log (`opened/<record id>`, as r ‖ content). Either way it is
/// compared with the record's commitment (`docs/evidence-format.md`, section 5).
final class Opened {
    /// Bytes of a payload that is opened.
    static final int MAX = 1 << 20;

    private static final int R = 32;
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;
    private static final int KEY = 32;

    private final Path evidence;
    private final byte[] payloadKey;

    /// @param payloadKey 32 bytes in base64; empty for none
    Opened(Path evidence, String payloadKey) {
        this.evidence = evidence;
        this.payloadKey = key(payloadKey);
    }

    /// What came of it.
    sealed interface Content {
        /// As its record committed to it.
        @SuppressWarnings("ArrayRecordComponent") // read once, never compared
        record Held(byte[] bytes) implements Content {}

        /// Nobody here can open it.
        record Closed() implements Content {}

        /// It opens to something else than its record committed to.
        record Other() implements Content {}
    }

    private static byte[] key(String base64) {
        try {
            var bytes = Base64.getDecoder().decode(base64.strip());
            return bytes.length == KEY ? bytes : new byte[0];
        } catch (IllegalArgumentException e) {
            return new byte[0]; // it opens nothing, which is told of each
        }
    }

    Content of(Map<String, Object> record) {
        var payload = Story.map(Story.map(record, "x"), "payload");
        var id = Story.text(record, "id");
        if (!Kinds.isUuid(id)) {
            return new Content.Closed();
        }
        var clear = beside(id).or(() -> decrypted(id, payload));
        if (clear.isEmpty()) {
            return new Content.Closed();
        }
        if (clear.get().length < R) {
            return new Content.Other();
        }
        var r = Arrays.copyOf(clear.get(), R);
        var content = Arrays.copyOfRange(clear.get(), R, clear.get().length);
        return commitment(r, Story.text(payload, "media"), content)
                        .equals(Story.text(payload, "cm"))
                ? new Content.Held(content)
                : new Content.Other();
    }

    private Optional<byte[]> beside(String id) {
        return Tree.read(evidence.resolve("opened"), id, MAX + R);
    }

    private Optional<byte[]> decrypted(String id, Map<String, Object> payload) {
        var scope = Story.text(payload, "scope");
        var where = Story.text(payload, "where");
        if (payloadKey.length == 0
                || !Kinds.isUuid(scope)
                || !where.matches("\\d{1,8}:\\d{1,10}:\\d{1,7}")) {
            return Optional.empty();
        }
        return Tree.read(evidence.resolve("blobs/keys"), scope, 1 << 10)
                .flatMap(wrapped -> open(payloadKey, wrapped, scope))
                .flatMap(scopeKey ->
                        object(where).flatMap(object -> open(scopeKey, object, id + "\0" + scope)));
    }

    private static Optional<byte[]> open(byte[] key, byte[] object, String additional) {
        try {
            var cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(
                    Cipher.DECRYPT_MODE,
                    new SecretKeySpec(key, "AES"),
                    new GCMParameterSpec(TAG_BITS, object, 0, NONCE));
            cipher.updateAAD(additional.getBytes(StandardCharsets.UTF_8));
            return Optional.of(cipher.doFinal(object, NONCE, object.length - NONCE));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return Optional.empty(); // another key, or a scope that was erased
        }
    }

    private Optional<byte[]> object(String where) {
        var parts = where.split(":", -1);
        int length = Integer.parseInt(parts[2]);
        var file = evidence.resolve("blobs").resolve("%08d".formatted(Integer.parseInt(parts[0])));
        if (length > MAX || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try (var in = new RandomAccessFile(file.toFile(), "r")) {
            long from = Long.parseLong(parts[1]);
            if (from + length > in.length()) {
                return Optional.empty();
            }
            var out = new byte[length];
            in.seek(from);
            in.readFully(out);
            return Optional.of(out);
        } catch (IOException e) {
            return Optional.empty(); // told as missing where its hash is looked at
        }
    }

    private static String commitment(byte[] r, String media, byte[] content) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(r, "HmacSHA256"));
            mac.update(("cs.blob/1\0" + media + "\0").getBytes(StandardCharsets.UTF_8));
            mac.update(ByteBuffer.allocate(Long.BYTES).putLong(content.length).array());
            return HexFormat.of().formatHex(mac.doFinal(content));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no HMAC-SHA-256", e);
        }
    }
}
