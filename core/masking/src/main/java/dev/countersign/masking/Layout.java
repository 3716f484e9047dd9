package dev.countersign.masking;

/// Where the values of a text lie: the strings and numbers of JSON, the fields of a table with a
/// header, the rows of an INSERT, or else whole lines; and what the names of each say.
///
/// What it knows of the lines before is all that goes from one line to the next.
final class Layout {
    private enum Kind {
        LINES,
        JSON,
        TABLE,
        INSERT
    }

    private final JsonLayout json = new JsonLayout();
    private final TableLayout table = new TableLayout();
    private final InsertLayout insert = new InsertLayout();
    private Kind kind = Kind.LINES;
    private boolean first = true;
    private long name;

    /// What the line before asks for: `What is your SSN?`, `ssns:`.
    private long above;

    /// Has the values looked through.
    interface Values {
        /// A whole value.
        void value(byte[] b, int lo, int from, int to, long said);

        /// A number that must stay one.
        void number(byte[] b, int from, int to, long said);

        /// A value of which more comes.
        ///
        /// @return up to where it is settled
        int open(byte[] b, int lo, int from, int end, long said);
    }

    void begin(long said) {
        name = said;
        kind = Kind.LINES;
        first = true;
        above = 0;
        json.begin(said);
        table.begin();
        insert.begin();
    }

    /// A line, or the rest of one, that ends at `end`.
    ///
    /// @param whole whether it begins at `from`
    void line(byte[] b, int lo, int from, int end, boolean whole, Values values) {
        if (whole) {
            kind(b, from, end);
        }
        switch (kind) {
            case LINES -> {
                values.value(b, lo, from, end, name != 0 ? name : above);
                asks(b, from, end);
            }
            case TABLE -> table.line(b, from, end, whole, name, values);
            case INSERT -> {
                if (whole) {
                    insert.line(b, from, end, name, values);
                } else {
                    values.value(b, lo, from, end, name);
                }
            }
            case JSON -> {
                int p = json.walk(b, lo, from, end, false, values);
                if (p < end) {
                    values.value(b, lo, p, end, name);
                }
                if (json.over()) {
                    kind = Kind.LINES;
                }
            }
        }
        first = false;
    }

    /// A part of a line that has no end yet.
    ///
    /// @return up to where it is settled
    int window(byte[] b, int lo, int from, int end, boolean whole, Values values) {
        if (whole) {
            kind(b, from, end);
            if (kind != Kind.JSON) {
                kind = Kind.LINES;
            }
        }
        first = false;
        if (kind == Kind.JSON) {
            int p = json.walk(b, lo, from, end, true, values);
            if (!json.over()) {
                return p;
            }
            kind = Kind.LINES;
            if (p > from) {
                return p;
            }
        }
        return values.open(b, lo, from, end, name);
    }

    private void asks(byte[] b, int from, int end) {
        int stop = end;
        while (stop > from && (b[stop - 1] == ' ' || b[stop - 1] == '"')) {
            stop--;
        }
        int p = from;
        while (p < end && b[p] == ' ') {
            p++;
        }
        if (stop > p && (b[stop - 1] == '?' || b[stop - 1] == ':')) {
            long said = Words.of(b, Math.max(p, stop - Surroundings.REACH), stop);
            above = said == Words.NONE ? 0 : said & ~AssignedFinder.NAMED;
        } else if (p >= end || (b[p] != '-' && b[p] != '*')) {
            above = 0;
        }
    }

    private void kind(byte[] b, int from, int end) {
        if (kind == Kind.JSON) {
            return;
        }
        if (JsonLayout.begins(b, from, end)) {
            json.begin(name);
            kind = Kind.JSON;
        } else if (insert.takes(b, from, end)) {
            kind = Kind.INSERT;
        } else if (kind == Kind.TABLE ? !table.goesOn(b, from, end) : true) {
            kind = table.header(b, from, end, first) ? Kind.TABLE : Kind.LINES;
        }
    }
}
