package dev.countersign.policy;

import java.util.ArrayList;
import java.util.List;

/// The text of a condition, taken apart at its outermost `||` and, in each alternative, at the
/// outermost `&&`. CEL's grammar has these two at the top, below only `? :`; a text with one of
/// those at the top is one part.
final class Operands {
    private final String text;
    private final List<List<String>> alternatives = new ArrayList<>();
    private List<String> current = new ArrayList<>();
    private int from;

    private Operands(String text) {
        this.text = text;
    }

    /// @param text of a condition that compiles
    /// @return alternatives, each a list of operands that must all be true
    static List<List<String>> of(String text) {
        return new Operands(text).read();
    }

    private List<List<String>> read() {
        int depth = 0;
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '"' || c == '\'') {
                at = behindLiteral(at);
                continue;
            }
            if (text.startsWith("//", at)) {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end;
                continue;
            }
            if ("([{".indexOf(c) >= 0) {
                depth++;
            } else if (")]}".indexOf(c) >= 0) {
                depth--;
            } else if (depth == 0 && c == '?') {
                return List.of(List.of(text.strip()));
            } else if (depth == 0 && (text.startsWith("&&", at) || text.startsWith("||", at))) {
                operand(at);
                if (c == '|') {
                    alternative();
                }
                at += 2;
                from = at;
                continue;
            }
            at++;
        }
        operand(text.length());
        alternative();
        return List.copyOf(alternatives);
    }

    private void operand(int to) {
        current.add(text.substring(from, to).strip());
    }

    private void alternative() {
        alternatives.add(List.copyOf(current));
        current = new ArrayList<>();
    }

    /// The place behind a string that begins here; raw ones have no escapes.
    private int behindLiteral(int start) {
        var quote = text.substring(start, start + 1);
        var triple = quote.repeat(3);
        var end = text.startsWith(triple, start) ? triple : quote;
        boolean raw = raw(start);
        int at = start + end.length();
        while (at < text.length() && !text.startsWith(end, at)) {
            at += !raw && text.charAt(at) == '\\' ? 2 : 1;
        }
        return at + end.length();
    }

    /// `r"…"`, also as `br"…"`, where the letters are not the end of a name.
    private boolean raw(int quote) {
        int at = quote;
        while (at > 0 && Character.isJavaIdentifierPart(text.charAt(at - 1))) {
            at--;
        }
        var before = text.substring(at, quote);
        return before.length() <= 2 && before.toLowerCase(java.util.Locale.ROOT).contains("r");
    }
}
