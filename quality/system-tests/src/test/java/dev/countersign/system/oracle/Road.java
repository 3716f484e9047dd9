package dev.countersign.system.oracle;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// One way out that somebody thought of: a line of `roads.sql`.
///
/// @param shows what it must show on a direct connection
/// @param steps messages of their own
record Road(Shows shows, List<String> steps) {
    private static final Pattern QUERY =
            Pattern.compile("(?s)\\(?(SELECT|TABLE|VALUES|WITH) .*", Pattern.CASE_INSENSITIVE);
    private static final Pattern NO_PLAIN_QUERY =
            Pattern.compile("(?s).*(;|--| INTO |FOR UPDATE|WITH \\w+ AS \\((DELETE|INSERT)).*");
    private static final Pattern TRANSACTION = Pattern.compile("(?s)(BEGIN|COMMIT|ROLLBACK)\\b.*");

    enum Shows {
        /// A canary in what comes back.
        CANARY,

        /// A difference between the twins.
        DIFFERENCE,

        /// Nothing for certain.
        NOTHING
    }

    static List<Road> all() throws IOException {
        return TwinScript.resource("roads.sql")
                .lines()
                .filter(line -> !line.startsWith("--"))
                .map(Road::of)
                .toList();
    }

    private static Road of(String line) {
        var shows =
                switch (line.charAt(0)) {
                    case 'C' -> Shows.CANARY;
                    case 'T' -> Shows.DIFFERENCE;
                    case '-' -> Shows.NOTHING;
                    default -> throw new IllegalArgumentException(line);
                };
        return new Road(shows, List.of(line.substring(2).split(" ;; ", -1)));
    }

    /// Whether it is one query that can stand inside of others.
    boolean query() {
        return steps.size() == 1
                && QUERY.matcher(steps.getFirst()).matches()
                && !NO_PLAIN_QUERY.matcher(steps.getFirst()).matches();
    }

    /// Whether it must wait for an answer: in a COPY IN all that comes is data.
    boolean waits() {
        return steps.stream().anyMatch(step -> step.contains("FROM STDIN"));
    }

    /// Each statement, and what takes back all that they did.
    List<Ask> asks() {
        boolean own = steps.stream().anyMatch(step -> TRANSACTION.matcher(step).matches());
        var out = new ArrayList<Ask>();
        if (!own) {
            out.add(Ask.query("BEGIN"));
        }
        steps.forEach(step -> out.add(Ask.query(step)));
        out.add(Ask.query("ROLLBACK"));
        out.add(Ask.query("DEALLOCATE ALL"));
        return out;
    }

    /// All at once.
    Ask ask() {
        return asks().stream().reduce(Ask::then).orElseThrow();
    }
}
