package dev.countersign.model;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/// A canonical action read back, as [Action#canonical()] wrote it: what of an action the log keeps.
///
/// What is not in it (who is who to people, the target's labels, what analysis found) whoever reads
/// it must know from elsewhere. Whether it was put together right again tells [#is(Action)].
public final class CanonicalAction {
    private static final String VERSION = "cs.action/1";

    private final Bytes text;
    private final Json.Obj json;

    private CanonicalAction(Bytes text, Json.Obj json) {
        this.text = text;
        this.json = json;
    }

    /// @throws IllegalArgumentException if it is none
    public static CanonicalAction read(Bytes text) {
        var whole = new String(text.toArray(), StandardCharsets.UTF_8);
        if (Json.parse(whole) instanceof Json.Obj json
                && json.text("v").orElse("").equals(VERSION)) {
            return new CanonicalAction(text, json);
        }
        throw new IllegalArgumentException("it is no " + VERSION);
    }

    /// `sql`, `http`, `exec`.
    public String kind() {
        return text(json, "kind");
    }

    /// The name of the target.
    public String target() {
        return text(object(json, "target"), "name");
    }

    /// The plan and step that it was part of; the trace is not kept.
    public Work work(Work.Assurance assurance) {
        return new Work(text(json, "plan"), text(json, "step"), "", "", assurance);
    }

    /// An action of the same bytes, if `session` is of the same principal and target.
    ///
    /// @param inTransaction whether a transaction was open, which is not kept
    /// @throws IllegalArgumentException if a member is missing or of another type
    public Action action(
            ActionId id,
            Session session,
            Set<Effect> effects,
            Facts facts,
            String shape,
            boolean inTransaction) {
        return new Action(
                id,
                session,
                request(inTransaction),
                effects,
                list(json, "resources", CanonicalAction::resource),
                facts,
                list(json, "reached", CanonicalAction::resource),
                shape);
    }

    /// Whether this is the canonical form of that action, byte for byte.
    public boolean is(Action action) {
        return Arrays.equals(text.toArray(), action.canonical());
    }

    private Request request(boolean inTransaction) {
        var settings = new HashMap<String, String>();
        var said = object(json, "settings");
        said.members().keySet().forEach(name -> settings.put(name, text(said, name)));
        return new Request(
                bytes(object(json, "command")),
                list(json, "parameters", CanonicalAction::parameter),
                list(json, "result_formats", one -> Math.toIntExact(number(one))),
                list(json, "names", CanonicalAction::named),
                settings,
                truth(json, "temporary_objects"),
                json.text("stream").map(Hash::parse).map(Spooled::known).orElse(null),
                truth(json, "prepare"),
                inTransaction,
                truth(json, "own_writes"));
    }

    private static Request.Parameter parameter(Json json) {
        var one = object(json);
        return new Request.Parameter(
                number(member(one, "type")),
                Math.toIntExact(number(member(one, "format"))),
                truth(one, "null") ? null : bytes(object(one, "value")));
    }

    private static Request.Named named(Json json) {
        var one = object(json);
        return new Request.Named(
                text(one, "name"),
                bytes(object(one, "text")),
                list(one, "types", CanonicalAction::number));
    }

    private static Resource resource(Json json) {
        var one = object(json);
        return new Resource(text(one, "kind"), text(one, "name"), one.text("id").orElse(""));
    }

    // ---- the subset of JSON, strictly

    private static Bytes bytes(Json.Obj json) {
        var inBase64 = json.text("base64");
        return inBase64.isPresent()
                ? Bytes.owned(Base64.getDecoder().decode(inBase64.get()))
                : Bytes.utf8(text(json, "text"));
    }

    /// @return empty where there is no such member
    private static <T> List<T> list(Json.Obj json, String name, Function<Json, T> each) {
        var out = new ArrayList<T>();
        if (json.get(name).orElse(new Json.Arr(List.of())) instanceof Json.Arr(var items)) {
            items.forEach(item -> out.add(each.apply(item)));
            return List.copyOf(out);
        }
        throw wrong(name);
    }

    private static Json member(Json.Obj json, String name) {
        return json.get(name).orElseThrow(() -> wrong(name));
    }

    private static Json.Obj object(Json json) {
        if (json instanceof Json.Obj object) {
            return object;
        }
        throw wrong("an object");
    }

    private static Json.Obj object(Json.Obj json, String name) {
        return object(member(json, name));
    }

    private static String text(Json.Obj json, String name) {
        return json.text(name).orElseThrow(() -> wrong(name));
    }

    private static long number(Json json) {
        if (json instanceof Json.Int(var value)) {
            return value;
        }
        throw wrong("a number");
    }

    /// False where there is no such member.
    private static boolean truth(Json.Obj json, String name) {
        if (json.get(name).orElse(Json.of(false)) instanceof Json.Bool(var value)) {
            return value;
        }
        throw wrong(name);
    }

    private static IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException("a canonical action without its " + what);
    }
}
