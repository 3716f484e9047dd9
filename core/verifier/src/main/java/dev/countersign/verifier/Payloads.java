package dev.countersign.verifier;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// The stored objects that records refer to: each must be there and have the hash that its record
/// says. What is inside needs a key, and is not looked at.
final class Payloads implements AutoCloseable {
    private static final Pattern WHERE = Pattern.compile("\\d{1,8}:\\d{1,10}:\\d{1,8}");

    private final Path folder;
    private final Story.Wrong wrong;
    private final byte[] piece = new byte[64 << 10];
    private long number = -1;
    private Optional<RandomAccessFile> open = Optional.empty();

    Payloads(Path folder, Story.Wrong wrong) {
        this.folder = folder;
        this.wrong = wrong;
    }

    void check(long index, Map<String, Object> record) {
        var payload = Story.map(Story.map(record, "x"), "payload");
        if (payload.isEmpty()) {
            return;
        }
        var where = Story.text(payload, "where");
        if (!WHERE.matcher(where).matches()) {
            wrong.record(Code.SCHEMA, index, "its payload lies nowhere");
            return;
        }
        var parts = where.split(":", -1);
        try {
            var hash =
                    hash(
                            Long.parseLong(parts[0]),
                            Long.parseLong(parts[1]),
                            Integer.parseInt(parts[2]));
            if (hash.isEmpty()) {
                wrong.record(Code.BLOB_MISSING, index, "its payload is not there");
            } else if (!hash.get().equals(Story.text(payload, "ct"))) {
                wrong.record(Code.BLOB_MISMATCH, index, "its payload was rewritten");
            }
        } catch (IOException e) {
            wrong.record(Code.BLOB_MISSING, index, "its payload cannot be read");
        }
    }

    private Optional<String> hash(long file, long from, int length) throws IOException {
        if (number != file) {
            close();
            open = Optional.empty();
            number = file;
            var path = folder.resolve("%08d".formatted(file));
            if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                open = Optional.of(new RandomAccessFile(path.toFile(), "r"));
            }
        }
        if (open.isEmpty() || from + length > open.get().length()) {
            return Optional.empty();
        }
        var sha = Checkpoint.sha256();
        open.get().seek(from);
        for (int left = length; left > 0; ) {
            int some = Math.min(left, piece.length);
            open.get().readFully(piece, 0, some);
            sha.update(piece, 0, some);
            left -= some;
        }
        return Optional.of(HexFormat.of().formatHex(sha.digest()));
    }

    @Override
    public void close() {
        try {
            if (open.isPresent()) {
                open.get().close();
            }
        } catch (IOException e) {
            wrong.record(Code.BLOB_MISSING, -1, "a payload file cannot be closed");
        }
    }
}
