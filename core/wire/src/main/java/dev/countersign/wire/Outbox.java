package dev.countersign.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// What leaves for a client, in order. Behind a *barrier* nothing leaves before what it waits for
/// is durable; if that fails, nothing of it ever leaves.
///
/// Slices that lie one behind the other in one receive buffer leave as one, and so does the end of
/// an answer with the little that stands before it: the client would only be woken twice.
final class Outbox {
    private final Sender sender;
    private final EventLoop loop;
    private final Runnable released;
    private final Runnable refused;
    private final Deque<Object> waiting = new ArrayDeque<>();
    private int waitingBytes;
    private boolean discarded;

    /// A run of one receive buffer that was not handed on yet.
    private @Nullable ByteBuf run;

    private int runStart;
    private int runEnd;

    private record Barrier(CompletableFuture<?> until) {}

    /// @param released told, on the loop, when a barrier opened
    /// @param refused told when what a barrier waited for failed
    Outbox(Channel channel, Runnable released, Runnable refused) {
        this.sender = new Sender(channel);
        this.loop = channel.eventLoop();
        this.released = released;
        this.refused = refused;
    }

    /// Everything after this waits for `until`.
    void barrier(CompletionStage<?> until) {
        var future = until.toCompletableFuture();
        if (discarded) {
            return;
        }
        if (future.isDone() && !future.isCompletedExceptionally() && waiting.isEmpty()) {
            return;
        }
        endRun();
        waiting.add(new Barrier(future));
        var _ = future.whenComplete((_, _) -> loop.execute(this::release));
    }

    /// A view of a receive buffer; it is retained.
    @SuppressWarnings("ReferenceEquality") // the very same buffer is meant
    void add(ByteBuf in, int start, int end) {
        if (run == in && runEnd == start) {
            runEnd = end;
            return;
        }
        endRun();
        run = in.retain();
        runStart = start;
        runEnd = end;
    }

    /// Takes ownership.
    void add(ByteBuf bytes) {
        endRun();
        put(bytes);
    }

    /// Before a receive buffer is used up, and before anything else is sent.
    void endRun() {
        var in = run;
        if (in != null) {
            run = null;
            put(in.slice(runStart, runEnd - runStart)); // the run's reference goes with it
        }
    }

    private void put(ByteBuf bytes) {
        if (discarded) {
            bytes.release();
        } else if (waiting.isEmpty()) {
            sender.add(bytes);
        } else {
            waiting.add(bytes);
            waitingBytes += bytes.readableBytes();
        }
    }

    /// Sends what need not wait for the next barrier.
    void flush() {
        endRun();
        if (waiting.isEmpty() || sender.unflushed() > Sender.TOGETHER) {
            sender.flush();
        }
    }

    /// Nothing waits any more.
    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /// Bytes that wait for a barrier.
    int waitingBytes() {
        return waitingBytes;
    }

    private void release() {
        boolean opened = false;
        while (!waiting.isEmpty()) {
            switch (waiting.element()) {
                case Barrier(var until) -> {
                    if (!until.isDone()) {
                        if (opened) {
                            sender.flush();
                        }
                        return;
                    }
                    if (until.isCompletedExceptionally()) {
                        discard();
                        refused.run();
                        return;
                    }
                    waiting.remove();
                    opened = true;
                }
                case Object bytes -> {
                    waiting.remove();
                    waitingBytes -= ((ByteBuf) bytes).readableBytes();
                    sender.add((ByteBuf) bytes);
                }
            }
        }
        if (opened) {
            flush();
            released.run();
        }
    }

    /// Nothing of what waits leaves any more.
    void discard() {
        discarded = true;
        var in = run;
        if (in != null) {
            run = null;
            in.release();
        }
        for (var item : waiting) {
            if (item instanceof ByteBuf bytes) {
                bytes.release();
            }
        }
        waiting.clear();
        waitingBytes = 0;
        sender.discard();
    }
}
