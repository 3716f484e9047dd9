package dev.countersign.reviews;

import dev.countersign.model.Hash;
import dev.countersign.model.Refusal;
import dev.countersign.model.ReviewId;
import java.util.List;
import java.util.OptionalLong;

/// What there is for an action that policy wants approved.
public sealed interface Look {
    /// Nobody is asked.
    record Refused(Refusal why) implements Look {}

    /// It was approved before, and this uses it: nobody else can any more.
    ///
    /// @param rows that it may change; empty where nobody knew
    record Granted(ReviewId review, List<Hash> rulings, OptionalLong rows) implements Look {
        public Granted {
            rulings = List.copyOf(rulings);
        }
    }

    /// People are asked, now or already.
    record Waits(Wait client) implements Look {}
}
