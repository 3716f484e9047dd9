package dev.countersign.postgres;

import dev.countersign.model.Bytes;
import dev.countersign.model.Request;
import dev.countersign.sql.Text;
import dev.countersign.sql.Token;
import dev.countersign.sql.UnreadableSql;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the conversation may know of a text, by the lexer. One for each conversation: it keeps what
/// it found in the last text, which is nearly always asked for again.
final class LexedTexts implements SqlTexts {
    private Known last = Known.of("");

    /// What was found in a text.
    ///
    /// @param text empty where the lexer cannot read it
    private record Known(
            String sql,
            Optional<Text> text,
            boolean barrier,
            List<Change> changes,
            boolean copiesIn,
            boolean copiesOut) {
        static Known of(String sql) {
            try {
                var text = Text.read(sql);
                var changes = new ArrayList<Change>();
                text.parts().forEach(part -> LexedTexts.changes(text, part, changes));
                return new Known(
                        sql,
                        Optional.of(text),
                        text.barrier(),
                        List.copyOf(changes),
                        copies(text, "from"),
                        copies(text, "to"));
            } catch (UnreadableSql e) {
                // doubtful means barrier; the analyst refuses it anyway
                return new Known(sql, Optional.empty(), true, List.of(), false, false);
            }
        }

        private static boolean copies(Text text, String where) {
            for (var part : text.parts()) {
                for (int i = part.from() + 1; i < part.to(); i++) {
                    if (text.word(part.from()).equals("copy")
                            && text.word(i).equals(where)
                            && text.tokens().get(i).depth() == 0) {
                        return true;
                    }
                }
            }
            return false;
        }
    }

    private Known read(String sql) {
        if (!sql.equals(last.sql())) {
            last = Known.of(sql);
        }
        return last;
    }

    @Override
    public boolean barrier(String sql) {
        return read(sql).barrier();
    }

    @Override
    public boolean copiesIn(String sql) {
        return read(sql).copiesIn();
    }

    @Override
    public boolean single(String sql) {
        return read(sql).text().filter(text -> text.parts().size() == 1).isPresent();
    }

    @Override
    public boolean copiesOut(String sql) {
        return read(sql).copiesOut();
    }

    @Override
    public List<Change> changes(String sql) {
        return read(sql).changes();
    }

    private static void changes(Text text, Text.Part part, List<Change> out) {
        int at = part.from();
        switch (text.word(at)) {
            case "prepare" -> {
                if (!text.word(at + 1).equals("transaction")) {
                    define(text, part, text.name(at + 1), "as", out);
                }
            }
            case "declare" -> {
                out.add(new Change.ForgetPortal(text.name(at + 1)));
                define(text, part, cursor(text.name(at + 1)), "for", out);
            }
            case "commit", "end", "rollback", "abort" -> out.add(new Change.ForgetPortals());
            case "deallocate" -> {
                int name = text.word(at + 1).equals("prepare") ? at + 2 : at + 1;
                out.add(forget(text, name, text.name(name)));
            }
            case "close" -> {
                if (text.word(at + 1).equals("all")) {
                    out.add(new Change.ForgetPortals());
                    out.add(new Change.ForgetCursors());
                } else {
                    out.add(new Change.ForgetPortal(text.name(at + 1)));
                    out.add(new Change.Forget(cursor(text.name(at + 1))));
                }
            }
            case "discard" -> {
                out.add(new Change.ForgetAll());
                out.add(new Change.ForgetPortals());
            }
            case "listen" -> out.add(new Change.Listen(text.name(at + 1)));
            case "set", "reset" -> set(text, part, out);
            case "create" -> {
                var second = text.word(at + 1);
                var third = text.word(at + 2);
                if (second.startsWith("temp") || third.startsWith("temp")) {
                    out.add(new Change.Temporary());
                }
            }
            default -> {
                for (int i = at; i < part.to(); i++) {
                    if (text.word(i).equals("into") && text.word(i + 1).startsWith("temp")) {
                        out.add(new Change.Temporary());
                    }
                }
            }
        }
    }

    private static void define(
            Text text, Text.Part part, String name, String before, List<Change> out) {
        for (int i = part.from() + 2; i < part.to(); i++) {
            if (text.word(i).equals(before) && text.tokens().get(i).depth() == 0) {
                out.add(
                        new Change.Define(
                                new Prepared(name, text.between(i + 1, part.to()), List.of())));
                return;
            }
        }
    }

    private static Change forget(Text text, int at, String name) {
        return text.word(at).equals("all") ? new Change.ForgetAll() : new Change.Forget(name);
    }

    private static void set(Text text, Text.Part part, List<Change> out) {
        int at = part.from() + 1;
        if (text.word(at).equals("local") || text.word(at).equals("session")) {
            at++;
        }
        var name = text.name(at);
        if (text.word(at).equals("time") && text.word(at + 1).equals("zone")) {
            name = "timezone";
            at++;
        }
        int value = at + 1;
        while (value < part.to()
                && (text.word(value).equals("to") || text.between(value, value + 1).equals("="))) {
            value++;
        }
        if (!name.isEmpty()) {
            out.add(new Change.Set(name, value < part.to() ? text.between(value, part.to()) : ""));
        }
    }

    /// Cursors have names of their own, which no statement can have.
    static String cursor(String name) {
        return "\0" + name;
    }

    static boolean isCursor(String name) {
        return name.startsWith("\0");
    }

    @Override
    public List<Request.Named> namesIn(String sql, Map<String, Prepared> known) {
        if (known.isEmpty()) {
            return List.of();
        }
        var text = read(sql).text();
        if (text.isEmpty()) {
            return List.of();
        }
        var out = new ArrayList<Request.Named>();
        for (var part : text.get().parts()) {
            named(text.get(), part, known, out);
        }
        return out;
    }

    /// FETCH, MOVE and CURRENT OF mean cursors, everything else prepared statements: these are two
    /// namespaces, and one of either may be called as one of the other.
    private static void named(
            Text text, Text.Part part, Map<String, Prepared> known, List<Request.Named> out) {
        var first = text.word(part.from());
        boolean cursors = first.equals("fetch") || first.equals("move");
        for (int i = part.from(); i < part.to(); i++) {
            var kind = text.tokens().get(i).kind();
            if (kind == Token.Kind.WORD || kind == Token.Kind.QUOTED) {
                var name = text.name(i);
                boolean of =
                        i > part.from() + 1
                                && text.word(i - 1).equals("of")
                                && text.word(i - 2).equals("current");
                add(name, known.get(cursors || of ? cursor(name) : name), out);
            }
        }
    }

    private static void add(String name, @Nullable Prepared meant, List<Request.Named> out) {
        if (meant != null && !name.isEmpty()) {
            out.add(new Request.Named(name, Bytes.utf8(meant.text()), meant.types()));
        }
    }
}
