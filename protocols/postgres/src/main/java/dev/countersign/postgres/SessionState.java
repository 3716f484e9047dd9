package dev.countersign.postgres;

import dev.countersign.model.Effect;
import dev.countersign.model.Facts;
import dev.countersign.sql.Builtins;
import java.util.HashMap;
import java.util.Map;

/// What statements that ran left behind in one session: names, settings, temporary objects.
final class SessionState {
    final Names<Prepared> statements = new Names<>();
    final Names<Portal> portals = new Names<>();

    private final SqlTexts texts;
    private final Map<String, String> settings = new HashMap<>();
    private boolean temporaryObjects;
    private boolean catalogueDirty;

    SessionState(SqlTexts texts) {
        this.texts = texts;
    }

    /// Every setting that was changed, by name.
    Map<String, String> settings() {
        return settings;
    }

    /// A function may have set anything ([OnlyHere]).
    void settingsUnknown() {
        settings.put(OnlyHere.SET_BY_FUNCTION, "unknown");
    }

    boolean temporaryObjects() {
        return temporaryObjects;
    }

    /// Nothing is under way: names mean what the target confirmed.
    void certain() {
        statements.atRest();
        portals.atRest();
    }

    /// A text ran, or failed half-way: of that nobody knows which names it left, so they are not
    /// known any more.
    void ran(Tally tally, String sql) {
        for (var change : texts.changes(sql)) {
            switch (change) {
                case SqlTexts.Change.Define(var statement) when tally.ok() ->
                        statements.hold(statement.name(), statement);
                case SqlTexts.Change.Define(var statement) -> statements.drop(statement.name());
                case SqlTexts.Change.Forget(var name) -> statements.drop(name);
                case SqlTexts.Change.ForgetAll _ -> statements.dropAll();
                case SqlTexts.Change.ForgetCursors _ ->
                        statements.dropIf(held -> LexedTexts.isCursor(held.name()));
                case SqlTexts.Change.ForgetPortal(var name) -> portals.drop(name);
                case SqlTexts.Change.ForgetPortals _ -> portals.dropAll();
                case SqlTexts.Change.Set(var name, var value) -> settings.put(name, value);
                case SqlTexts.Change.Temporary _ -> temporaryObjects = true;
                case SqlTexts.Change.Listen _ -> {
                    // from the moment that it is sent on: Notifications
                }
            }
        }
        catalogueDirty |=
                tally.permit.action().effects().stream()
                        .anyMatch(effect ->
                                effect == Effect.DDL
                                        || (effect == Effect.CALL && !actsOnly(tally))
                                        || effect == Effect.UNKNOWN);
    }

    /// Whether the functions that it is a call for are known to change no catalogue.
    private static boolean actsOnly(Tally tally) {
        return tally.permit.action().facts() instanceof Facts.Sql facts
                && facts.functions().stream().anyMatch(Builtins::acts)
                && facts.functions().stream()
                        .allMatch(name -> Builtins.acts(name) || Builtins.contains(name));
    }

    /// Whether anything that ran since this was asked last may have changed the catalogue.
    boolean catalogueMayHaveChanged() {
        boolean dirty = catalogueDirty;
        catalogueDirty = false;
        return dirty;
    }
}
