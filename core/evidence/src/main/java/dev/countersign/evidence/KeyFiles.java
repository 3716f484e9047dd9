package dev.countersign.evidence;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/// Files that hold keys: readable by their owner only, made at most once.
final class KeyFiles {
    private static final int MAX_LENGTH = 16 << 10;

    private KeyFiles() {}

    static String read(Path file) {
        try {
            if (Files.size(file) > MAX_LENGTH) {
                throw new EvidenceFailure(
                        EvidenceFailure.Code.KEY, file + " is too long to be a key");
            }
            return Files.readString(file, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new EvidenceFailure(
                    EvidenceFailure.Code.KEY,
                    file + " cannot be read; it must be a key that the gateway may read",
                    e);
        }
    }

    static void write(Path file, String content) {
        try {
            var folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            Files.createFile(
                    file,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, content, StandardCharsets.US_ASCII, StandardOpenOption.SYNC);
        } catch (IOException e) {
            throw new EvidenceFailure(
                    EvidenceFailure.Code.KEY,
                    file + " cannot be written; a new key is kept there",
                    e);
        }
    }
}
