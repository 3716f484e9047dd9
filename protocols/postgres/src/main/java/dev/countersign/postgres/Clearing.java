package dev.countersign.postgres;

import dev.countersign.model.Effect;
import dev.countersign.model.Refusal;
import dev.countersign.model.Resource;
import dev.countersign.sql.Analysis;
import dev.countersign.sql.Settings;
import dev.countersign.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a text touches, and whether it may run on a target with labels: everything in it must be
/// *cleared*.
///
/// A statement is cleared if the catalogue knows each relation that it names, each function is a
/// built-in of our list, and each mention of a labelled column is a bare output column of the
/// statement itself. Then no value of a labelled column can reach the client but as that column,
/// whose origin the target tells and which is masked there; no condition, order or function can
/// tell of it; and no write can carry it elsewhere.
///
/// Names are compared as loosely as they could be meant: an unqualified column may be any table's,
/// and a word that is a table's name or alias is that table's whole row.
final class Clearing {
    private static final String ASK =
            "Only plain output columns may name it. Ask your operator whether the column needs its"
                    + " label.";

    private final Catalogue catalogue;
    private final List<String> path;
    private final boolean readOnly;

    private final Set<Resource> resources = new LinkedHashSet<>();
    private final Set<String> tables = new LinkedHashSet<>();
    private final Set<String> functions = new LinkedHashSet<>();
    private final Set<String> byValue = new LinkedHashSet<>();
    private final Set<String> byControl = new LinkedHashSet<>();
    private boolean sensitive;
    private boolean calling;
    private @Nullable Refusal never;

    Clearing(Catalogue catalogue, List<String> path, boolean readOnly) {
        this.catalogue = catalogue;
        this.path = path;
        this.readOnly = readOnly;
    }

    /// @param analysis of a text, or of what a name in it stands for
    Clearing read(Analysis analysis) {
        if (!analysis.problem().isEmpty() && catalogue.any()) {
            sensitive = true;
            refuse(
                    Refusal.Reason.UNMASKABLE,
                    "the gateway cannot read it, so nobody can tell what it touches: "
                            + analysis.problem(),
                    "Check its syntax, or send something simpler.");
        }
        analysis.statements().forEach(this::statement);
        return this;
    }

    private void statement(Statement statement) {
        functions.addAll(statement.functions());
        if (!statement.never().isEmpty()) {
            refuse(Refusal.Reason.NEVER, statement.never(), "It is never allowed here.");
        }
        if (!statement.notServed().isEmpty()) {
            refuse(
                    Refusal.Reason.NOT_SERVED,
                    statement.notServed() + " is not served",
                    "Use SELECT, INSERT, UPDATE or DELETE instead.");
        }
        for (var change : statement.settings()) {
            setting(change);
        }
        var found = new ArrayList<Found>();
        for (var table : statement.tables()) {
            found.addAll(tables(table));
        }
        var hidden = new HiddenCalls(catalogue.code(), statement, found);
        boolean calls = hidden.calls();
        calling |= calls;
        if (!catalogue.any()) {
            return;
        }
        if (statement.foreign() || doubtful(statement) || calls) {
            sensitive = true;
            refuse(
                    Refusal.Reason.UNMASKABLE,
                    "it calls a function, or does something, of which nobody can tell what it reads",
                    "On a target with labelled columns only built-in functions may be called.");
        }
        found.forEach(one -> cleared(one, statement));
        for (var one : found) {
            var relation = one.relation();
            if (relation != null && !relation.labels().isEmpty() && hidden.takesRows()) {
                control(relation.qualified(), "the whole row of " + relation.qualified());
            }
        }
    }

    private static boolean doubtful(Statement statement) {
        return statement.effects().contains(Effect.UNKNOWN)
                || statement.effects().contains(Effect.COPY_FILE);
    }

    private void setting(Statement.SettingChange change) {
        switch (Settings.of(change, readOnly)) {
            case SETTABLE -> {}
            case PINNED ->
                    refuse(
                            Refusal.Reason.SETTING,
                            "the setting " + shown(change.name()) + " is pinned",
                            "It decides how statements are read or as whom they run; leave it.");
            case UNLISTED ->
                    refuse(
                            Refusal.Reason.SETTING,
                            "the setting "
                                    + shown(change.name())
                                    + " is not one a client may change",
                            "Ask your operator to list it.");
        }
    }

    private static String shown(String name) {
        return name.matches("[a-z_.]{1,64}") ? name : "named here";
    }

    /// A table that a statement names, and what it may mean.
    record Found(Statement.Table table, Catalogue.@Nullable Relation relation) {
        /// What mentions call it.
        String called() {
            return table.alias().isEmpty() ? table.name() : table.alias();
        }
    }

    private List<Found> tables(Statement.Table table) {
        var candidates = catalogue.find(table.schema(), table.name(), path);
        return candidates.isEmpty()
                ? List.of(found(table, null))
                : candidates.stream().map(relation -> found(table, relation)).toList();
    }

    private Found found(Statement.Table table, Catalogue.@Nullable Relation relation) {
        var name =
                relation != null
                        ? relation.qualified()
                        : table.schema().isEmpty()
                                ? table.name()
                                : table.schema() + "." + table.name();
        tables.add(name);
        resources.add(
                relation == null
                        ? new Resource("table", "?")
                        : new Resource("table", name, Long.toString(relation.oid())));
        return new Found(table, relation);
    }

    private void cleared(Found found, Statement statement) {
        var relation = found.relation();
        if (relation == null) {
            sensitive = true;
            if (!statement.effects().contains(Effect.DDL)) {
                refuse(
                        Refusal.Reason.UNMASKABLE,
                        "a relation it names is not known, so nobody can tell whether it is sensitive",
                        "Check the name. A relation that was just made is known within a minute.");
            }
            return;
        }
        if (!relation.cleared()) {
            sensitive = true;
            refuse(
                    Refusal.Reason.UNMASKABLE,
                    "the relation "
                            + relation.qualified()
                            + " cannot be cleared: it may show labelled columns under other names",
                    "Read the tables below it by their own names.");
            return;
        }
        if (relation.labels().isEmpty()) {
            return;
        }
        sensitive = true;
        if (statement.effects().contains(Effect.DDL)) {
            refuse(
                    Refusal.Reason.UNMASKABLE,
                    "it would change " + relation.qualified() + ", whose labels stand on its names",
                    "Ask your operator to change it.");
        }
        if (found.table().renames()) {
            refuse(
                    Refusal.Reason.UNMASKABLE,
                    "an alias renames columns of " + relation.qualified() + ", which has labels",
                    "Name its columns as they are.");
        }
        for (var mention : statement.mentions()) {
            mention(mention, found, relation, statement);
        }
    }

    private void mention(
            Statement.Mention mention,
            Found found,
            Catalogue.Relation relation,
            Statement statement) {
        var column = mention.column();
        if (column.equals(found.called())
                || column.equals(relation.name())
                || (mention.qualifier().isEmpty() && statement.reach().rows().contains(column))) {
            control(relation.qualified(), "the whole row of " + relation.qualified());
            return;
        }
        if (of(mention.qualifier(), found, relation, statement)) {
            labelled(mention, relation);
        }
    }

    /// Whether what has this qualifier may be a column of this relation. A qualifier that nobody
    /// knows (a join's alias, `old`) may be any relation's.
    private static boolean of(
            String qualifier, Found found, Catalogue.Relation relation, Statement statement) {
        if (qualifier.isEmpty()
                || qualifier.equals(found.called())
                || qualifier.equals(relation.name())) {
            return true;
        }
        return statement.reach().rows().contains(qualifier)
                || (!statement.reach().sources().containsKey(qualifier)
                        && statement.tables().stream()
                                .noneMatch(table ->
                                        qualifier.equals(table.alias())
                                                || qualifier.equals(table.name())));
    }

    private void labelled(Statement.Mention mention, Catalogue.Relation relation) {
        var column = mention.column();
        relation.labels()
                .forEach((number, label) -> {
                    var name = relation.columns().getOrDefault(number, "");
                    boolean all = column.equals("*");
                    if ((!all && !column.equals(name))
                            || (all && mention.bare() && label.hidden())) {
                        return; // masked by its origin, and nobody asked for it
                    }
                    var full = relation.qualified() + "." + name;
                    if (mention.bare()) {
                        byValue.add(full);
                    } else {
                        control(full, "the labelled column " + full);
                    }
                });
    }

    private void control(String what, String told) {
        byControl.add(what);
        refuse(
                Refusal.Reason.UNMASKABLE,
                told + " is used other than as a plain output column",
                ASK);
    }

    /// The first reason is told.
    private void refuse(Refusal.Reason reason, String message, String hint) {
        if (never == null) {
            never = new Refusal(reason, message, hint);
        }
    }

    /// A statement that names nobody knows what.
    Clearing unknownName() {
        sensitive |= catalogue.any();
        refuse(
                Refusal.Reason.NEVER,
                "there is no prepared statement, portal or cursor of that name in this session",
                "Prepare or declare it again.");
        return this;
    }

    Clearing functionCall() {
        refuse(
                Refusal.Reason.NOT_SERVED,
                "the FunctionCall message is not served",
                "Call the function in a SELECT.");
        return this;
    }

    List<Resource> resources() {
        return List.copyOf(resources);
    }

    List<String> tables() {
        return List.copyOf(tables);
    }

    List<String> functions() {
        return List.copyOf(functions);
    }

    List<String> byValue() {
        return List.copyOf(byValue);
    }

    List<String> byControl() {
        return List.copyOf(byControl);
    }

    boolean sensitive() {
        return sensitive;
    }

    /// Whether it calls what is no built-in without naming it as a function.
    boolean calling() {
        return calling;
    }

    @Nullable Refusal never() {
        return never;
    }
}
