package dev.countersign.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntPredicate;

/// The rows that one INSERT, UPDATE or DELETE would change: as the SELECT that finds them, or as
/// their number where the text lists them.
///
/// ```
///  UPDATE t SET … FROM a WHERE c      SELECT 1 FROM t WHERE EXISTS (SELECT 1 FROM a WHERE c)
///  DELETE FROM t AS x WHERE c         SELECT 1 FROM t AS x WHERE c
///  INSERT INTO t SELECT …             SELECT 1 FROM (SELECT …) AS countersign_rows
///  INSERT INTO t VALUES (…), (…)      2
/// ```
///
/// It is cut out of the text by the lexer alone, so it may come out wrong. Whoever uses it must
/// have it analysed as any other text, and run it only as a proven read; its number is a preview,
/// and binds what really happens.
///
/// @param select finds the rows, with its parameters numbered anew; empty where `listed` says all
/// @param parameters the statement's own numbers, from 1, of those in `select`, in their new order
/// @param listed rows that the text itself lists
public record Affected(String select, List<Integer> parameters, OptionalLong listed) {
    public Affected {
        parameters = List.copyOf(parameters);
    }

    /// Of a text that is exactly one such statement; empty of any other.
    public static Optional<Affected> of(String sql) {
        try {
            var text = Text.read(sql);
            return text.parts().size() == 1
                    ? new Cut(text, text.parts().getFirst()).affected()
                    : Optional.empty();
        } catch (UnreadableSql e) {
            return Optional.empty();
        }
    }

    /// One statement, being cut.
    private static final class Cut {
        private final Text text;
        private final int from;
        private final int end;

        Cut(Text text, Text.Part part) {
            this.text = text;
            this.from = part.from();
            this.end = find(part.from() + 1, part.to(), is("returning"), part.to());
        }

        Optional<Affected> affected() {
            int verb =
                    text.word(from).equals("with")
                            ? find(from + 1, end, is("insert", "update", "delete", "select"), end)
                            : from;
            var with = text.between(from, verb);
            return switch (text.word(verb)) {
                case "update" -> update(with, verb);
                case "delete" -> delete(with, verb);
                case "insert" -> insert(with, verb);
                default -> Optional.empty();
            };
        }

        private Optional<Affected> update(String with, int verb) {
            int set = find(verb + 2, end, is("set"), end);
            int where = find(set, end, is("where"), end);
            int others =
                    find(
                            set,
                            where,
                            at -> is("from").test(at) && !is("distinct").test(at - 1),
                            where);
            return set == end
                    ? Optional.empty()
                    : found(with, text.between(verb + 1, set), others, where);
        }

        private Optional<Affected> delete(String with, int verb) {
            int where = find(verb + 2, end, is("where"), end);
            int others = find(verb + 2, where, is("using"), where);
            return text.word(verb + 1).equals("from")
                    ? found(with, text.between(verb + 2, others), others, where)
                    : Optional.empty();
        }

        /// @param others where the word before further relations stands, or `where`
        private Optional<Affected> found(String with, String relation, int others, int where) {
            var condition = text.between(where, end);
            return others == where
                    ? numbered(with + " SELECT 1 FROM " + relation + " " + condition)
                    : numbered(
                            with
                                    + " SELECT 1 FROM "
                                    + relation
                                    + " WHERE EXISTS (SELECT 1 FROM "
                                    + text.between(others + 1, where)
                                    + " "
                                    + condition
                                    + ")");
        }

        private Optional<Affected> insert(String with, int verb) {
            int conflict =
                    find(verb, end, at -> is("on").test(at) && is("conflict").test(at + 1), end);
            int rows =
                    find(
                            verb + 2,
                            conflict,
                            is("values", "select", "with", "table", "default"),
                            conflict);
            if (rows == conflict) {
                return Optional.empty();
            }
            if (text.word(rows).equals("default")) {
                return Optional.of(new Affected("", List.of(), OptionalLong.of(1)));
            }
            var listed = listed(rows, conflict);
            return listed.isPresent()
                    ? Optional.of(new Affected("", List.of(), listed))
                    : numbered(
                            with
                                    + " SELECT 1 FROM ("
                                    + text.between(rows, conflict)
                                    + ") AS countersign_rows");
        }

        /// Of `VALUES (…), (…)` and nothing else.
        private OptionalLong listed(int rows, int to) {
            if (!text.word(rows).equals("values")) {
                return OptionalLong.empty();
            }
            long lists = 0;
            for (int at = rows + 1; at < to; at++) {
                if (text.tokens().get(at).depth() > 0) {
                    continue;
                }
                if (text.is(at, ")")) {
                    lists++; // a parenthesis that opens stands inside of itself
                } else if (!text.is(at, ",")) {
                    return OptionalLong.empty();
                }
            }
            return OptionalLong.of(lists);
        }

        /// Parameters that are left out would have no type.
        private static Optional<Affected> numbered(String select) {
            try {
                var out = new StringBuilder();
                var numbers = new ArrayList<Integer>();
                int done = 0;
                for (var token : Lexer.read(select)) {
                    if (token.kind() == Token.Kind.PARAMETER) {
                        int number = Integer.parseInt(select, token.start() + 1, token.end(), 10);
                        if (!numbers.contains(number)) {
                            numbers.add(number);
                        }
                        out.append(select, done, token.start())
                                .append('$')
                                .append(numbers.indexOf(number) + 1);
                        done = token.end();
                    }
                }
                out.append(select, done, select.length());
                return Optional.of(
                        new Affected(out.toString().strip(), numbers, OptionalLong.empty()));
            } catch (UnreadableSql | NumberFormatException e) {
                return Optional.empty(); // a number that no parameter can have
            }
        }

        private IntPredicate is(String... words) {
            return at -> List.of(words).contains(text.word(at));
        }

        /// The first place from `start` to `to`, outside of all parentheses; `none` where there is
        /// none.
        private int find(int start, int to, IntPredicate what, int none) {
            for (int at = start; at < to; at++) {
                if (text.tokens().get(at).depth() == 0 && what.test(at)) {
                    return at;
                }
            }
            return none;
        }
    }
}
