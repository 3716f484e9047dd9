package dev.countersign.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.countersign.masking.MaskSink;
import dev.countersign.masking.Scanner;
import dev.countersign.masking.ValueName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Answers lines of `masks scan --ndjson`.
final class ScanAnswer implements MaskSink {
    private final Scanner scanner;
    private final ValueName name;
    private final ByteArrayOutputStream masked = new ByteArrayOutputStream();
    private final List<Span> spans = new ArrayList<>();

    private record Span(String entity, int from, int to) {}

    ScanAnswer(Scanner scanner, ValueName name) {
        this.scanner = scanner;
        this.name = name;
    }

    @Override
    public void bytes(byte[] b, int from, int to) {
        masked.write(b, from, to - from);
    }

    @Override
    public void span(String detector, long from, long to) {
        spans.add(new Span(detector, Math.toIntExact(from), Math.toIntExact(to)));
    }

    void write(ScanItem item, OutputStream out) throws IOException {
        masked.reset();
        spans.clear();
        byte[] text = item.text();
        scanner.mask(text, 0, text.length, name, this);
        out.write("{\"id\":".getBytes(US_ASCII));
        out.write(item.id().getBytes(UTF_8));
        out.write(",\"masked\":\"".getBytes(US_ASCII));
        quoted(masked.toByteArray(), out);
        out.write("\",\"spans\":[".getBytes(US_ASCII));
        spans.sort(Comparator.comparingInt(Span::from));
        int at = 0;
        int points = 0;
        var comma = "";
        for (var span : spans) {
            points += points(text, at, span.from());
            int length = points(text, span.from(), span.to());
            out.write(
                    (comma
                                    + "{\"start\":"
                                    + points
                                    + ",\"end\":"
                                    + (points + length)
                                    + ",\"entity\":\""
                                    + span.entity()
                                    + "\"}")
                            .getBytes(US_ASCII));
            points += length;
            at = span.to();
            comma = ",";
        }
        out.write("]}\n".getBytes(US_ASCII));
    }

    private static int points(byte[] text, int from, int to) {
        int n = 0;
        for (int i = from; i < to; i++) {
            n += (text[i] & 0xC0) == 0x80 ? 0 : 1;
        }
        return n;
    }

    private static void quoted(byte[] text, OutputStream out) throws IOException {
        for (int i = 0; i < text.length; i++) {
            int c = text[i];
            boolean half = c == (byte) 0xED && i + 2 < text.length && (text[i + 1] & 0xFF) >= 0xA0;
            if (half) {
                int point = 0xD000 | (text[i + 1] & 0x3F) << 6 | (text[i + 2] & 0x3F);
                out.write("\\u%04x".formatted(point).getBytes(US_ASCII));
                i += 2;
            } else if (c == '"' || c == '\\') {
                out.write('\\');
                out.write(c);
            } else if (c >= 0 && c < 0x20) {
                out.write("\\u%04x".formatted(c).getBytes(US_ASCII));
            } else {
                out.write(c);
            }
        }
    }
}
