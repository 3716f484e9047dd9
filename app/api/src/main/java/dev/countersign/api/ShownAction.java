package dev.countersign.api;

import dev.countersign.masking.DetectorSettings;
import dev.countersign.masking.Detectors;
import dev.countersign.model.Json;
import java.util.Base64;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/// The opened payload of an intent for people: its statement and the values that were bound to it,
/// after the detectors have been over them. The exact bytes stay in the payload.
public final class ShownAction {
    private final ShownSql sql;

    /// With the detectors as they come.
    public ShownAction() {
        this(Detectors.of(DetectorSettings.STANDARD));
    }

    ShownAction(Detectors detectors) {
        sql = new ShownSql(detectors.scanner());
    }

    /// @param opened a canonical action (`docs/evidence-format.md`); anything else is one value
    public String of(String opened) {
        try {
            if (Json.parse(opened) instanceof Json.Obj action) {
                return action(action).text();
            }
        } catch (IllegalArgumentException e) {
            // no JSON
        }
        return sql.value(opened);
    }

    private Json.Obj action(Json.Obj action) {
        boolean statement = action.text("kind").orElse("").equals("sql");
        var out = new TreeMap<>(action.members());
        out.computeIfPresent("command", (_, command) -> bytes(command, statement));
        out.computeIfPresent(
                "parameters", (_, all) -> each(all, one -> member(one, "value", false)));
        out.computeIfPresent(
                "names", (_, all) -> each(all, one -> member(named(one), "text", statement)));
        out.computeIfPresent("settings", (_, settings) -> settings(settings));
        return new Json.Obj(out);
    }

    private static Json each(Json list, UnaryOperator<Json> change) {
        return list instanceof Json.Arr(var items) ? Json.list(items, change) : list;
    }

    private Json named(Json one) {
        return one instanceof Json.Obj object
                ? object.text("name")
                        .map(name -> object.with("name", Json.of(sql.value(name))))
                        .orElse(object)
                : one;
    }

    private Json member(Json one, String key, boolean statement) {
        return one instanceof Json.Obj object
                ? object.get(key)
                        .map(value -> object.with(key, bytes(value, statement)))
                        .orElse(object)
                : one;
    }

    private Json settings(Json settings) {
        if (!(settings instanceof Json.Obj object)) {
            return settings;
        }
        var out = new TreeMap<>(object.members());
        out.replaceAll((_, value) ->
                value instanceof Json.Str(var text) ? Json.of(sql.value(text)) : value);
        return new Json.Obj(out);
    }

    /// `{"text": …}` or `{"base64": …}`.
    private Json bytes(Json value, boolean statement) {
        if (!(value instanceof Json.Obj object)) {
            return value;
        }
        var text = object.text("text");
        if (text.isPresent()) {
            return object.with(
                    "text", Json.of(statement ? sql.of(text.get()) : sql.value(text.get())));
        }
        return object.text("base64")
                .map(base64 ->
                        object.with(
                                "base64",
                                Json.of(
                                        Base64.getEncoder()
                                                .encodeToString(
                                                        sql.value(
                                                                Base64.getDecoder()
                                                                        .decode(base64))))))
                .orElse(object);
    }
}
