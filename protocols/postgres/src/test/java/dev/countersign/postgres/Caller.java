package dev.countersign.postgres;

import dev.countersign.gate.CancelKey;
import dev.countersign.gate.Claim;
import dev.countersign.gate.Frame;
import dev.countersign.gate.Framing;
import dev.countersign.gate.Greeting;
import dev.countersign.gate.MalformedFrame;
import dev.countersign.gate.Token;
import dev.countersign.gate.Verifier;
import dev.countersign.gate.Wanted;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A greeting and everything it asked for, fed by bytes as a listener does.
final class Caller implements Greeting.Effects {
    final PostgresGreeting greeting = new PostgresGreeting();
    final ByteArrayOutputStream said = new ByteArrayOutputStream();

    /// By user name.
    final Map<String, Verifier> minted = new HashMap<>();

    boolean tlsOffered;
    boolean plainAllowed = true;

    @Nullable String malformed;
    @Nullable String hungUp;
    @Nullable Claim claim;
    @Nullable Token token;
    @Nullable Wanted wanted;
    @Nullable CancelKey cancelled;
    boolean handshake;
    int hangUps;

    private final ByteBuf received = Unpooled.buffer();

    static Caller overTls() {
        var desk = new Caller();
        desk.tlsOffered = true;
        desk.plainAllowed = false;
        return desk;
    }

    /// What a client sends, cut and handed on as a listener does.
    Caller send(byte[]... parts) {
        for (var part : parts) {
            received.writeBytes(part);
            cut();
        }
        return this;
    }

    Caller byteByByte(byte[] bytes) {
        for (var one : bytes) {
            send(new byte[] {one});
        }
        return this;
    }

    private void cut() {
        try {
            while (malformed == null && hungUp == null && claim == null && !handshake) {
                long header =
                        greeting.framing()
                                .peek(received, received.readerIndex(), received.readableBytes());
                if (header == Framing.INCOMPLETE
                        || Framing.length(header) > received.readableBytes()) {
                    return;
                }
                int start = received.readerIndex();
                int length = Framing.length(header);
                received.skipBytes(length);
                greeting.fromClient(
                        new Frame(received)
                                .at(
                                        received,
                                        Framing.tag(header),
                                        start,
                                        start + length,
                                        length,
                                        true,
                                        true),
                        this);
            }
        } catch (MalformedFrame e) {
            malformed = String.valueOf(e.getMessage());
            greeting.malformed(malformed, this);
        }
    }

    Caller secured() {
        handshake = false;
        greeting.secured("TLSv1.3", this);
        return this;
    }

    byte[] bytes() {
        return said.toByteArray();
    }

    String text() {
        return said.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void toClient(ByteBuf bytes) {
        var out = new byte[bytes.readableBytes()];
        bytes.readBytes(out);
        bytes.release();
        said.writeBytes(out);
    }

    @Override
    public void startTls(ByteBuf answer) {
        toClient(answer);
        handshake = true;
    }

    @Override
    public boolean tlsOffered() {
        return tlsOffered;
    }

    @Override
    public boolean plainAllowed() {
        return plainAllowed;
    }

    @Override
    public Optional<Verifier> verifier(String user) {
        return Optional.ofNullable(minted.get(user));
    }

    @Override
    public void identify(Claim claim, Wanted wanted) {
        this.claim = claim;
        this.token = claim instanceof Claim.Shown(var shown) ? shown : null;
        this.wanted = wanted;
    }

    @Override
    public void cancel(CancelKey key) {
        cancelled = key;
    }

    @Override
    public void hangUp(String why) {
        hungUp = why;
        hangUps++;
    }

    @Override
    public ByteBufAllocator allocator() {
        return UnpooledByteBufAllocator.DEFAULT;
    }
}
