package dev.countersign.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the client saw, in one of five neutral kinds that a player can show without knowing any
/// protocol. Always after masking. One of these is one line of a recording
/// (`docs/evidence-format.md`).
public sealed interface Seen {

    /// One line of a recording, in UTF-8.
    ///
    /// @param at milliseconds since the session began
    default byte[] line(ActionId action, long at) {
        var out = new JsonText().open().put("action", action.value()).put("at", at);
        write(out);
        return out.close().utf8();
    }

    /// Members of the line that are this kind's own; they stand behind `action` and `at`.
    void write(JsonText out);

    /// Columns, or rows under the columns that were last said for the same action.
    record Table(List<String> columns, List<Row> rows) implements Seen {
        public Table {
            columns = List.copyOf(columns);
            rows = List.copyOf(rows);
        }

        @Override
        public void write(JsonText out) {
            if (!columns.isEmpty()) {
                out.put("columns", columns, JsonText::text);
            }
            out.put("kind", "table");
            if (!rows.isEmpty()) {
                out.put("rows", rows, (to, row) -> row.write(to));
            }
        }
    }

    record Row(List<Cell> cells) {
        public Row {
            cells = List.copyOf(cells);
        }

        void write(JsonText out) {
            out.list(cells, (to, cell) -> cell.write(to));
        }
    }

    /// @param value null for SQL's NULL
    record Cell(@Nullable Bytes value) {
        /// A string where the bytes are UTF-8, `{"base64": …}` where not, `{"null": true}` for
        /// NULL.
        void write(JsonText out) {
            if (value == null) {
                out.open().put("null", true).close();
                return;
            }
            var text = value.text();
            if (text.isPresent()) {
                out.text(text.get());
            } else {
                out.bytes(value);
            }
        }
    }

    /// A line for people: a notice, an error, a command's tag.
    record Text(String role, String text) implements Seen {
        @Override
        public void write(JsonText out) {
            out.put("kind", "text").put("role", role).put("text", text);
        }
    }

    /// One event of a terminal, after asciicast v3.
    ///
    /// @param code o, i, m, r or x
    record Terminal(String code, String data) implements Seen {
        @Override
        public void write(JsonText out) {
            out.put("code", code).put("data", data).put("kind", "terminal");
        }
    }

    /// A request or a response.
    record Exchange(String head, Bytes body) implements Seen {
        @Override
        public void write(JsonText out) {
            out.key("body").bytes(body);
            out.put("head", head).put("kind", "exchange");
        }
    }

    /// A file that went through: never its content.
    record File(String direction, String path, long length, Hash digest) implements Seen {
        @Override
        public void write(JsonText out) {
            out.put("direction", direction)
                    .put("kind", "file")
                    .put("length", length)
                    .put("path", path)
                    .put("sha256", digest);
        }
    }
}
