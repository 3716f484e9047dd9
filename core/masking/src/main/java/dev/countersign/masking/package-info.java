/// Operators and mask plans.
@NullMarked
package dev.countersign.masking;

import org.jspecify.annotations.NullMarked;
