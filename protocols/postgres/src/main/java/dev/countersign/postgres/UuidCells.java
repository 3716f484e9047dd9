package dev.countersign.postgres;

import dev.countersign.masking.MaskKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.regex.Pattern;

/// Pseudonyms of uuids: version 8 (RFC 9562), whose bits are anybody's, so that they are never
/// taken for a real one of another version. One value has one pseudonym in both formats.
final class UuidCells {
    static final int BYTES = 16;

    private static final int TEXT_LENGTH = 36;
    private static final Pattern TEXT =
            Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private UuidCells() {}

    static CellMask of(boolean binary, MaskKey key) {
        return new CellMask.Each(
                binary
                        ? value -> value.length == BYTES ? pseudonym(key, value) : null
                        : value -> {
                            var text = new String(value, StandardCharsets.ISO_8859_1);
                            return value.length == TEXT_LENGTH && TEXT.matcher(text).matches()
                                    ? text(pseudonym(key, bytes(UUID.fromString(text))))
                                    : null;
                        },
                CellMask.Same.NULL);
    }

    private static byte[] pseudonym(MaskKey key, byte[] value) {
        var out = key.bytes(value);
        out[6] = (byte) ((out[6] & 0x0F) | 0x80);
        out[8] = (byte) ((out[8] & 0x3F) | 0x80);
        return out;
    }

    private static byte[] bytes(UUID value) {
        return ByteBuffer.allocate(BYTES)
                .putLong(value.getMostSignificantBits())
                .putLong(value.getLeastSignificantBits())
                .array();
    }

    private static byte[] text(byte[] value) {
        var in = ByteBuffer.wrap(value);
        return new UUID(in.getLong(), in.getLong()).toString().getBytes(StandardCharsets.UTF_8);
    }
}
