package dev.countersign.evidence;

import dev.countersign.model.Facts;
import dev.countersign.model.JsonText;
import java.util.List;

/// The facts that a statement was judged by, beside those that an intent has anyway: so that
/// another policy can be tried on it. A list that is too long, or may hold the caller's own words,
/// is left out, and is then not known.
final class JudgedBy {
    /// Characters of one list.
    static final int MAX_NAMES = 4_096;

    private JudgedBy() {}

    static void write(JsonText out, Facts.Sql sql, String shape) {
        out.open();
        names(out, "columns_by_control", sql.columnsByControl());
        names(out, "columns_by_value", sql.columnsByValue());
        if (known(sql, shape)) {
            names(out, "functions", sql.functions());
        }
        out.put("has_where", sql.hasWhere())
                .put("proven_read", sql.provenRead())
                .put("where_is_tautology", sql.whereIsTautology())
                .close();
    }

    private static void names(JsonText out, String name, List<String> values) {
        int length = 0;
        for (var value : values) {
            length += value.length() + 3;
        }
        if (length <= MAX_NAMES) {
            out.put(name, values, JsonText::text);
        }
    }

    /// A proven read calls built-in functions only; for others, a name that the catalogue does not
    /// know stands in no shape.
    private static boolean known(Facts.Sql sql, String shape) {
        for (var name : sql.functions()) {
            if (!sql.provenRead() && !shape.contains(name.substring(name.lastIndexOf('.') + 1))) {
                return false;
            }
        }
        return true;
    }
}
