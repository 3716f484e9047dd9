/// The one door, and the SPI of what passes it.
@NullMarked
package dev.countersign.gate;

import org.jspecify.annotations.NullMarked;
