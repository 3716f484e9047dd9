/// The PostgreSQL protocol, version 3.
@NullMarked
package dev.countersign.postgres;

import org.jspecify.annotations.NullMarked;
