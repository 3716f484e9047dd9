/// Issuers, token validation, claim mapping.
@NullMarked
package dev.countersign.identity;

import org.jspecify.annotations.NullMarked;
