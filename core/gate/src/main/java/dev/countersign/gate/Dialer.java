package dev.countersign.gate;

import dev.countersign.model.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.function.Supplier;

/// The gateway's login to a target, as a pure machine. The target is hostile until proven
/// otherwise: what it sends is bounded and checked, and nothing of it reaches the client. It ends
/// with one [Effects#ready] or one [Effects#failed].
public interface Dialer {
    Framing framing();

    /// The connection is open.
    void begin(Effects out);

    void fromTarget(Frame frame, Effects out) throws MalformedFrame;

    /// TLS towards the target is up and its certificate verified.
    void secured(Effects out);

    /// The key that [Effects#derive] asked for.
    void derived(Bytes key, Effects out) throws MalformedFrame;

    /// What a dialer may ask for. The driver carries it out in order.
    interface Effects {
        /// Takes ownership of `bytes`.
        void toTarget(ByteBuf bytes);

        /// Goes on in TLS. Bytes of the target that are already behind the frame being handled end
        /// the connection.
        void startTls();

        /// Runs `work` away from the event loop (PBKDF2) and comes back as [Dialer#derived].
        void derive(Supplier<Bytes> work);

        void ready(Ready ready);

        /// @param message for the gateway's operator and, in general terms, the client; never the
        ///   target's own text
        void failed(String message);

        ByteBufAllocator allocator();
    }
}
