package dev.countersign.system.oracle;

import java.util.ArrayList;
import java.util.List;

/// Every byte that came back for one [Ask], a character each.
///
/// @param bytes whole frames, up to the ReadyForQuery that ends them
/// @param end empty where the session goes on; how it ended where not
record Reply(String bytes, String end) {
    private static final int HEADER = 5;

    /// @param tag the message's type
    /// @param body without type and length
    record Message(char tag, String body) {
        /// What it holds: the cells of a row, the fields of an error, or all of it. NULL is left
        /// out.
        List<String> parts() {
            return switch (tag) {
                case 'D' -> cells();
                case 'E', 'N' ->
                        List.of(body.split("\0", -1)).stream()
                                .filter(field -> !field.isEmpty())
                                .map(field -> field.substring(1))
                                .toList();
                default -> List.of(body);
            };
        }

        private List<String> cells() {
            var out = new ArrayList<String>();
            int at = Short.BYTES;
            while (at + Integer.BYTES <= body.length()) {
                int length = int4(body, at);
                at += Integer.BYTES;
                if (length >= 0) {
                    out.add(body.substring(at, Math.min(body.length(), at + length)));
                    at += length;
                }
            }
            return out;
        }

        /// The SQLSTATE of an error.
        String code() {
            return field('C');
        }

        String field(char name) {
            for (var field : body.split("\0", -1)) {
                if (!field.isEmpty() && field.charAt(0) == name) {
                    return field.substring(1);
                }
            }
            return "";
        }
    }

    static int int4(String bytes, int at) {
        return bytes.charAt(at) << 24
                | bytes.charAt(at + 1) << 16
                | bytes.charAt(at + 2) << 8
                | bytes.charAt(at + 3);
    }

    List<Message> messages() {
        var out = new ArrayList<Message>();
        int at = 0;
        while (at + HEADER <= bytes.length()) {
            int next = Math.min(bytes.length(), at + 1 + int4(bytes, at + 1));
            out.add(new Message(bytes.charAt(at), bytes.substring(at + HEADER, next)));
            at = next;
        }
        return out;
    }

    /// What all its messages hold, a line each.
    String text() {
        var out = new StringBuilder();
        for (var message : messages()) {
            message.parts().forEach(part -> out.append(part).append('\n'));
        }
        return out.toString();
    }

    /// SQLSTATE of the first error; empty if there was none.
    String code() {
        return messages().stream()
                .filter(message -> message.tag() == 'E')
                .map(Message::code)
                .findFirst()
                .orElse("");
    }

    /// Whether the gateway refused something in it, with a code of its own or as not served.
    boolean refused() {
        return messages().stream()
                .anyMatch(message ->
                        message.tag() == 'E' && message.code().matches("ZC0\\d\\d|0A000"));
    }

    boolean accepted() {
        return end.isEmpty() && code().isEmpty();
    }

    /// For people: a message a line, with what is not printable as a dot.
    String shown() {
        var out = new StringBuilder();
        for (var message : messages()) {
            out.append("    ").append(message.tag()).append(' ');
            var body = message.body();
            for (int i = 0; i < Math.min(body.length(), 300); i++) {
                char one = body.charAt(i);
                out.append(one >= ' ' && one <= '~' ? one : '.');
            }
            out.append('\n');
        }
        return out + (end.isEmpty() ? "" : "    (" + end + ")\n");
    }
}
