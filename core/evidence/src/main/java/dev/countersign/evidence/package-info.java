/// The append-only log: records, payloads, tiles, checkpoints, recordings.
@NullMarked
package dev.countersign.evidence;

import org.jspecify.annotations.NullMarked;
