package dev.countersign.postgres;

import dev.countersign.model.Bytes;
import dev.countersign.sql.Text;
import dev.countersign.sql.UnreadableSql;
import java.nio.ByteBuffer;

/// The CopyInResponse that a server would answer to a COPY (protocol page "COPY Operations"), said
/// before the server has been asked. What it tells of columns and their format is for the client's
/// information only: rows mean what the COPY says.
final class CopyInvitation {
    private static final int HEADER = 5;

    private CopyInvitation() {}

    /// @param columns of the relation, for a COPY that lists none
    static Bytes of(String sql, int columns) {
        int format = 0;
        int listed = columns;
        try {
            var text = Text.read(sql);
            boolean from = false;
            for (int at = 1; at < text.tokens().size(); at++) {
                from |= text.word(at).equals("from") && text.tokens().get(at).depth() == 0;
                boolean binary = text.name(at).equals("binary") || quoted(text, at);
                if (binary && (from || at == 1)) {
                    format = 1;
                }
            }
            int list = listed(text);
            listed = list == 0 ? columns : list;
        } catch (UnreadableSql e) {
            throw new IllegalArgumentException("nobody reads it as a COPY", e);
        }
        var out = ByteBuffer.allocate(HEADER + 3 + 2 * listed);
        out.put((byte) 'G').putInt(HEADER - 1 + 3 + 2 * listed).put((byte) format);
        out.putShort((short) listed);
        for (int column = 0; column < listed; column++) {
            out.putShort((short) format);
        }
        return Bytes.owned(out.array());
    }

    private static boolean quoted(Text text, int at) {
        return text.between(at, at + 1).equalsIgnoreCase("'binary'");
    }

    /// Columns that are listed before FROM; 0 where none are.
    private static int listed(Text text) {
        int found = 0;
        for (int at = 0; at < text.tokens().size(); at++) {
            var token = text.tokens().get(at);
            if (token.depth() == 0 && text.word(at).equals("from")) {
                break;
            }
            boolean comma = text.between(at, at + 1).equals(",");
            found += token.depth() == 1 && (comma || found == 0) ? 1 : 0;
        }
        return found;
    }
}
