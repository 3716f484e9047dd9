/// The PostgreSQL protocol, version 3: logins on both legs, the conversation, and what its
/// statements mean.
@NullMarked
package dev.countersign.postgres;

import org.jspecify.annotations.NullMarked;
