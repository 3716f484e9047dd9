/// The vocabulary: who acts, on what, what is said to it, and the interface of the one log. Depends
/// on nothing.
@NullMarked
package dev.countersign.model;

import org.jspecify.annotations.NullMarked;
