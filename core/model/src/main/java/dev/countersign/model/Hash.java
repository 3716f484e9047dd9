package dev.countersign.model;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A SHA-256, held as four longs: equality, hashing and immutability come free, which an array
/// would not give.
public record Hash(long a, long b, long c, long d) {

    /// The length of a SHA-256 in bytes.
    public static final int BYTES = 32;

    /// @throws IllegalArgumentException if `bytes` are not exactly 32
    public static Hash of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a SHA-256 has 32 bytes, these are " + bytes.length);
        }
        var in = ByteBuffer.wrap(bytes);
        return new Hash(in.getLong(), in.getLong(), in.getLong(), in.getLong());
    }

    /// The SHA-256 of all `parts`, one after the other.
    public static Hash sha256(byte[]... parts) {
        var digest = digest();
        for (var part : parts) {
            digest.update(part);
        }
        return of(digest.digest());
    }

    /// @param hex 64 lowercase or uppercase hexadecimal digits
    public static Hash parse(String hex) {
        return of(HexFormat.of().parseHex(hex));
    }

    /// A fresh SHA-256, which every Java runtime must have.
    public static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no SHA-256", e);
        }
    }

    public byte[] bytes() {
        return ByteBuffer.allocate(BYTES).putLong(a).putLong(b).putLong(c).putLong(d).array();
    }

    /// 64 lowercase hexadecimal digits.
    @Override
    public String toString() {
        var out = new StringBuilder(2 * BYTES);
        appendTo(out);
        return out.toString();
    }

    /// The same, without a string of its own.
    public void appendTo(StringBuilder out) {
        append(a, out);
        append(b, out);
        append(c, out);
        append(d, out);
    }

    private static void append(long part, StringBuilder out) {
        for (int shift = Long.SIZE - 4; shift >= 0; shift -= 4) {
            int digit = (int) (part >>> shift) & 15;
            out.append((char) (digit < 10 ? '0' + digit : 'a' + digit - 10));
        }
    }
}
