/// Asks a decision service over HTTP, in the form of OpenID AuthZEN.
@NullMarked
package dev.countersign.decisionhttp;

import org.jspecify.annotations.NullMarked;
