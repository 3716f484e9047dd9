package dev.countersign.sql;

import dev.countersign.model.Effect;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Walks the tree of one statement and gathers what it names and does.
///
/// What becomes of a column that it names [Lineage] follows; here it is only mentioned.
///
/// Longer than 400 lines, because one pass over the tree gathers all of it.
final class Walker {
    final Set<Effect> effects = EnumSet.noneOf(Effect.class);
    final List<Statement.Table> tables = new ArrayList<>();
    final List<String> functions = new ArrayList<>();
    final List<Statement.Mention> mentions = new ArrayList<>();
    final List<Statement.SettingChange> settings = new ArrayList<>();
    final List<String> uses = new ArrayList<>();
    final Reached reached = new Reached();
    boolean foreign;
    boolean restricted = true;
    boolean tautology;
    boolean temporary;
    String prepares = "";
    String never = "";
    String notServed = "";

    /// Whether a verdict depends on what a literal says, so that it holds for exactly this text
    /// only.
    boolean valueDependent;

    /// What expressions of the grammar are called, and functions on a server that does not have
    /// them.
    private static final Map<String, List<String>> NEWER =
            Map.ofEntries(
                    Map.entry("JsonFuncExpr", List.of("json_query", "json_value", "json_exists")),
                    Map.entry("JsonScalarExpr", List.of("json_scalar")),
                    Map.entry("JsonSerializeExpr", List.of("json_serialize")),
                    Map.entry("JsonParseExpr", List.of("json")),
                    Map.entry("JsonObjectConstructor", List.of("json_object")),
                    Map.entry("JsonArrayConstructor", List.of("json_array")),
                    Map.entry("JsonArrayQueryConstructor", List.of("json_array")),
                    Map.entry("JsonObjectAgg", List.of("json_objectagg")),
                    Map.entry("JsonArrayAgg", List.of("json_arrayagg")),
                    Map.entry("JsonTable", List.of("json_table")),
                    Map.entry("MergeSupportFunc", List.of("merge_action")));

    /// Common table expressions that are seen here, with the columns they have for certain.
    private record Scope(Map<String, Set<String>> tables) {
        static final Scope EMPTY = new Scope(Map.of());

        Scope with(Map<String, Set<String>> more) {
            var all = new HashMap<>(tables);
            all.putAll(more);
            return new Scope(all);
        }
    }

    static Statement statement(Tree wrapped, Walker walker) {
        walker.whole(wrapped);
        return new Statement(
                walker.effects,
                walker.tables,
                walker.functions,
                walker.foreign,
                walker.restricted,
                walker.tautology,
                walker.mentions,
                walker.settings,
                walker.reached.all(),
                walker.uses,
                walker.prepares,
                walker.temporary,
                walker.never,
                walker.notServed,
                Optional.of(new Parsed(wrapped)));
    }

    private void whole(Tree wrapped) {
        if (query(wrapped, Scope.EMPTY)) {
            return;
        }
        Utilities.read(this, wrapped.kind(), wrapped.inside());
    }

    /// A query inside a utility: its outputs come out as those of the utility do.
    void query(Tree wrapped) {
        if (!query(wrapped, Scope.EMPTY)) {
            Utilities.read(this, wrapped.kind(), wrapped.inside());
        }
    }

    /// Whatever a utility holds.
    void visit(@Nullable Object value) {
        visit(value, Scope.EMPTY);
    }

    private boolean query(Tree wrapped, Scope scope) {
        switch (wrapped.kind()) {
            case "SelectStmt" -> select(wrapped.inside(), scope);
            case "InsertStmt" -> insert(wrapped.inside(), scope);
            case "UpdateStmt" -> update(wrapped.inside(), scope);
            case "DeleteStmt" -> delete(wrapped.inside(), scope);
            case "MergeStmt" -> merge(wrapped.inside(), scope);
            default -> {
                return false;
            }
        }
        return true;
    }

    // ---- queries

    private void select(Tree select, Scope outer) {
        effects.add(Effect.READ);
        var scope = with(select, outer);
        var into = select.node("intoClause");
        if (into.isPresent()) {
            effects.add(Effect.DDL);
            visit(into.get(), scope);
        }
        if (select.has("lockingClause")) {
            // it takes locks that only a writer may take; what it names stands in FROM
            effects.add(Effect.UPDATE);
        }
        select.node("larg").ifPresent(arm -> select(arm, scope));
        select.node("rarg").ifPresent(arm -> select(arm, scope));
        outputs(select.list("targetList"), scope);
        for (var part :
                List.of(
                        "fromClause",
                        "whereClause",
                        "groupClause",
                        "havingClause",
                        "windowClause",
                        "valuesLists",
                        "sortClause",
                        "limitOffset",
                        "limitCount",
                        "distinctClause")) {
            visit(select.fields().get(part), scope);
        }
    }

    private void outputs(List<Tree> targets, Scope scope) {
        for (var target : targets) {
            target.inside().node("val").ifPresent(expression -> visit(expression, scope));
        }
    }

    private Scope with(Tree statement, Scope outer) {
        var clause = statement.node("withClause");
        if (clause.isEmpty()) {
            return outer;
        }
        var queries = clause.get().list("ctes");
        var names = new HashMap<String, Set<String>>();
        if (clause.get().flag("recursive")) {
            queries.forEach(query ->
                    names.put(query.inside().text("ctename"), Reached.columns(query.inside())));
        }
        for (var query : queries) {
            var scope = outer.with(names);
            query.inside()
                    .node("ctequery")
                    .ifPresent(inner -> {
                        if (!query(inner, scope)) {
                            effects.add(Effect.UNKNOWN);
                        }
                    });
            names.put(query.inside().text("ctename"), Reached.columns(query.inside()));
        }
        return outer.with(names);
    }

    private void insert(Tree insert, Scope outer) {
        effects.add(Effect.INSERT);
        var scope = with(insert, outer);
        written(insert);
        var columns = insert.list("cols");
        if (columns.isEmpty()) {
            mentions.add(new Statement.Mention(targetName(insert), "*"));
        }
        assigned(columns, scope);
        insert.node("selectStmt").ifPresent(source -> query(source, scope));
        insert.node("onConflictClause")
                .ifPresent(conflict -> {
                    if (conflict.text("action").equals("ONCONFLICT_UPDATE")) {
                        effects.add(Effect.UPDATE);
                    }
                    conflict.node("infer").ifPresent(infer -> visit(infer, scope));
                    assigned(conflict.list("targetList"), scope);
                    visit(conflict.fields().get("whereClause"), scope);
                });
        returning(insert, scope);
    }

    private void update(Tree update, Scope outer) {
        effects.add(Effect.UPDATE);
        var scope = with(update, outer);
        written(update);
        assigned(update.list("targetList"), scope);
        visit(update.fields().get("fromClause"), scope);
        condition(update, "whereClause", scope);
        returning(update, scope);
    }

    private void delete(Tree delete, Scope outer) {
        effects.add(Effect.DELETE);
        var scope = with(delete, outer);
        written(delete);
        visit(delete.fields().get("usingClause"), scope);
        condition(delete, "whereClause", scope);
        returning(delete, scope);
    }

    private void merge(Tree merge, Scope outer) {
        effects.add(Effect.MERGE);
        var scope = with(merge, outer);
        written(merge);
        visit(merge.fields().get("sourceRelation"), scope);
        condition(merge, "joinCondition", scope);
        for (var clause : merge.list("mergeWhenClauses")) {
            var when = clause.inside();
            switch (when.text("commandType")) {
                case "CMD_INSERT" -> effects.add(Effect.INSERT);
                case "CMD_UPDATE" -> effects.add(Effect.UPDATE);
                case "CMD_DELETE" -> effects.add(Effect.DELETE);
                default -> {
                    // DO NOTHING
                }
            }
            if (when.text("commandType").equals("CMD_INSERT")
                    && when.list("targetList").isEmpty()) {
                mentions.add(new Statement.Mention(targetName(merge), "*"));
            }
            assigned(when.list("targetList"), scope);
            visit(when.fields().get("values"), scope);
            visit(when.fields().get("condition"), scope);
        }
        returning(merge, scope);
    }

    private void written(Tree statement) {
        statement
                .node("relation")
                .ifPresent(target -> {
                    table(target, Scope.EMPTY); // a common table expression is never written to
                    if (target.text("schemaname").equals("pg_catalog")
                            || target.text("schemaname").equals("information_schema")) {
                        never = "the system catalogue is not written to directly";
                    } else if (target.text("schemaname").isEmpty()
                            && target.text("relname").startsWith("pg_")) {
                        never = "the system catalogue is not written to directly";
                    }
                });
    }

    private static String targetName(Tree statement) {
        return statement
                .node("relation")
                .map(target ->
                        target.node("alias")
                                .map(alias -> alias.text("aliasname"))
                                .orElse(target.text("relname")))
                .orElse("");
    }

    private void assigned(List<Tree> targets, Scope scope) {
        for (var target : targets) {
            var result = target.inside();
            mentions.add(new Statement.Mention("", result.text("name")));
            visit(result.fields().get("val"), scope);
            visit(result.fields().get("indirection"), scope);
        }
    }

    private void condition(Tree statement, String clause, Scope scope) {
        var condition = statement.node(clause);
        if (condition.isEmpty()) {
            restricted = false;
            return;
        }
        visit(condition.get(), scope);
        var always = new Tautology();
        if (always.holds(condition.get())) {
            tautology = true;
        }
        valueDependent |= always.valueDependent;
    }

    private void returning(Tree statement, Scope scope) {
        reached.row("old");
        reached.row("new");
        outputs(statement.list("returningList"), scope);
        statement
                .node("returningClause")
                .ifPresent(clause -> {
                    clause.list("options")
                            .forEach(option -> reached.row(option.inside().text("value")));
                    outputs(clause.list("exprs"), scope);
                });
    }

    // ---- everything else

    private void visit(@Nullable Object value, Scope scope) {
        switch (value) {
            case List<?> items -> items.forEach(item -> visit(item, scope));
            case Tree tree -> node(tree, scope);
            case null, default -> {
                // a word, a number: nothing that is named
            }
        }
    }

    private void node(Tree tree, Scope scope) {
        var kind = tree.kind();
        if (kind.isEmpty()) {
            if (tree.has("relname")) {
                table(tree, scope);
            } else {
                if (tree.has("names") && tree.has("typemod")) {
                    reached.type(tree);
                }
                children(tree, scope);
            }
            return;
        }
        var inside = tree.inside();
        if (query(tree, scope)) {
            return;
        }
        reached.node(kind, inside);
        // what a document is looked into by decides what comes out
        valueDependent |= Documents.looksInto(kind, inside);
        switch (kind) {
            case "ColumnRef" -> mention(path(inside));
            case "FuncCall" -> {
                function(inside);
                children(inside, scope);
            }
            case "RangeVar" -> table(inside, scope);
            case "JoinExpr" -> join(inside, scope);
            case "RangeSubselect" -> visit(inside.fields().get("subquery"), scope);
            case "CurrentOfExpr" -> uses.add(inside.text("cursor_name"));
            case "IndexElem" -> {
                if (!inside.text("name").isEmpty()) {
                    mentions.add(new Statement.Mention("", inside.text("name")));
                }
                children(inside, scope);
            }
            case "A_Const" -> {
                // a value names nothing
            }
            case "TypeName" -> reached.type(inside);
            case "JsonFuncExpr",
                    "JsonScalarExpr",
                    "JsonSerializeExpr",
                    "JsonParseExpr",
                    "JsonObjectConstructor",
                    "JsonArrayConstructor",
                    "JsonArrayQueryConstructor",
                    "JsonObjectAgg",
                    "JsonArrayAgg",
                    "JsonTable",
                    "MergeSupportFunc" -> {
                // an older server takes it for a function's name
                functions.addAll(NEWER.getOrDefault(kind, List.of()));
                children(inside, scope);
            }
            default -> children(inside, scope);
        }
    }

    private void children(Tree tree, Scope scope) {
        tree.fields().values().forEach(value -> visit(value, scope));
    }

    private void join(Tree join, Scope scope) {
        if (join.flag("isNatural")) {
            mentions.add(new Statement.Mention("", "*"));
        }
        for (var name : join.list("usingClause")) {
            mentions.add(new Statement.Mention("", name.inside().text("sval")));
        }
        if (join.node("alias").filter(alias -> alias.has("colnames")).isPresent()) {
            mentions.add(new Statement.Mention("", "*"));
        }
        visit(join.fields().get("larg"), scope);
        visit(join.fields().get("rarg"), scope);
        visit(join.fields().get("quals"), scope);
    }

    void table(Tree range) {
        table(range, Scope.EMPTY);
    }

    private void table(Tree range, Scope scope) {
        var schema = range.text("schemaname");
        var name = range.text("relname");
        temporary |= range.text("relpersistence").equals("t");
        if (!range.text("catalogname").isEmpty()) {
            // a rule, or a label, on `public.t` would not see `db.public.t`
            never = "a relation is named with its database in front; leave that away";
        }
        var alias = range.node("alias");
        var common = schema.isEmpty() ? scope.tables().get(name) : null;
        if (common != null) {
            var renamed = alias.filter(as -> as.has("colnames")).isPresent();
            reached.source(
                    alias.map(as -> as.text("aliasname")).orElse(name),
                    renamed ? Set.of() : common);
            return;
        }
        tables.add(
                new Statement.Table(
                        schema,
                        name,
                        alias.map(as -> as.text("aliasname")).orElse(""),
                        alias.filter(as -> as.has("colnames")).isPresent()));
    }

    private void mention(List<String> path) {
        if (path.isEmpty()) {
            return;
        }
        var qualifier = path.size() > 1 ? path.get(path.size() - 2) : "";
        mentions.add(new Statement.Mention(qualifier, path.getLast()));
    }

    private static List<String> path(Tree columnRef) {
        return columnRef.list("fields").stream()
                .map(field ->
                        field.kind().equals("A_Star") || field.fields().containsKey("A_Star")
                                ? "*"
                                : field.inside().text("sval"))
                .toList();
    }

    private void function(Tree call) {
        var names = call.list("funcname").stream().map(name -> name.inside().text("sval")).toList();
        var name = String.join(".", names);
        functions.add(name);
        boolean builtIn =
                switch (names.size()) {
                    case 1 -> Builtins.contains(name);
                    case 2 ->
                            switch (names.getFirst()) {
                                case "pg_catalog" -> Builtins.contains(names.getLast());
                                case "information_schema" ->
                                        Builtins.ofInformationSchema(names.getLast());
                                default -> false;
                            };
                    default -> false;
                };
        if (!builtIn) {
            foreign |= !Builtins.acts(name);
            effects.add(Effect.CALL);
        }
        if (names.getLast().equals("set_config")) {
            valueDependent = true;
            var args = call.list("args");
            settings.add(
                    new Statement.SettingChange(
                            args.isEmpty() ? "?" : literal(args.getFirst()),
                            args.size() < 2 ? "?" : literal(args.get(1))));
        }
    }

    static String literal(Tree expression) {
        if (expression.kind().equals("A_Const")) {
            var constant = expression.inside();
            return constant.node("sval")
                    .map(text -> text.text("sval"))
                    .or(() ->
                            constant.node("ival")
                                    .map(number -> Long.toString(number.number("ival"))))
                    .or(() -> constant.node("fval").map(number -> number.text("fval")))
                    .or(() ->
                            constant.node("boolval")
                                    .map(truth -> Boolean.toString(truth.flag("boolval"))))
                    .orElse("?");
        }
        return expression.kind().equals("TypeCast")
                ? expression.inside().node("arg").map(Walker::literal).orElse("?")
                : "?";
    }
}
