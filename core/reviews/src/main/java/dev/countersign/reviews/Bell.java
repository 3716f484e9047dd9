package dev.countersign.reviews;

/// Tells somebody that something happened to a review: a webhook, a terminal that watches.
public interface Bell {

    /// Never blocks and never throws: whoever takes long hands it on.
    void ring(Ring what);

    /// @param happened `opened`, `voted`, `ended`, `left`
    /// @param review as it is now
    record Ring(String happened, ReviewView review) {}
}
