/// Lexer, grammar and classifier.
@NullMarked
package dev.countersign.sql;

import org.jspecify.annotations.NullMarked;
