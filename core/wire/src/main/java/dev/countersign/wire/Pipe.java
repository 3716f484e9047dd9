package dev.countersign.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;

/// The end of a channel's pipeline: hands what happens to whoever has the channel at the moment,
/// first a login, then a session.
final class Pipe extends ChannelInboundHandlerAdapter {
    private Receiver receiver;
    private boolean tlsEnded;

    /// Whoever has a channel. Called on its event loop.
    interface Receiver {
        /// Takes ownership of `in`.
        void received(ByteBuf in);

        /// Nothing more is there for now.
        void receivedAll();

        void writable();

        /// The peer sends nothing more, but may still read.
        void halfClosed();

        void closed();

        /// @param why by the class of what went wrong, without the peer's bytes
        void broken(Throwable why);
    }

    Pipe(Receiver receiver) {
        this.receiver = receiver;
    }

    void hand(Receiver next) {
        receiver = next;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        receiver.received((ByteBuf) message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        receiver.receivedAll();
        if (tlsEnded) {
            tlsEnded = false;
            receiver.halfClosed();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (context.channel().isWritable()) {
            receiver.writable();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            receiver.halfClosed();
        } else if (event instanceof SslCloseCompletionEvent ended && ended.isSuccess()) {
            tlsEnded = true; // like the end of a stream; what came before it is handled first
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        receiver.closed();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        receiver.broken(cause);
    }
}
