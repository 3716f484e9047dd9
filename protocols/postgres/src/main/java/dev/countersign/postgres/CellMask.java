package dev.countersign.postgres;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What becomes of each cell of one column. A cell that is NULL stays NULL and is not asked about;
/// null for bytes means NULL.
sealed interface CellMask {
    /// The longest value that is looked into, in bytes; what is longer is masked whole, and not
    /// even copied.
    int LONGEST = 1 << 20;

    /// The same for every value: it is never read.
    final class Same implements CellMask {
        static final Same NULL = new Same(null);

        private final byte @Nullable [] cell;

        Same(byte @Nullable [] cell) {
            this.cell = cell;
        }

        /// Shared by all rows: not to be changed.
        byte @Nullable [] cell() {
            return cell;
        }
    }

    /// Hangs on the value.
    final class Each implements CellMask {
        private final Change change;
        private final Same otherwise;

        /// @param otherwise what a value becomes that is too long, or that cannot be read
        Each(Change change, Same otherwise) {
            this.change = change;
            this.otherwise = otherwise;
        }

        /// @param value to be kept or changed as it pleases
        byte @Nullable [] of(byte[] value) {
            var out = change.of(value);
            return out == null ? otherwise.cell() : out;
        }

        byte @Nullable [] tooLong() {
            return otherwise.cell();
        }
    }

    /// How a value looks; null where it cannot be read.
    interface Change {
        byte @Nullable [] of(byte[] value);
    }

    /// What becomes of the part of `in` that is a value.
    default byte @Nullable [] apply(byte[] in, int from, int to) {
        return switch (this) {
            case Same same -> same.cell();
            case Each each when to - from > LONGEST -> each.tooLong();
            case Each each -> each.of(Arrays.copyOfRange(in, from, to));
        };
    }
}
