/// YAML into records: every problem at once, with file, line and column.
@NullMarked
package dev.countersign.settings;

import org.jspecify.annotations.NullMarked;
