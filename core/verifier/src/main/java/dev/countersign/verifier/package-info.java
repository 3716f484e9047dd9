/// The offline verifier. JDK only, reads nothing but files.
@NullMarked
package dev.countersign.verifier;

import org.jspecify.annotations.NullMarked;
