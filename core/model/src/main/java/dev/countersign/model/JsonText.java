package dev.countersign.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.function.BiConsumer;

/// Writes one canonical value (RFC 8785) straight to text, without building a [Json] of it: for
/// what is written for every action.
///
/// Members must be written in canonical order; that is checked, because what is hashed must not
/// depend on the order in which somebody wrote code.
public final class JsonText {
    /// Containers that may be open at once.
    public static final int MAX_DEPTH = 16;

    private final StringBuilder out;

    /// For each open object the member written last.
    private String[] last = new String[4];

    private int depth;
    private boolean more;

    public JsonText() {
        this(512);
    }

    /// @param length that is expected, in characters
    public JsonText(int length) {
        out = new StringBuilder(length);
    }

    public JsonText open() {
        separate();
        if (depth == MAX_DEPTH) {
            throw new IllegalStateException("more than " + MAX_DEPTH + " containers are open");
        }
        if (depth == last.length) {
            last = Arrays.copyOf(last, MAX_DEPTH);
        }
        last[depth++] = "";
        more = false;
        out.append('{');
        return this;
    }

    public JsonText close() {
        depth--;
        more = true;
        out.append('}');
        return this;
    }

    /// Names the next value.
    ///
    /// @throws IllegalStateException if members must not stand in this order
    public JsonText key(String name) {
        if (name.compareTo(last[depth - 1]) <= 0) {
            throw new IllegalStateException(
                    "'" + name + "' cannot stand behind '" + last[depth - 1] + "'");
        }
        last[depth - 1] = name;
        separate();
        more = false;
        JsonWriter.quote(name, out);
        out.append(':');
        return this;
    }

    public JsonText text(String value) {
        separate();
        JsonWriter.quote(value, out);
        return this;
    }

    /// @throws IllegalArgumentException beyond ±(2^53 − 1)
    public JsonText number(long value) {
        separate();
        out.append(Json.Int.safe(value));
        return this;
    }

    public JsonText truth(boolean value) {
        separate();
        out.append(value);
        return this;
    }

    /// A value that is canonical already.
    public JsonText raw(String json) {
        separate();
        out.append(json);
        return this;
    }

    public JsonText hash(Hash value) {
        separate();
        out.append('"');
        value.appendTo(out);
        out.append('"');
        return this;
    }

    /// Bytes as [Json#bytes] has them.
    public JsonText bytes(Bytes value) {
        var text = value.text();
        open();
        if (text.isPresent()) {
            put("text", text.get());
        } else {
            put("base64", Base64.getEncoder().encodeToString(value.toArray()));
        }
        return close();
    }

    public <T> JsonText list(Collection<T> values, BiConsumer<JsonText, ? super T> each) {
        separate();
        more = false;
        out.append('[');
        for (var value : values) {
            each.accept(this, value);
        }
        more = true;
        out.append(']');
        return this;
    }

    public JsonText put(String name, String value) {
        return key(name).text(value);
    }

    /// Left out where it is empty.
    public JsonText putIfAny(String name, String value) {
        return value.isEmpty() ? this : put(name, value);
    }

    public JsonText put(String name, long value) {
        return key(name).number(value);
    }

    public JsonText put(String name, boolean value) {
        return key(name).truth(value);
    }

    public JsonText put(String name, Hash value) {
        return key(name).hash(value);
    }

    public <T> JsonText put(
            String name, Collection<T> values, BiConsumer<JsonText, ? super T> each) {
        return key(name).list(values, each);
    }

    /// Leaves out one value, which somebody else puts in.
    ///
    /// @return how many characters stand before it
    public int slot() {
        separate();
        return out.length();
    }

    private void separate() {
        if (more) {
            out.append(',');
        }
        more = true;
    }

    /// The same in UTF-8.
    public byte[] utf8() {
        return toString().getBytes(StandardCharsets.UTF_8);
    }

    /// What was written.
    ///
    /// @throws IllegalStateException while something is open
    @Override
    public String toString() {
        if (depth > 0) {
            throw new IllegalStateException("an object is still open");
        }
        return out.toString();
    }
}
