/// Where target credentials come from.
@NullMarked
package dev.countersign.secrets;

import org.jspecify.annotations.NullMarked;
