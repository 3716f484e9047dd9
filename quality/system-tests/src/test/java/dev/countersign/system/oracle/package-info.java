/// The two mechanical oracles of the masks: canaries that no road may carry out, and twin databases
/// that no road may tell apart.
@NullMarked
package dev.countersign.system.oracle;

import org.jspecify.annotations.NullMarked;
