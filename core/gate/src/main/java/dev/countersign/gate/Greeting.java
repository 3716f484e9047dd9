package dev.countersign.gate;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Optional;

/// The client's half of a login, as a pure machine: from the first byte until somebody said who
/// they are and where they want to go. It ends with one [Effects#identify], one [Effects#cancel] or
/// a hang-up. The driver bounds it in time and bytes.
public interface Greeting {
    /// How the bytes that come next are cut; asked anew before each frame.
    Framing framing();

    void fromClient(Frame frame, Effects out) throws MalformedFrame;

    /// TLS towards the client is up.
    ///
    /// @param version as the TLS engine names it: `TLSv1.3`
    void secured(String version, Effects out);

    /// The client may not come in, or the target cannot be had. The machine says so in its protocol
    /// and hangs up.
    void turnedAway(Reception.Why why, String message, Effects out);

    /// The client's bytes make no sense, or it took too long. The machine says so, if its protocol
    /// can, and hangs up.
    void malformed(String why, Effects out);

    /// What a greeting may ask for. The driver carries it out in order.
    interface Effects {
        /// Takes ownership of `bytes`.
        void toClient(ByteBuf bytes);

        /// Sends `answer` in clear and goes on in TLS. Bytes of the client that are already behind
        /// the frame being handled end the connection: they were not protected. Comes back as
        /// [Greeting#secured].
        void startTls(ByteBuf answer);

        /// Whether the listener has a certificate.
        boolean tlsOffered();

        /// Whether the listener takes tokens in clear: on loopback, and only where its
        /// configuration says so.
        boolean plainAllowed();

        /// What a client's proof is checked against that comes with this user name; empty where the
        /// name is not one of the gateway's own, so that a token is asked for. At once: nothing is
        /// fetched, and no key is derived.
        Optional<Verifier> verifier(String user);

        /// Who is this? Client reading stops. The conversation begins, or [Greeting#turnedAway]
        /// comes.
        void identify(Claim claim, Wanted wanted);

        /// Cancels what the session of this key is running, if it is; then the connection ends
        /// without an answer.
        void cancel(CancelKey key);

        void hangUp(String why);

        ByteBufAllocator allocator();
    }
}
