package dev.countersign.postgres;

import dev.countersign.gate.MalformedFrame;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A StartupMessage of protocol 3, as it was sent.
///
/// @param minor the minor version that the client asks for, up to 65,535
/// @param parameters in their order, without those of the protocol itself
/// @param extensions names of the `_pq_.` parameters; none is known
record Startup(int minor, Map<String, String> parameters, List<String> extensions) {
    /// The newest minor version that is spoken with clients.
    static final int NEWEST_MINOR = Messages.VERSION_3_2 & 0xFFFF;

    /// Bytes of a cancel key before 3.2, and from there on.
    private static final int OLD_KEY = 4;

    private static final int NEW_KEY = 32;

    private static final String EXTENSION = "_pq_.";

    /// @param code major and minor version
    /// @param in behind the code
    /// @throws MalformedFrame if a string has no end, the last byte is not the terminator, or a
    ///   name comes twice: which of the two counts would depend on who reads it
    static Startup read(int code, Body in) throws MalformedFrame {
        var parameters = new LinkedHashMap<String, String>();
        var extensions = new ArrayList<String>();
        for (var name = in.cstring(); !name.isEmpty(); name = in.cstring()) {
            var value = in.cstring();
            if (name.startsWith(EXTENSION)) {
                extensions.add(name);
            } else if (parameters.put(name, value) != null) {
                throw new MalformedFrame("a startup parameter that comes twice");
            }
        }
        in.done();
        return new Startup(code & 0xFFFF, parameters, extensions);
    }

    /// The minor version that the session speaks.
    int served() {
        return Math.min(minor, NEWEST_MINOR);
    }

    /// Whether the client must be told that it does not get all it asked for.
    boolean negotiate() {
        return minor > NEWEST_MINOR || !extensions.isEmpty();
    }

    String version() {
        return "3." + served();
    }

    int cancelKeyLength() {
        return served() >= NEWEST_MINOR ? NEW_KEY : OLD_KEY;
    }
}
