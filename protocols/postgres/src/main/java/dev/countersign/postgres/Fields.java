package dev.countersign.postgres;

import dev.countersign.gate.Frame;
import dev.countersign.gate.MalformedFrame;
import java.util.ArrayList;
import java.util.List;

/// What an ErrorResponse or NoticeResponse says (protocol page "Error and Notice Message Fields").
/// The texts are the target's: they may hold anybody's values.
///
/// @param severity never translated where the server is 9.6 or newer: `ERROR`, `FATAL`
/// @param code five characters of SQLSTATE
record Fields(String severity, String code, String message) {
    /// Fields of one message; PostgreSQL knows eighteen.
    static final int MAX_FIELDS = 64;

    /// @param kind the letter that says what it is: `M`, `D`, `H`, `W`, …
    record Field(char kind, String text) {}

    /// All of them, in their order.
    ///
    /// @throws MalformedFrame if a field is cut off, has no end, there are too many, or one has no
    ///   letter
    static List<Field> all(Frame frame) throws MalformedFrame {
        var in = new Body(frame);
        var out = new ArrayList<Field>();
        for (int field = in.int8(); field != 0; field = in.int8()) {
            if (out.size() == MAX_FIELDS) {
                throw new MalformedFrame("an error of more than " + MAX_FIELDS + " fields");
            }
            if ((field < 'A' || field > 'Z') && (field < 'a' || field > 'z')) {
                throw new MalformedFrame("an error with a field of no kind");
            }
            out.add(new Field((char) field, in.cstring()));
        }
        in.done();
        return out;
    }

    /// @throws MalformedFrame as [#all], or if there is no SQLSTATE
    static Fields read(Frame frame) throws MalformedFrame {
        String severity = "ERROR";
        String code = "";
        String message = "";
        for (var field : all(frame)) {
            switch (field.kind()) {
                case 'V' -> severity = field.text();
                case 'C' -> code = field.text();
                case 'M' -> message = field.text();
                default -> {
                    // the other fields are not needed by whoever reads this
                }
            }
        }
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
