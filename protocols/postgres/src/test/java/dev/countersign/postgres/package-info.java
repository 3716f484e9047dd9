/// Tests of the PostgreSQL protocol.
@NullMarked
package dev.countersign.postgres;

import org.jspecify.annotations.NullMarked;
