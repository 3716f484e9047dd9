/// The driver over real sockets.
@NullMarked
package dev.countersign.wire;

import org.jspecify.annotations.NullMarked;
