package dev.countersign.postgres;

import dev.countersign.model.Effect;
import dev.countersign.postgres.Explanation.Column;
import dev.countersign.postgres.Explanation.Happens;
import dev.countersign.postgres.Explanation.Labelled;
import dev.countersign.postgres.Explanation.Refused;
import dev.countersign.postgres.Explanation.Told;
import dev.countersign.sql.Analysis;
import dev.countersign.sql.Lineage;
import dev.countersign.sql.Statement;
import dev.countersign.sql.Text;
import dev.countersign.sql.UnreadableSql;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Tells of a text what [Clearing] and [Lineage] find in it, statement by statement: the same that
/// [PostgresAnalyst] judges by, for people. Nothing of it is asked of the target.
final class Explaining {
    private static final List<String> PATH = List.of("public");

    private final Catalogue catalogue;
    private final Served served;

    /// What the names that earlier statements gave stand for.
    private final Map<String, Statement> named = new HashMap<>();

    /// @param served what the target's settings allow
    Explaining(Catalogue catalogue, Served served) {
        this.catalogue = catalogue;
        this.served = served;
    }

    Explanation explain(String sql, Analysis analysis) {
        var texts = texts(sql, analysis.statements().size());
        var told = new ArrayList<Told>();
        for (int i = 0; i < texts.size(); i++) {
            var statement = analysis.statements().get(i);
            told.add(statement(texts.get(i), statement, analysis));
            if (!statement.prepares().isEmpty()) {
                named.put(statement.prepares(), statement);
            }
        }
        return new Explanation(told, catalogue.missing());
    }

    /// The text of each statement; of one that cannot be read, all of it.
    private static List<String> texts(String sql, int statements) {
        try {
            var text = Text.read(sql);
            if (text.parts().size() == statements) {
                var tokens = text.tokens();
                return text.parts().stream()
                        .map(part ->
                                sql.substring(
                                        tokens.get(part.from()).start(),
                                        tokens.get(part.to() - 1).end()))
                        .toList();
            }
        } catch (UnreadableSql e) {
            // the analysis says so too
        }
        return List.of(sql.strip());
    }

    private Told statement(String text, Statement statement, Analysis of) {
        var clearing = new Clearing(catalogue, PATH, false, served);
        clearing.read(new Analysis(List.of(statement), of.problem(), of.syntaxError()));
        var effects = EnumSet.noneOf(Effect.class);
        effects.addAll(statement.effects());
        var result = statement;
        for (var name : statement.uses()) {
            var meant = named.get(name);
            if (meant == null) {
                clearing.unknownName();
                continue;
            }
            clearing.read(new Analysis(List.of(meant), "", ""));
            effects.addAll(meant.effects());
            result = statement.executes() ? meant : statement;
        }
        if (clearing.calling()) {
            effects.add(Effect.CALL);
        }
        var never = clearing.never();
        var lineage =
                never == null
                        ? result.parsed()
                                .flatMap(parsed -> Lineage.of(parsed, catalogue.schema(PATH)))
                                .filter(followed -> followed.problem().isEmpty())
                        : Optional.<Lineage>empty();
        return new Told(
                text,
                effects,
                clearing.proven(),
                clearing.tables(),
                clearing.byControl(),
                Optional.ofNullable(never)
                        .map(refusal -> new Refused(SqlState.of(refusal.reason()), refusal)),
                lineage.map(followed -> followed.outputs().stream().map(this::column).toList())
                        .orElseGet(List::of),
                never == null && lineage.map(Lineage::more).orElse(true));
    }

    private Column column(Lineage.Output output) {
        return new Column(
                output.name(),
                switch (output.origin()) {
                    case HARMLESS -> new Happens.AsItIs(output.path());
                    case LABELLED -> masked(output);
                    case DERIVED -> constant(output);
                });
    }

    private Happens masked(Lineage.Output output) {
        var label = catalogue.label(output.path());
        return label == null
                ? constant(output)
                : new Happens.Masked(output.path(), label.name(), label.says().written());
    }

    private Happens constant(Lineage.Output output) {
        return new Happens.Constant(
                output.columns().stream().sorted().map(this::labelled).toList());
    }

    /// What lineage counts as labelled may have none: a query that comes later.
    private Labelled labelled(String path) {
        var label = catalogue.label(path);
        return new Labelled(path, label == null ? "" : label.name());
    }
}
