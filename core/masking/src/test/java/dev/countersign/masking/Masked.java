package dev.countersign.masking;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/// What came out of a scanner: the text, and what was found where.
final class Masked implements MaskSink {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    final List<String> spans = new ArrayList<>();

    static final Detectors STANDARD = Detectors.of(DetectorSettings.STANDARD);

    static Masked whole(Detectors detectors, byte[] text, ValueName name) {
        var masked = new Masked();
        detectors.scanner().mask(text, 0, text.length, name, masked);
        return masked;
    }

    static Masked pieces(Detectors detectors, byte[] text, ValueName name, int... cuts) {
        var masked = new Masked();
        var scanner = detectors.scanner();
        scanner.begin(name, masked);
        int from = 0;
        for (int cut : cuts) {
            scanner.feed(text, from, cut);
            from = cut;
        }
        scanner.feed(text, from, text.length);
        scanner.finish();
        return masked;
    }

    static String of(String text) {
        return of(text, "");
    }

    static String of(String text, String column) {
        return whole(STANDARD, text.getBytes(UTF_8), ValueName.of(column)).text();
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    String text() {
        return out.toString(UTF_8);
    }

    @Override
    public void bytes(byte[] b, int from, int to) {
        out.write(b, from, to - from);
    }

    @Override
    public void span(String detector, long from, long to) {
        spans.add(detector + " " + from + "-" + to);
    }
}
