package dev.countersign.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// What an expression takes out of a `jsonb` column by steps that stand in its text:
/// `d->'a'->>'b'`, `d #>> '{a,b}'`, `d['a']`. Where only parts of a document are labelled,
/// everything beside them is harmless; and taking something out cannot fail.
///
/// @param column a ColumnRef without its wrapper
/// @param steps names of members, or numbers of elements written out
record Documents(Tree column, List<String> steps) {
    /// Oid of `jsonb`. A `json` is text, and a lookup in it may fail by what it holds elsewhere.
    static final long JSONB = 3802;

    private static final Pattern PATH = Pattern.compile("\\{[A-Za-z0-9_-]+(,[A-Za-z0-9_-]+)*}");

    /// What can be no number of an element, however the server reads numbers: blanks, signs and
    /// zeros in front.
    private static final Pattern NAME = Pattern.compile("[\\p{L}_].*", Pattern.DOTALL);

    private static final Set<String> STEPS = Set.of("->", "->>");
    private static final Set<String> PATHS = Set.of("#>", "#>>");

    /// Whether a node looks into a document, so that what a literal says decides what comes out.
    static boolean looksInto(String kind, Tree inside) {
        return switch (kind) {
            case "A_Expr" -> {
                var name = Reach.last(inside.list("name"));
                yield STEPS.contains(name) || PATHS.contains(name);
            }
            case "A_Indices" -> true;
            default -> false;
        };
    }

    /// Empty where it is something else.
    static Optional<Documents> of(Tree expression) {
        return switch (expression.kind()) {
            case "ColumnRef" -> Optional.of(new Documents(expression.inside(), List.of()));
            case "A_Expr" -> taken(expression.inside());
            case "A_Indirection" -> subscripted(expression.inside());
            default -> Optional.empty();
        };
    }

    private static Optional<Documents> taken(Tree expression) {
        var name = expression.list("name");
        var operator = Reach.last(name);
        // its left side is looked at for no other operator: chains of those are long
        if (!expression.text("kind").equals("AEXPR_OP")
                || name.size() != 1
                || !(STEPS.contains(operator) || PATHS.contains(operator))) {
            return Optional.empty();
        }
        var from = expression.node("lexpr").flatMap(Documents::of);
        if (from.isEmpty()) {
            return Optional.empty();
        }
        var by = expression.node("rexpr");
        if (STEPS.contains(operator)) {
            return by.flatMap(step -> literal(step, false))
                    .map(step -> from.get().then(List.of(step)));
        }
        return by.flatMap(path -> literal(path, true))
                .filter(path -> PATH.matcher(path).matches())
                .map(path -> path.substring(1, path.length() - 1).split(",", -1))
                .map(path -> from.get().then(List.of(path)));
    }

    private static Optional<Documents> subscripted(Tree indirection) {
        var from = indirection.node("arg").flatMap(Documents::of);
        var steps = new ArrayList<String>();
        for (var part : indirection.list("indirection")) {
            var step =
                    part.kind().equals("A_Indices") && !part.inside().flag("is_slice")
                            ? part.inside().node("uidx").flatMap(text -> literal(text, false))
                            : Optional.<String>empty();
            if (step.isEmpty()) {
                return Optional.empty();
            }
            steps.add(step.get());
        }
        return from.map(one -> one.then(steps));
    }

    private Documents then(List<String> more) {
        var all = new ArrayList<>(steps);
        all.addAll(more);
        return new Documents(column, List.copyOf(all));
    }

    /// A text, or a whole number, that stands there as it is meant. A definition of a view writes a
    /// text with its type; any other cast may make another text of it.
    ///
    /// @param array it is the text of an array
    private static Optional<String> literal(Tree tree, boolean array) {
        if (tree.kind().equals("TypeCast")) {
            return tree.inside()
                    .node("arg")
                    .filter(_ -> plainText(tree.inside().node("typeName"), array))
                    .filter(text -> text.kind().equals("A_Const"))
                    .flatMap(text -> text.inside().node("sval"))
                    .map(text -> text.text("sval"));
        }
        if (!tree.kind().equals("A_Const")) {
            return Optional.empty();
        }
        var constant = tree.inside();
        var text = constant.node("sval").map(value -> value.text("sval"));
        return array
                ? text
                : text.or(() ->
                        constant.node("ival").map(whole -> Long.toString(whole.number("ival"))));
    }

    private static boolean plainText(Optional<Tree> type, boolean array) {
        return type.filter(one -> !one.has("typmods") && one.has("arrayBounds") == array)
                .map(one -> one.list("names").stream().map(part -> part.inside().text("sval")))
                .map(names -> names.toList())
                .filter(names ->
                        names.equals(List.of("text"))
                                || names.equals(List.of("pg_catalog", "text")))
                .isPresent();
    }

    /// Whether nothing that is labelled can be in what is taken out of this column.
    boolean beside(Schema.Column of) {
        return of.type() == JSONB
                && !of.parts().isEmpty()
                && !steps.isEmpty()
                && of.parts().stream().noneMatch(part -> meet(steps, part.steps()));
    }

    /// Whether one may be inside of the other. What is no name for certain may mean an element.
    private static boolean meet(List<String> taken, List<String> labelled) {
        if (taken.isEmpty() || labelled.isEmpty()) {
            return true;
        }
        var step = taken.getFirst();
        var next = labelled.getFirst();
        var deeper = taken.subList(1, taken.size());
        var further = labelled.subList(1, labelled.size());
        boolean element = !NAME.matcher(step).matches();
        if (next.equals(Schema.Part.EACH)) {
            return meet(taken, further) || (element && meet(deeper, labelled));
        }
        return (next.equals(step) && meet(deeper, further)) || (element && meet(deeper, labelled));
    }
}
