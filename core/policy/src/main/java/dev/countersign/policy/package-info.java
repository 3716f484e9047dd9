/// Rules, CEL and the lattice.
@NullMarked
package dev.countersign.policy;

import org.jspecify.annotations.NullMarked;
