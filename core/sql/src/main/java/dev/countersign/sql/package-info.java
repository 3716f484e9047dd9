/// PostgreSQL's lexer and grammar, and what a statement does. Knows no catalogue and no network.
@NullMarked
package dev.countersign.sql;

import org.jspecify.annotations.NullMarked;
