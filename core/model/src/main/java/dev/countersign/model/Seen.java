package dev.countersign.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the client saw, in one of five neutral kinds that a player can show without knowing any
/// protocol. Always after masking. One of these is one line of a recording
/// (`docs/evidence-format.md`).
public sealed interface Seen {

    Json.Obj json();

    /// Columns, or rows under the columns that were last said for the same action.
    record Table(List<String> columns, List<Row> rows) implements Seen {
        public Table {
            columns = List.copyOf(columns);
            rows = List.copyOf(rows);
        }

        @Override
        public Json.Obj json() {
            var out = Json.object().put("kind", "table");
            if (!columns.isEmpty()) {
                out.put("columns", Json.strings(columns));
            }
            if (!rows.isEmpty()) {
                out.put("rows", Json.list(rows, Row::json));
            }
            return out.build();
        }
    }

    record Row(List<Cell> cells) {
        public Row {
            cells = List.copyOf(cells);
        }

        Json json() {
            return Json.list(cells, Cell::json);
        }
    }

    /// @param value null for SQL's NULL
    record Cell(@Nullable Bytes value) {
        /// A string where the bytes are UTF-8, `{"base64": …}` where not, `{"null": true}` for
        /// NULL.
        Json json() {
            if (value == null) {
                return Json.object().put("null", true).build();
            }
            return value.text().map(Json::of).orElseGet(() -> Json.bytes(value));
        }
    }

    /// A line for people: a notice, an error, a command's tag.
    record Text(String role, String text) implements Seen {
        @Override
        public Json.Obj json() {
            return Json.object().put("kind", "text").put("role", role).put("text", text).build();
        }
    }

    /// One event of a terminal, after asciicast v3.
    ///
    /// @param code o, i, m, r or x
    record Terminal(String code, String data) implements Seen {
        @Override
        public Json.Obj json() {
            return Json.object()
                    .put("kind", "terminal")
                    .put("code", code)
                    .put("data", data)
                    .build();
        }
    }

    /// A request or a response.
    record Exchange(String head, Bytes body) implements Seen {
        @Override
        public Json.Obj json() {
            return Json.object()
                    .put("kind", "exchange")
                    .put("head", head)
                    .put("body", Json.bytes(body))
                    .build();
        }
    }

    /// A file that went through: never its content.
    record File(String direction, String path, long length, Hash digest) implements Seen {
        @Override
        public Json.Obj json() {
            return Json.object()
                    .put("kind", "file")
                    .put("direction", direction)
                    .put("path", path)
                    .put("length", length)
                    .put("sha256", digest.toString())
                    .build();
        }
    }
}
