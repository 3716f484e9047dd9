/// The demo: a real PostgreSQL, an issuer for loopback only, the gateway, and a scripted agent that
/// plays six acts.
@NullMarked
package dev.countersign.demo;

import org.jspecify.annotations.NullMarked;
