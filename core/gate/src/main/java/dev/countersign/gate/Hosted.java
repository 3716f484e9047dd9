package dev.countersign.gate;

import java.io.IOException;
import java.net.InetSocketAddress;

/// A protocol that brings its own listener and threads. It reaches a target only through the same
/// [Gate], and needs a permit for every action; a blocking lane joins the gate's stage on a virtual
/// thread.
public non-sealed interface Hosted extends Protocol {

    /// Opens the listener.
    ///
    /// @throws IOException if the address cannot be had
    Lane open(InetSocketAddress at, Gate gate, Reception reception) throws IOException;

    /// An open listener of a hosted protocol.
    interface Lane extends AutoCloseable {
        InetSocketAddress address();

        /// Admits nobody new, ends what is open, and returns when all of it is written down.
        @Override
        void close();
    }
}
