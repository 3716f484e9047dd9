package dev.countersign.postgres;

import dev.countersign.gate.Frame;
import dev.countersign.gate.MalformedFrame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A statement of the gateway's own that stands around one of the client's, and what the target
/// answered. Nothing of it reaches the client but an error, which is the client's action's.
final class OwnStatement {
    /// The answer is one row of a few small values.
    static final int MAX_BYTES = 4 << 10;

    private final boolean query;
    private List<@Nullable String> row = List.of();
    private String tag = "";
    private boolean done;
    private boolean failed;

    /// @param query by a Query message, up to its ReadyForQuery; otherwise by Close (twice), Parse,
    ///   Bind and Execute in a pipeline
    OwnStatement(boolean query) {
        this.query = query;
    }

    boolean query() {
        return query;
    }

    /// Takes what the target says of it, beside errors and the ReadyForQuery.
    void take(Frame frame) throws MalformedFrame {
        if (!frame.last() || frame.size() > MAX_BYTES) {
            throw new MalformedFrame(
                    "an answer of more than " + MAX_BYTES + " bytes to the gateway");
        }
        switch (frame.tag()) {
            case 'D' -> row = row(new Body(frame));
            case 'C' -> {
                tag = new Body(frame).cstring();
                done |= !query;
            }
            case 'T', 'I', '1', '2', '3' -> {
                // says nothing that the gateway asked for
            }
            default ->
                    throw new MalformedFrame(
                            "a message '" + (char) frame.tag() + "' where none belongs");
        }
    }

    private static List<@Nullable String> row(Body in) throws MalformedFrame {
        var out = new ArrayList<@Nullable String>();
        for (int left = in.int16(); left > 0; left--) {
            int length = in.int32();
            out.add(
                    length == -1
                            ? null
                            : new String(in.bytes(length).toArray(), StandardCharsets.UTF_8));
        }
        in.done();
        return out;
    }

    void failed() {
        failed = true;
        done |= !query;
    }

    /// Its ReadyForQuery came.
    void ready() {
        done = true;
    }

    boolean done() {
        return done;
    }

    /// Whether it is through, and well.
    boolean ok() {
        return done && !failed;
    }

    List<@Nullable String> row() {
        return row;
    }

    String tag() {
        return tag;
    }
}
