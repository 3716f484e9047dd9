package dev.countersign.cli;

import java.util.ArrayList;
import java.util.List;

/// Rows of words: in columns for a terminal, separated by tabs and whole for a program.
final class Table {
    private final List<List<String>> rows = new ArrayList<>();

    void row(String... cells) {
        rows.add(List.of(cells));
    }

    /// @param terminal somebody looks at it
    List<String> lines(boolean terminal) {
        if (!terminal) {
            return rows.stream()
                    .map(row -> String.join("\t", row.stream().map(Shown::of).toList()))
                    .toList();
        }
        var wide = new ArrayList<Integer>();
        for (var row : rows) {
            for (int i = 0; i < row.size(); i++) {
                int length = Shown.of(row.get(i)).length();
                if (i == wide.size()) {
                    wide.add(length);
                } else {
                    wide.set(i, Math.max(wide.get(i), length));
                }
            }
        }
        var out = new ArrayList<String>();
        for (var row : rows) {
            var line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                var cell = Shown.of(row.get(i));
                line.append(cell).repeat(' ', wide.get(i) - cell.length() + 2);
            }
            out.add(line.toString().stripTrailing());
        }
        return out;
    }
}
