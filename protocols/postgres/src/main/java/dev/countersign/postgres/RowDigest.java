package dev.countersign.postgres;

import dev.countersign.model.Hash;
import io.netty.buffer.ByteBuf;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/// SHA-256 over the rows of one action after the other: the target never answers two at once, so a
/// session needs one. It is fed through a buffer, because rows are short, and a call of the digest
/// for each would cost more than its bytes.
final class RowDigest {
    private static final int BUFFER = 8 << 10;

    private final MessageDigest sha = Hash.digest();
    private byte[] buffer = new byte[0];
    private int filled;
    private @Nullable Tally of;

    @SuppressWarnings("ReferenceEquality") // the very same tally is meant
    void add(Tally tally, ByteBuf in, int start, int end) {
        if (of != tally) {
            end();
            of = tally;
        }
        if (buffer.length == 0) {
            buffer = new byte[BUFFER];
        }
        for (int at = start; at < end; ) {
            int part = Math.min(end - at, BUFFER - filled);
            in.getBytes(at, buffer, filled, part);
            at += part;
            filled += part;
            if (filled == BUFFER) {
                sha.update(buffer, 0, filled);
                filled = 0;
            }
        }
    }

    /// Tells the action whose rows came last their digest.
    void end() {
        var tally = of;
        if (tally != null) {
            of = null;
            sha.update(buffer, 0, filled);
            filled = 0;
            tally.response(Hash.of(sha.digest()));
        }
    }
}
