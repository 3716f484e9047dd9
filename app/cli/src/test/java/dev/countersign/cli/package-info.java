/// What a person types, and what they are told.
@NullMarked
package dev.countersign.cli;

import org.jspecify.annotations.NullMarked;
