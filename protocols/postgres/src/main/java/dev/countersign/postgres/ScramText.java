package dev.countersign.postgres;

import dev.countersign.gate.MalformedFrame;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What both sides of a SCRAM exchange (RFC 5802) do with the other's messages: take them letter by
/// letter as the grammar has them, or not at all.
final class ScramText {
    private ScramText() {}

    static Matcher match(Pattern pattern, String message, String which) throws MalformedFrame {
        var matcher = pattern.matcher(message);
        if (!matcher.matches()) {
            throw new MalformedFrame("a SCRAM " + which + " message of a form that is not allowed");
        }
        return matcher;
    }

    static byte[] base64(String text) throws MalformedFrame {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new MalformedFrame("SCRAM with something that is not Base64");
        }
    }
}
