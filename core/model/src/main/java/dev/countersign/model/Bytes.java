package dev.countersign.model;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/// Bytes that nobody can change. Its `toString` tells only the length: what is inside may be
/// anybody's secret.
public final class Bytes {
    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private final byte[] bytes;

    private Bytes(byte[] bytes) {
        this.bytes = bytes;
    }

    /// A copy of `bytes`.
    public static Bytes of(byte[] bytes) {
        return bytes.length == 0 ? EMPTY : new Bytes(bytes.clone());
    }

    /// `bytes` themselves: the caller promises to keep no reference to them.
    public static Bytes owned(byte[] bytes) {
        return bytes.length == 0 ? EMPTY : new Bytes(bytes);
    }

    public static Bytes utf8(String text) {
        return owned(text.getBytes(StandardCharsets.UTF_8));
    }

    public int length() {
        return bytes.length;
    }

    public byte at(int index) {
        return bytes[index];
    }

    /// A copy, free to be changed.
    public byte[] toArray() {
        return bytes.clone();
    }

    /// Copies the bytes from `from` up to `to` into `into`, from `at` on.
    public void copy(int from, int to, byte[] into, int at) {
        System.arraycopy(bytes, from, into, at, to - from);
    }

    /// A read-only view.
    public ByteBuffer view() {
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }

    /// The text these bytes are in strict UTF-8; empty if they are no valid UTF-8.
    public Optional<String> text() {
        var quick = new String(bytes, StandardCharsets.UTF_8);
        if (quick.indexOf('\uFFFD') < 0) {
            return Optional.of(quick); // nothing had to be replaced
        }
        try {
            return Optional.of(
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    public Hash sha256() {
        return Hash.sha256(bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return bytes.length + " bytes";
    }
}
