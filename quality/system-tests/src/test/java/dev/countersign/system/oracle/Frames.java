package dev.countersign.system.oracle;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// Messages of a client, byte for byte. Bytes are characters here, one for each, so that they can
/// be joined, compared and searched as texts.
final class Frames {
    static final int TEXT = 0;
    static final int BINARY = 1;

    private Frames() {}

    /// The UTF-8 bytes of a text, a character each.
    static String bytes(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    static String message(char tag, String body) {
        return tag + int4(4 + body.length()) + body;
    }

    static String startup(int version, List<String> parameters) {
        var body = int4(version) + zeroEnded(parameters) + "\0";
        return int4(4 + body.length()) + body;
    }

    static String query(String sql) {
        return message('Q', bytes(sql) + "\0");
    }

    static String parse(String name, String sql) {
        return message('P', name + "\0" + bytes(sql) + "\0" + int2(0));
    }

    /// @param format of all columns
    static String bind(String portal, String statement, int format, List<String> parameters) {
        var body = new StringBuilder(portal + "\0" + statement + "\0" + int2(0));
        body.append(int2(parameters.size()));
        for (var parameter : parameters) {
            body.append(int4(bytes(parameter).length())).append(bytes(parameter));
        }
        return message('B', body + int2(1) + int2(format));
    }

    static String describe(char what, String name) {
        return message('D', what + name + "\0");
    }

    /// @param rows at most; 0 for all
    static String execute(String portal, int rows) {
        return message('E', portal + "\0" + int4(rows));
    }

    static String close(char what, String name) {
        return message('C', what + name + "\0");
    }

    static String sync() {
        return message('S', "");
    }

    static String flush() {
        return message('H', "");
    }

    /// A FunctionCall with arguments in text.
    static String call(int oid, List<String> arguments) {
        var body = new StringBuilder(int4(oid) + int2(0) + int2(arguments.size()));
        for (var argument : arguments) {
            body.append(int4(argument.length())).append(argument);
        }
        return message('F', body + int2(0));
    }

    static String int4(int value) {
        return int2(value >>> 16) + int2(value);
    }

    static String int2(int value) {
        return "" + (char) (value >>> 8 & 0xFF) + (char) (value & 0xFF);
    }

    static String int8(long value) {
        return int4((int) (value >>> 32)) + int4((int) value);
    }

    private static String zeroEnded(List<String> parts) {
        var out = new StringBuilder();
        parts.forEach(part -> out.append(part).append('\0'));
        return out.toString();
    }
}
