/// Embedded PostgreSQL, a loopback issuer, a scripted agent.
@NullMarked
package dev.countersign.demo;

import org.jspecify.annotations.NullMarked;
