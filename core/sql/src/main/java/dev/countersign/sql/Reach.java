package dev.countersign.sql;

import java.util.List;
import java.util.Map;
import java.util.Set;

/// What in one statement may reach further than it looks: names that are not a relation's, and code
/// that runs without being called by name.
///
/// @param sources what is called so is a subselect, a common table expression or a function in
///   FROM, with the columns that all of that name provably have: what they read is mentioned where
///   they are written
/// @param rows names that stand for rows of other relations: a join's alias, `old`, `new`
/// @param fields what is selected of an expression, `(x).f`: a column of it, or a function on it
/// @param operators every operator, by its name without a schema
/// @param types every type that something is cast to, by its name without a schema
public record Reach(
        Map<String, Set<String>> sources,
        Set<String> rows,
        Set<String> fields,
        Set<String> operators,
        Set<String> types) {
    static final Reach NOTHING = new Reach(Map.of(), Set.of(), Set.of(), Set.of(), Set.of());

    public Reach {
        sources = Map.copyOf(sources);
        rows = Set.copyOf(rows);
        fields = Set.copyOf(fields);
        operators = Set.copyOf(operators);
        types = Set.copyOf(types);
    }

    /// The last part of a name as the tree has it: a list of strings.
    static String last(List<Tree> names) {
        return names.isEmpty() ? "" : names.getLast().inside().text("sval");
    }
}
