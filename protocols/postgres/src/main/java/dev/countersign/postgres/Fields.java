package dev.countersign.postgres;

import dev.countersign.gate.Frame;
import dev.countersign.gate.MalformedFrame;

/// What an ErrorResponse or NoticeResponse says (protocol page "Error and Notice Message Fields").
/// The texts are the target's: they may hold anybody's values.
///
/// @param severity never translated where the server is 9.6 or newer: `ERROR`, `FATAL`
/// @param code five characters of SQLSTATE
record Fields(String severity, String code, String message) {
    /// Fields of one message; PostgreSQL knows eighteen.
    static final int MAX_FIELDS = 64;

    /// @throws MalformedFrame if a field is cut off, has no end, there are too many, or there is no
    ///   SQLSTATE
    static Fields read(Frame frame) throws MalformedFrame {
        var in = new Body(frame);
        String severity = "ERROR";
        String code = "";
        String message = "";
        int fields = 0;
        for (int field = in.int8(); field != 0; field = in.int8()) {
            if (++fields > MAX_FIELDS) {
                throw new MalformedFrame("an error of more than " + MAX_FIELDS + " fields");
            }
            var text = in.cstring();
            switch (field) {
                case 'V' -> severity = text;
                case 'C' -> code = text;
                case 'M' -> message = text;
                default -> {
                    // the other fields are not needed by whoever reads this
                }
            }
        }
        in.done();
        if (!sqlState(code)) {
            throw new MalformedFrame("an error without an SQLSTATE");
        }
        return new Fields(severity, code, message);
    }

    private static boolean sqlState(String code) {
        return code.length() == 5
                && code.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'));
    }
}
