package dev.countersign.secrets;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where a target's credential comes from. It is read anew whenever it is needed, so that a rotated
/// one is picked up, and never kept.
///
/// `file:PATH` (a line break at the end does not count) or `env:NAME`.
public final class SecretSource {
    /// Bytes of a secret.
    static final int MAX_BYTES = 64 << 10;

    private static final Logger LOG = LoggerFactory.getLogger(SecretSource.class);

    private final Reader reader;

    private interface Reader {
        char[] read();
    }

    private SecretSource(Reader reader) {
        this.reader = reader;
    }

    /// @param base the folder that a relative path starts from
    /// @throws IllegalArgumentException if it is no reference; it is not quoted, for it may be a
    ///   secret that stands in the wrong place
    public static SecretSource parse(String reference, Path base) {
        if (reference.startsWith("file:") && reference.length() > 5) {
            var file = base.resolve(reference.substring(5)).normalize();
            return new SecretSource(() -> file(file));
        }
        if (reference.matches("env:[A-Za-z_][A-Za-z0-9_]*")) {
            var name = reference.substring(4);
            return new SecretSource(() -> variable(name));
        }
        throw new IllegalArgumentException(
                "a secret is given as `file:PATH` or `env:NAME`, never itself");
    }

    /// The credential's characters; the caller wipes them.
    ///
    /// @throws SecretUnavailable if it cannot be read, is empty or too long
    public char[] read() {
        return reader.read();
    }

    private static char[] file(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new SecretUnavailable(file + " is longer than " + MAX_BYTES + " bytes");
            }
            warnIfOpen(file);
            var bytes = Files.readAllBytes(file);
            try {
                return characters(bytes, file.toString());
            } finally {
                Arrays.fill(bytes, (byte) 0);
            }
        } catch (IOException e) {
            throw new SecretUnavailable(
                    file + " cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }

    private static void warnIfOpen(Path file) throws IOException {
        if (Files.getFileStore(file).supportsFileAttributeView("posix")
                && Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
            LOG.atWarn()
                    .addKeyValue("file", file)
                    .log("everybody on this machine can read this secret; chmod 600 it");
        }
    }

    private static char[] characters(byte[] bytes, String where) {
        int length = bytes.length;
        if (length > 0 && bytes[length - 1] == '\n') {
            length--;
        }
        if (length > 0 && bytes[length - 1] == '\r') {
            length--;
        }
        if (length == 0) {
            throw new SecretUnavailable(where + " is empty");
        }
        try {
            CharBuffer text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length));
            var out = new char[text.remaining()];
            text.get(out);
            Arrays.fill(text.array(), '\0');
            return out;
        } catch (CharacterCodingException e) {
            throw new SecretUnavailable(where + " is no text in UTF-8");
        }
    }

    private static char[] variable(String name) {
        var value = System.getenv(name);
        if (value == null || value.isEmpty() || value.length() > MAX_BYTES) {
            throw new SecretUnavailable(
                    "the environment variable " + name + " is not set, empty or too long");
        }
        return value.toCharArray();
    }

    @Override
    public String toString() {
        return "secret";
    }
}
