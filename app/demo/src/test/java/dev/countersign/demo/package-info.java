/// Tests of the demo's issuer.
@NullMarked
package dev.countersign.demo;

import org.jspecify.annotations.NullMarked;
