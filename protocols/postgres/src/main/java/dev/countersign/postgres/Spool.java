package dev.countersign.postgres;

import dev.countersign.gate.Frame;
import dev.countersign.gate.MalformedFrame;
import dev.countersign.model.Principal;
import dev.countersign.model.Spooled;
import java.io.ByteArrayOutputStream;

/// The rows of a COPY that people must be shown before anything of it is sent: the client is
/// invited to send them as a server does, and they stay here. More than [Spooled#MAX_BYTES] is
/// forgotten as it comes, and the COPY refused at its end.
final class Spool {
    private final Item.Query item;
    private final Principal.Party actor;
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private boolean whole = true;
    private boolean ended;

    /// @param actor whose rows they are
    Spool(Item.Query item, Principal.Party actor) {
        this.item = item;
        this.actor = actor;
    }

    Item.Query item() {
        return item;
    }

    Principal.Party actor() {
        return actor;
    }

    /// A message of the client while it sends.
    void take(Frame frame) throws MalformedFrame {
        switch (frame.tag()) {
            case 'd' -> {
                int body = frame.first() ? frame.start() + PostgresFraming.HEADER : frame.start();
                add(frame, body);
            }
            case 'c' -> ended = true;
            case 'f' -> giveUp();
            case 'H', 'S' -> {
                // passed over, as a server does
            }
            default -> throw Copies.stray(frame);
        }
    }

    private void add(Frame frame, int from) {
        int length = frame.end() - from;
        whole &= content.size() + length <= Spooled.MAX_BYTES;
        if (whole) {
            var bytes = new byte[length];
            frame.buffer().getBytes(from, bytes);
            content.writeBytes(bytes);
        } else {
            content.reset();
        }
    }

    /// The client takes it back.
    void giveUp() {
        whole = false;
        ended = true;
    }

    /// No more comes.
    boolean ended() {
        return ended;
    }

    /// Whether all of it is there.
    boolean whole() {
        return whole;
    }

    Spooled spooled() {
        return Spooled.of(content.toByteArray());
    }
}
