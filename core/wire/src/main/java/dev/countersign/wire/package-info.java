/// The I/O driver.
@NullMarked
package dev.countersign.wire;

import org.jspecify.annotations.NullMarked;
