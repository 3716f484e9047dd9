package dev.countersign.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,9}");

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
        var from = expression.node("lexpr").flatMap(Documents::of);
        var by = expression.node("rexpr").flatMap(Documents::literal);
        if (!expression.text("kind").equals("AEXPR_OP")
                || name.size() != 1
                || from.isEmpty()
                || by.isEmpty()) {
            return Optional.empty();
        }
        return switch (Reach.last(name)) {
            case "->", "->>" -> Optional.of(from.get().then(List.of(by.get())));
            case "#>", "#>>" ->
                    PATH.matcher(by.get()).matches()
                            ? Optional.of(
                                    from.get()
                                            .then(
                                                    List.of(
                                                            by.get()
                                                                    .substring(
                                                                            1,
                                                                            by.get().length() - 1)
                                                                    .split(",", -1))))
                            : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static Optional<Documents> subscripted(Tree indirection) {
        var from = indirection.node("arg").flatMap(Documents::of);
        var steps = new ArrayList<String>();
        for (var part : indirection.list("indirection")) {
            var step =
                    part.kind().equals("A_Indices") && !part.inside().flag("is_slice")
                            ? part.inside().node("uidx").flatMap(Documents::literal)
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

    /// A text or a whole number that stands there, with or without a cast.
    private static Optional<String> literal(Tree tree) {
        if (tree.kind().equals("TypeCast")) {
            return tree.inside().node("arg").flatMap(Documents::literal);
        }
        if (!tree.kind().equals("A_Const")) {
            return Optional.empty();
        }
        var constant = tree.inside();
        return constant.node("sval")
                .map(text -> text.text("sval"))
                .or(() -> constant.node("ival").map(whole -> Long.toString(whole.number("ival"))));
    }

    /// Whether nothing that is labelled can be in what is taken out of this column.
    boolean beside(Schema.Column of) {
        return of.type() == JSONB
                && !of.parts().isEmpty()
                && !steps.isEmpty()
                && of.parts().stream().noneMatch(part -> meet(steps, part.steps()));
    }

    /// Whether one may be inside of the other. Of a number nobody knows whether it means a member
    /// or an element.
    private static boolean meet(List<String> taken, List<String> labelled) {
        if (taken.isEmpty() || labelled.isEmpty()) {
            return true;
        }
        var step = taken.getFirst();
        var next = labelled.getFirst();
        var deeper = taken.subList(1, taken.size());
        var further = labelled.subList(1, labelled.size());
        boolean element = NUMBER.matcher(step).matches();
        if (next.equals(Schema.Part.EACH)) {
            return meet(taken, further) || (element && meet(deeper, labelled));
        }
        return (next.equals(step) && meet(deeper, further)) || (element && meet(deeper, labelled));
    }
}
