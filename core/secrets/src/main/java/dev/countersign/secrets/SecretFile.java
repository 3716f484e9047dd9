package dev.countersign.secrets;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A secret in a file. A file that everybody on the machine may read or write is used all the same,
/// with a warning, once until that changes: mounted secrets (Kubernetes: 0644 by default) are often
/// so, and whether it matters depends on who shares the machine or the container.
final class SecretFile implements SecretSource {
    private static final Logger LOG = LoggerFactory.getLogger(SecretFile.class);

    private final Path path;
    private final AtomicBoolean warned = new AtomicBoolean();

    SecretFile(Path path) {
        this.path = path;
    }

    @Override
    public char[] read() {
        var bytes = new byte[MAX_BYTES + 1];
        try {
            int length = fill(bytes);
            if (length > MAX_BYTES) {
                throw new SecretUnavailable(
                        SecretUnavailable.TOO_LONG,
                        place() + " is longer than " + MAX_BYTES + " bytes: is it the right file?");
            }
            return SecretText.of(ByteBuffer.wrap(bytes, 0, length), place());
        } catch (NoSuchFileException e) {
            throw new SecretUnavailable(
                    SecretUnavailable.MISSING,
                    place() + " does not exist; write the secret into it");
        } catch (IOException e) {
            throw new SecretUnavailable(
                    SecretUnavailable.UNREADABLE,
                    place()
                            + " cannot be read; it must be a regular file that this process may read");
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    private int fill(byte[] bytes) throws IOException {
        // A pipe or a device would keep the caller waiting without end.
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new IOException("not a regular file");
        }
        try (var in = Files.newByteChannel(path)) {
            var buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining() && in.read(buffer) >= 0) {}
            warnIfOpenToAll();
            return buffer.position();
        }
    }

    private void warnIfOpenToAll() throws IOException {
        var view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
        if (view == null) {
            return;
        }
        var open = EnumSet.of(PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE);
        open.retainAll(view.readAttributes().permissions());
        if (open.isEmpty()) {
            warned.set(false);
        } else if (warned.compareAndSet(false, true)) {
            LOG.atWarn()
                    .addKeyValue("code", "secret-open-to-all")
                    .log("{} may be read or written by every user here; chmod 600 it", place());
        }
    }

    private String place() {
        return "the secret's file " + path;
    }

    @Override
    public String toString() {
        return "secret in a file";
    }
}
