package dev.countersign.postgres;

import dev.countersign.model.Effect;
import dev.countersign.model.Facts;
import dev.countersign.model.Refusal;
import dev.countersign.model.Resource;
import dev.countersign.sql.Analysis;
import dev.countersign.sql.Builtins;
import dev.countersign.sql.Copy;
import dev.countersign.sql.Lineage;
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
/// built-in of our list, and its [Lineage] shows that no labelled column decides anything in it and
/// where each column of its result comes from. A utility that names something labelled is cleared
/// only if it mentions no labelled column at all.
final class Clearing {
    private final Catalogue catalogue;
    private final List<String> path;
    private final boolean readOnly;
    private final Served served;

    private final Set<Resource> resources = new LinkedHashSet<>();
    private final Set<String> tables = new LinkedHashSet<>();
    private final Set<String> functions = new LinkedHashSet<>();
    private final Set<String> byValue = new LinkedHashSet<>();
    private final Set<String> byControl = new LinkedHashSet<>();
    private final List<Integer> comparedArrays = new ArrayList<>();
    private long compared;
    private boolean sensitive;
    private boolean proven = true;
    private boolean calling;
    private @Nullable Refusal never;

    Clearing(Catalogue catalogue, List<String> path, boolean readOnly) {
        this(catalogue, path, readOnly, Served.PLAIN);
    }

    /// @param served what the target's settings allow
    Clearing(Catalogue catalogue, List<String> path, boolean readOnly, Served served) {
        this.served = served;
        this.catalogue = catalogue;
        this.path = path;
        this.readOnly = readOnly;
    }

    /// @param analysis of a text, or of what a name in it stands for
    /// @return for each statement where the columns of its result come from
    List<Facts.Outputs> read(Analysis analysis) {
        proven &= analysis.problem().isEmpty();
        if (!analysis.problem().isEmpty() && catalogue.any()) {
            sensitive = true;
            refuse(
                    Refusal.Reason.UNMASKABLE,
                    "the gateway cannot read it, so nobody can tell what it touches: "
                            + analysis.problem(),
                    "Check its syntax, or send something simpler.");
        }
        return analysis.statements().stream().map(this::statement).toList();
    }

    private Facts.Outputs statement(Statement statement) {
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
        var copy = statement.copy();
        if (served.detects()
                && copy.isPresent()
                && !copy.get().in()
                && copy.get().form() == Facts.Form.BINARY) {
            refuse(
                    Refusal.Reason.UNMASKABLE,
                    "the detectors of this target cannot look into a binary copy",
                    "Copy in text or CSV.");
        }
        var found = new ArrayList<Found>();
        for (var table : statement.tables()) {
            found.addAll(tables(table));
        }
        statement.channel().ifPresent(this::channel);
        if (statement.effects().contains(Effect.PRIVILEGE)
                && statement.tables().isEmpty()
                && statement.channel().isEmpty()) {
            // so that a rule which allows channels does not allow what stands beside them
            resources.add(new Resource("server", "?"));
        }
        var hidden = new HiddenCalls(catalogue.code(), statement, found);
        boolean calls =
                hidden.calls()
                        || found.stream()
                                .anyMatch(one ->
                                        one.relation() != null
                                                && one.relation().runs() == Catalogue.Runs.CALLS);
        calling |= calls;
        proven &= !calls && ProvenReads.proven(statement, found, catalogue.code());
        if (!catalogue.any()) {
            return Facts.Outputs.HARMLESS;
        }
        boolean over =
                found.stream().anyMatch(one -> one.relation() != null && one.relation().over());
        if (statement.explains() && (over || !statement.uses().isEmpty())) {
            explains();
        }
        if (statement.foreign() || doubtful(statement) || hidden.calls()) {
            sensitive = true;
            refuse(
                    Refusal.Reason.UNMASKABLE,
                    "it calls a function, or does something, of which nobody can tell what it reads",
                    "On a target with labelled columns only built-in functions may be called.");
        }
        found.forEach(one -> cleared(one, statement));
        boolean near =
                found.stream().anyMatch(one -> one.relation() != null && one.relation().labelled());
        boolean sizes = statement.functions().stream().anyMatch(Builtins::sizes);
        sensitive |= sizes;
        return near || sizes ? follow(statement, found) : Facts.Outputs.HARMLESS;
    }

    /// A name that nobody listed is the client's own word, and not shown.
    private void channel(Statement.Channel channel) {
        boolean listed = served.channels().contains(channel.name());
        resources.add(new Resource("channel", listed ? channel.name() : "?"));
        if (channel.listens() && !listed) {
            refuse(
                    Refusal.Reason.NOT_SERVED,
                    "LISTEN to a channel that `listen-channels` of this target does not name is not"
                            + " served",
                    "Ask your operator to list it there.");
        }
    }

    private Facts.Outputs follow(Statement statement, List<Found> found) {
        var lineage =
                statement.parsed().flatMap(parsed -> Lineage.of(parsed, catalogue.schema(path)));
        if (lineage.isEmpty()) {
            mentions(statement, found);
            return Facts.Outputs.HARMLESS;
        }
        var read = lineage.get();
        if (!read.problem().isEmpty()) {
            refuse(Refusal.Reason.UNMASKABLE, read.problem(), read.hint());
            return Facts.Outputs.UNKNOWN;
        }
        // the system's own hidden columns are masked, and nobody asked for them
        read.byValue().stream()
                .filter(path -> !path.startsWith("pg_catalog.") && !path.startsWith("("))
                .forEach(byValue::add);
        byControl.addAll(read.byControl());
        compared += read.compared();
        comparedArrays.addAll(read.comparedArrays());
        var form = statement.copy().map(Copy::form).orElse(Facts.Form.ROWS);
        boolean harmless =
                read.outputs().stream().allMatch(one -> one.origin() == Facts.Origin.HARMLESS);
        if (form == Facts.Form.OTHER && !harmless) {
            refuse(
                    Refusal.Reason.UNMASKABLE,
                    "labelled columns are copied in a form that cannot be masked",
                    "Use the formats text, csv or binary with their usual delimiter, quote and NULL.");
        }
        return new Facts.Outputs(
                read.outputs().stream().map(Clearing::output).toList(), read.more(), form);
    }

    private void explains() {
        refuse(
                Refusal.Reason.UNMASKABLE,
                "a plan would tell how many and how long the values of labelled columns are",
                "EXPLAIN is served for tables without labels.");
    }

    /// What an EXECUTE compares is given to it by an expression, and nobody counts that.
    void uncounted() {
        refuse(
                Refusal.Reason.UNMASKABLE,
                "it compares a labelled column with an array of a prepared statement's parameters",
                "Send the statement itself with its parameters.");
    }

    private static Facts.Output output(Lineage.Output output) {
        return switch (output.origin()) {
            case HARMLESS -> Facts.Output.HARMLESS;
            case LABELLED ->
                    new Facts.Output(
                            Facts.Origin.LABELLED,
                            output.columns().stream().findFirst().orElse(""));
            case DERIVED -> Facts.Output.DERIVED;
        };
    }

    /// Of what is no query nobody follows what becomes of a column that it mentions.
    private void mentions(Statement statement, List<Found> found) {
        if (statement.explains()) {
            explains();
        }
        for (var one : found) {
            var relation = one.relation();
            if (relation == null || !relation.labelled()) {
                continue;
            }
            for (var mention : statement.mentions()) {
                var column = mention.column();
                boolean row =
                        one.table().renames()
                                || column.equals(one.called())
                                || column.equals(relation.name());
                boolean labelled =
                        relation.columns().stream()
                                .filter(its -> its.label() != null)
                                .anyMatch(its -> column.equals("*") || column.equals(its.name()));
                if (row || labelled) {
                    byControl.add(relation.qualified() + "." + column);
                    refuse(
                            Refusal.Reason.UNMASKABLE,
                            "a labelled column of "
                                    + relation.qualified()
                                    + " is used in a statement that is no query",
                            "Ask your operator.");
                }
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
                            + " may show labelled columns, and nobody can tell where: "
                            + relation.unclear(),
                    "Read the tables below it by their own names.");
            return;
        }
        if (!relation.labelled()) {
            return;
        }
        sensitive = true;
        if (statement.effects().contains(Effect.DDL)) {
            refuse(
                    Refusal.Reason.UNMASKABLE,
                    "it would change " + relation.qualified() + ", whose labels stand on its names",
                    "Ask your operator to change it.");
        }
    }

    /// The first reason is told.
    private void refuse(Refusal.Reason reason, String message, String hint) {
        if (never == null) {
            never = new Refusal(reason, message, hint);
        }
    }

    /// A statement that names nobody knows what.
    Clearing unknownName() {
        proven = false;
        sensitive |= catalogue.any();
        refuse(
                Refusal.Reason.NEVER,
                "there is no prepared statement, portal or cursor of that name in this session",
                "Prepare or declare it again.");
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

    /// Values that a labelled column is compared with, as far as the texts tell.
    long compared() {
        return compared;
    }

    /// Numbers of parameters that hold more of them.
    List<Integer> comparedArrays() {
        return List.copyOf(comparedArrays);
    }

    boolean sensitive() {
        return sensitive;
    }

    /// Whether all that was read is proven to have no effect.
    boolean proven() {
        return proven && never == null;
    }

    /// Whether it calls what is no built-in without naming it as a function.
    boolean calling() {
        return calling;
    }

    @Nullable Refusal never() {
        return never;
    }
}
