package dev.countersign.server;

import dev.countersign.bellwebhook.Channel;
import dev.countersign.model.Json;
import dev.countersign.policy.PolicyDocument;
import dev.countersign.postgres.PostgresTarget;
import dev.countersign.reviews.Panel;
import dev.countersign.settings.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The JSON Schema of a document, made of the records that documents are bound to.
final class ConfigurationSchema {
    /// Each kind of document; the gateway's own has none.
    static final Map<String, Class<?>> KINDS = kinds();

    private final SettingsComments comments = new SettingsComments();
    private final Map<String, Json.Obj> definitions = new TreeMap<>();

    private static Map<String, Class<?>> kinds() {
        var out = new LinkedHashMap<String, Class<?>>();
        out.put("", ServerSettings.class);
        out.put("Target", PostgresTarget.class);
        out.put("Policy", PolicyDocument.class);
        out.put("Panel", Panel.class);
        out.put("Channel", Channel.class);
        return out;
    }

    Json.Obj schema() {
        var choices = new ArrayList<Json>();
        KINDS.forEach((kind, type) -> choices.add(choice(kind, type)));
        var defs = Json.object();
        definitions.forEach(defs::put);
        return Json.object()
                .put("$schema", "https://json-schema.org/draft/2020-12/schema")
                .put("title", "One document of a Countersign configuration")
                .put("type", "object")
                .put("allOf", new Json.Arr(choices))
                .put("$defs", defs.build())
                .build();
    }

    /// Where the document is of this kind, it has these keys.
    private Json.Obj choice(String kind, Class<?> type) {
        var required =
                kind.isEmpty()
                        ? Json.object()
                                .put(
                                        "not",
                                        Json.object()
                                                .put("required", Json.strings(List.of("kind")))
                                                .build())
                                .build()
                        : Json.object()
                                .put(
                                        "properties",
                                        Json.object()
                                                .put(
                                                        "kind",
                                                        Json.object().put("const", kind).build())
                                                .build())
                                .put("required", Json.strings(List.of("kind")))
                                .build();
        return Json.object().put("if", required).put("then", keys(Shape.of(type), true)).build();
    }

    private Json.Obj keys(Shape.Keys shape, boolean whole) {
        var properties = Json.object();
        var required = new ArrayList<String>();
        for (var key : shape.keys()) {
            var told = comments.of(shape.type(), key.component());
            var of = Json.object();
            of(key.shape()).members().forEach(of::put);
            of.putIfAny("description", told).putIfAny("default", key.otherwise());
            properties.put(key.name(), of.build());
            if (key.required()) {
                required.add(key.name());
            }
        }
        if (whole) {
            properties.put("kind", Json.object().put("type", "string").build());
            properties.put("include", of(new Shape.Items(new Shape.Text())));
        }
        var out =
                Json.object()
                        .put("type", "object")
                        .putIfAny("description", comments.summary(shape.type()))
                        .put("additionalProperties", false)
                        .put("properties", properties.build());
        if (!required.isEmpty()) {
            out.put("required", Json.strings(required));
        }
        return out.build();
    }

    private Json.Obj of(Shape shape) {
        return switch (shape) {
            case Shape.Text _ -> type("string");
            case Shape.FilePath _ -> type("string");
            case Shape.Truth _ -> type("boolean");
            case Shape.WholeNumber _ ->
                    Json.object()
                            .put("type", "integer")
                            .put("minimum", 0)
                            .put("maximum", 999_999_999)
                            .build();
            case Shape.Time _ -> pattern("^[0-9]{1,9}(ms|s|m|h|d)$");
            case Shape.Size _ ->
                    Json.object()
                            .put(
                                    "anyOf",
                                    new Json.Arr(
                                            List.of(
                                                    Json.object()
                                                            .put("type", "integer")
                                                            .put("minimum", 0)
                                                            .build(),
                                                    pattern("^[0-9]{1,12}(B|KiB|MiB|GiB)?$"))))
                            .build();
            case Shape.Choice(var words) -> Json.object().put("enum", Json.strings(words)).build();
            case Shape.Items(var of) ->
                    Json.object().put("type", "array").put("items", of(of)).build();
            case Shape.Entries(var of) ->
                    Json.object().put("type", "object").put("additionalProperties", of(of)).build();
            case Shape.Keys keys -> reference(keys);
        };
    }

    private Json.Obj reference(Shape.Keys keys) {
        var name = name(keys.type());
        if (!definitions.containsKey(name)) {
            definitions.put(name, Json.object().build()); // no end of recursion otherwise
            var whole = keys(keys, false);
            definitions.put(
                    name,
                    keys.shorthand().isEmpty()
                            ? whole
                            : Json.object()
                                    .put(
                                            "anyOf",
                                            new Json.Arr(
                                                    List.of(
                                                            Json.object()
                                                                    .put(
                                                                            "type",
                                                                            Json.strings(
                                                                                    List.of(
                                                                                            "string",
                                                                                            "null")))
                                                                    .build(),
                                                            whole)))
                                    .build());
        }
        return Json.object().put("$ref", "#/$defs/" + name).build();
    }

    /// `ServerSettings.Tls`: records inside of others share names.
    static String name(Class<?> type) {
        var outer = type.getEnclosingClass();
        var name = type.getSimpleName().replaceAll("Settings$", "");
        return outer == null ? name : outer.getSimpleName() + "." + name;
    }

    private static Json.Obj type(String name) {
        return Json.object().put("type", name).build();
    }

    private static Json.Obj pattern(String regex) {
        return Json.object().put("type", "string").put("pattern", regex).build();
    }
}
