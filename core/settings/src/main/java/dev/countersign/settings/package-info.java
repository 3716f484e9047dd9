/// YAML and environment into records, every problem at once.
@NullMarked
package dev.countersign.settings;

import org.jspecify.annotations.NullMarked;
