/// The PostgreSQL protocol, version 3: logins on both legs, the conversation between them, what a
/// statement means on a target, and masks.
@NullMarked
package dev.countersign.postgres;

import org.jspecify.annotations.NullMarked;
