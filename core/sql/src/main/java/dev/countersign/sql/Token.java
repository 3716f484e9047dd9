package dev.countersign.sql;

/// One token of a statement: its kind, and where it stands in the text (UTF-16 offsets).
///
/// @param depth how many parentheses and brackets are open around it
public record Token(Kind kind, int start, int end, int depth) {
    public enum Kind {
        /// a bare word: keyword or identifier, case folds
        WORD,
        /// `"…"` or `U&"…"`
        QUOTED,
        /// `'…'`, `E'…'`, `N'…'`, `U&'…'`, `$tag$…$tag$`
        STRING,
        /// `B'…'`, `X'…'`
        BITS,
        INTEGER,
        DECIMAL,
        /// `$1`
        PARAMETER,
        OPERATOR,
        /// one of `( ) [ ] , ; . :`, and `::`, `..`, `:=`
        PUNCTUATION
    }

    boolean literal() {
        return kind == Kind.STRING
                || kind == Kind.BITS
                || kind == Kind.INTEGER
                || kind == Kind.DECIMAL;
    }
}
