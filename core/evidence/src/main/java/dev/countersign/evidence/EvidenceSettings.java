package dev.countersign.evidence;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;

/// Where a log lies, and its limits.
///
/// @param directory the data directory; the log lies in `evidence/` below it
/// @param origin the log's name, for ever
/// @param logKey signs checkpoints: PKCS#8 PEM of an Ed25519 key, made if it is not there
/// @param payloadKey wraps the keys of payloads: 32 bytes in base64, made if it is not there
/// @param guardFile the last signed checkpoint, outside of the directory
/// @param segment bytes of one file of the write-ahead log
/// @param waiting appends that may wait for the writer
public record EvidenceSettings(
        Path directory,
        String origin,
        Path logKey,
        Path payloadKey,
        Optional<Path> guardFile,
        Clock clock,
        int segment,
        int waiting) {
    /// Bytes of one file of the write-ahead log unless said otherwise. Four of them are held.
    public static final int SEGMENT = 16 << 20;

    /// Appends that may wait for the writer unless said otherwise.
    public static final int WAITING = 65_536;

    /// With the usual limits.
    public static EvidenceSettings of(
            Path directory,
            String origin,
            Path logKey,
            Path payloadKey,
            Optional<Path> guardFile,
            Clock clock) {
        return new EvidenceSettings(
                directory, origin, logKey, payloadKey, guardFile, clock, SEGMENT, WAITING);
    }

    Path evidence() {
        return directory.resolve("evidence");
    }
}
