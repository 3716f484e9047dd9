package dev.countersign.evidence;

import dev.countersign.model.Hash;
import java.util.Base64;

/// The size of a log and the root over all its records (C2SP tlog-checkpoint).
record Checkpoint(long size, Hash root) {

    String body(String origin) {
        return origin
                + "\n"
                + size
                + "\n"
                + Base64.getEncoder().encodeToString(root.bytes())
                + "\n";
    }

    /// Reads the body of a note whose signature somebody else has checked, or that only this
    /// process ever wrote.
    ///
    /// @throws EvidenceFailure if it is no checkpoint of `origin`
    static Checkpoint parse(String note, String origin, Object where) {
        var lines = note.split("\n", 5);
        if (lines.length < 4 || !lines[0].equals(origin) || !lines[1].matches("0|[1-9]\\d{0,17}")) {
            throw new EvidenceFailure(
                    EvidenceFailure.Code.UNREADABLE,
                    where + " is no checkpoint of " + origin + "; was it written by another log?");
        }
        try {
            return new Checkpoint(
                    Long.parseLong(lines[1]), Hash.of(Base64.getDecoder().decode(lines[2])));
        } catch (IllegalArgumentException e) {
            throw new EvidenceFailure(
                    EvidenceFailure.Code.UNREADABLE, where + " holds no root hash", e);
        }
    }
}
