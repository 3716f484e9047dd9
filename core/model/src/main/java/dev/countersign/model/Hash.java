package dev.countersign.model;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A SHA-256, held as four longs: equality, hashing and immutability come free, which an array
/// would not give.
public record Hash(long a, long b, long c, long d) {

    /// The length of a SHA-256 in bytes.
    public static final int BYTES = 32;

    private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    /// Looking for an implementation costs more than the digest of a short text.
    private static final ThreadLocal<MessageDigest> MINE = ThreadLocal.withInitial(Hash::digest);

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
        var digest = MINE.get();
        digest.reset(); // whatever an earlier call may have left when it failed
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
        var text = new byte[2 * BYTES];
        write(text, 0);
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    /// The same digits in ASCII, from `at` on.
    public void write(byte[] to, int at) {
        digits(a, to, at);
        digits(b, to, at + 16);
        digits(c, to, at + 32);
        digits(d, to, at + 48);
    }

    private static void digits(long part, byte[] to, int at) {
        for (int i = 0; i < 16; i++) {
            to[at + i] = DIGITS[(int) (part >>> (60 - 4 * i)) & 15];
        }
    }
}
