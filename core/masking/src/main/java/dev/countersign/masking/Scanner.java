package dev.countersign.masking;

import java.io.ByteArrayOutputStream;

/// Masks values and texts. For one thread at a time; a scanner and its memory are used over and
/// over, and what is clean allocates nothing.
///
/// A text is the same however it is cut: [#feed] with any pieces gives what [#mask] gives of the
/// whole. It is worked on line by line, and a line longer than [#WINDOW] bytes in windows that its
/// own bytes determine; so no more than that is held back, whatever comes.
public final class Scanner {
    /// The most bytes that wait for more.
    public static final int WINDOW = TextMasker.WINDOW;

    private static final MaskSink NOWHERE =
            new MaskSink() {
                @Override
                public void bytes(byte[] b, int from, int to) {}

                @Override
                public void span(String detector, long from, long to) {}
            };

    private final Detectors detectors;
    private final TextMasker text;

    Scanner(Detectors detectors) {
        this.detectors = detectors;
        this.text = new TextMasker(detectors);
    }

    /// Whether nothing is found: the value can be passed on as it is.
    public boolean clean(byte[] b, int from, int to, ValueName name) {
        return mask(b, from, to, name, NOWHERE) == 0;
    }

    /// Masks one whole value.
    ///
    /// @return how many values were found in it
    public long mask(byte[] b, int from, int to, ValueName name, MaskSink sink) {
        if (!detectors.enabled()) {
            sink.bytes(b, from, to);
            return 0;
        }
        text.begin(name, sink);
        text.whole(b, from, to);
        return text.found();
    }

    /// The same as bytes.
    public byte[] mask(byte[] value, ValueName name) {
        var out = new ByteArrayOutputStream(value.length + 64);
        mask(
                value,
                0,
                value.length,
                name,
                new MaskSink() {
                    @Override
                    public void bytes(byte[] b, int from, int to) {
                        out.write(b, from, to - from);
                    }

                    @Override
                    public void span(String detector, long from, long to) {}
                });
        return out.toByteArray();
    }

    /// Begins a value that comes in pieces; ends the one before, finished or not.
    public void begin(ValueName name, MaskSink sink) {
        text.begin(name, sink);
    }

    /// The next piece; cut anywhere.
    public void feed(byte[] b, int from, int to) {
        text.feed(b, from, to);
    }

    /// There is no more of it: everything that was held back goes to the sink.
    ///
    /// @return how many values were found
    public long finish() {
        text.finish();
        return text.found();
    }
}
