package dev.countersign.evidence;

import java.nio.file.Path;

/// Where payloads lie: one after the other in numbered files. A place is the file's number and the
/// byte in it, in one number; in a record it is written `number:byte:length`.
final class Places {
    /// Bytes after which a further file is begun.
    static final long FILE = 64L << 20;

    private static final int BITS = 32;

    private long next;

    /// @param next the first free place
    Places(long next) {
        this.next = next;
    }

    long take(int length) {
        if (offset(next) + length > FILE && offset(next) > 0) {
            next = (number(next) + 1) << BITS;
        }
        long place = next;
        next += length;
        return place;
    }

    static long number(long place) {
        return place >>> BITS;
    }

    static long offset(long place) {
        return place & 0xFFFF_FFFFL;
    }

    static String written(long place, int length) {
        return number(place) + ":" + offset(place) + ":" + length;
    }

    static Path file(Path blobs, long number) {
        return blobs.resolve("%08d".formatted(number));
    }
}
