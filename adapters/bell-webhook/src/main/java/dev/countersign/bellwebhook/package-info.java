/// Rings a webhook when a review wants people, signed as Standard Webhooks describes.
@NullMarked
package dev.countersign.bellwebhook;

import org.jspecify.annotations.NullMarked;
