package dev.countersign.postgres;

import dev.countersign.gate.Dialer;
import dev.countersign.gate.MalformedFrame;
import dev.countersign.gate.Ready;
import dev.countersign.model.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Carries out what a [Dialer] asks for over a blocking connection, so that a connection of the
/// gateway's own logs in by exactly the rules that a session's does.
final class BlockingLogin {
    private final BlockingChannel channel;
    private final Dialer dialer;
    private final Wishes wishes = new Wishes();

    BlockingLogin(BlockingChannel channel, Dialer dialer) {
        this.channel = channel;
        this.dialer = dialer;
    }

    /// @throws IOException if the target cannot be reached, is not who it should be, or does not
    ///   let the gateway in; the message says which, never in the target's words
    Ready run() throws IOException, MalformedFrame {
        dialer.begin(wishes);
        while (true) {
            if (wishes.unsent != null) {
                throw wishes.unsent;
            }
            if (wishes.failed != null) {
                throw new IOException(channel.at(wishes.failed));
            }
            if (wishes.ready != null) {
                return wishes.ready;
            }
            step();
        }
    }

    private void step() throws IOException, MalformedFrame {
        var work = wishes.work;
        if (wishes.startTls) {
            wishes.startTls = false;
            channel.startTls();
            dialer.secured(wishes);
        } else if (work != null) {
            wishes.work = null;
            dialer.derived(work.get(), wishes);
        } else {
            dialer.fromTarget(channel.read(dialer.framing()), wishes);
        }
    }

    /// What the dialer asked for and is not done yet.
    private final class Wishes implements Dialer.Effects {
        private boolean startTls;
        private @Nullable Supplier<Bytes> work;
        private @Nullable Ready ready;
        private @Nullable String failed;
        private @Nullable IOException unsent;

        @Override
        public void toTarget(ByteBuf bytes) {
            try {
                channel.write(bytes);
            } catch (IOException e) {
                unsent = e;
            }
        }

        @Override
        public void startTls() {
            startTls = true;
        }

        @Override
        public void derive(Supplier<Bytes> work) {
            this.work = work;
        }

        @Override
        public void ready(Ready ready) {
            this.ready = ready;
        }

        @Override
        public void failed(String message) {
            this.failed = message;
        }

        @Override
        public ByteBufAllocator allocator() {
            return UnpooledByteBufAllocator.DEFAULT;
        }
    }
}
