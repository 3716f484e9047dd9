/// What waits for people: reviews, who may decide them, and that each approval is used once.
@NullMarked
package dev.countersign.reviews;

import org.jspecify.annotations.NullMarked;
