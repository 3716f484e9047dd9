package dev.countersign.masking;

/// Takes what a [Scanner] lets through, in order.
public interface MaskSink {
    /// Clear bytes, or what stands for a value that was found. They are the caller's own buffer or
    /// the scanner's: they are to be copied or written before this returns.
    void bytes(byte[] b, int from, int to);

    /// What was found, once its end is known, in the order of its end.
    ///
    /// @param detector its name, `CREDIT_CARD`
    /// @param from offset of its first byte in all that was fed
    /// @param to behind its last byte
    void span(String detector, long from, long to);
}
