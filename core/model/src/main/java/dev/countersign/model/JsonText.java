package dev.countersign.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.function.BiConsumer;

/// Writes one canonical value (RFC 8785) straight to UTF-8, without building a [Json] of it: for
/// what is written for every action. It can be used over and over ([#again()]).
///
/// Members must be written in canonical order; that is checked, because what is hashed must not
/// depend on the order in which somebody wrote code.
public final class JsonText {
    /// Containers that may be open at once.
    public static final int MAX_DEPTH = 16;

    private byte[] out;
    private int length;

    /// For each open object the member written last.
    private String[] last = new String[4];

    private int depth;
    private boolean more;

    public JsonText() {
        this(512);
    }

    /// @param bytes that are expected
    public JsonText(int bytes) {
        out = new byte[bytes];
    }

    /// Forgets everything, finished or not, and begins another value in the same memory.
    public JsonText again() {
        length = 0;
        depth = 0;
        more = false;
        return this;
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
        put('{');
        return this;
    }

    public JsonText close() {
        depth--;
        more = true;
        put('}');
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
        quote(name);
        put(':');
        return this;
    }

    public JsonText text(String value) {
        separate();
        quote(value);
        return this;
    }

    /// @throws IllegalArgumentException beyond ±(2^53 − 1)
    public JsonText number(long value) {
        separate();
        put(Long.toString(Json.Int.safe(value)));
        return this;
    }

    public JsonText truth(boolean value) {
        separate();
        put(Boolean.toString(value));
        return this;
    }

    /// A value that is canonical already.
    public JsonText raw(String json) {
        separate();
        put(json);
        return this;
    }

    /// A value that is canonical already, in UTF-8.
    public JsonText raw(Bytes json) {
        separate();
        return rest(json, 0);
    }

    /// A part of a value that is canonical when it is whole, up to a [#slot()]: what is missing
    /// there is written next.
    public JsonText part(Bytes json, int from, int to) {
        reserve(to - from);
        json.copy(from, to, out, length);
        length += to - from;
        more = false;
        return this;
    }

    /// What stands behind the last [#slot()].
    public JsonText rest(Bytes json, int from) {
        part(json, from, json.length());
        more = true;
        return this;
    }

    public JsonText hash(Hash value) {
        separate();
        reserve(2 * Hash.BYTES + 2);
        out[length++] = '"';
        value.write(out, length);
        length += 2 * Hash.BYTES;
        out[length++] = '"';
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
        put('[');
        for (var value : values) {
            each.accept(this, value);
        }
        more = true;
        put(']');
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
    /// @return how many bytes stand before it
    public int slot() {
        separate();
        return length;
    }

    private void separate() {
        if (more) {
            put(',');
        }
        more = true;
    }

    private void quote(String text) {
        var utf8 = JsonWriter.utf8(text);
        reserve(utf8.length + 2);
        put('"');
        int from = 0;
        for (int i = 0; i < utf8.length; i++) {
            if (JsonWriter.isEscaped(utf8[i])) {
                append(utf8, from, i);
                put(JsonWriter.escape(utf8[i]));
                from = i + 1;
            }
        }
        append(utf8, from, utf8.length);
        put('"');
    }

    private void put(char ascii) {
        reserve(1);
        out[length++] = (byte) ascii;
    }

    private void put(String text) {
        var utf8 = text.getBytes(StandardCharsets.UTF_8);
        append(utf8, 0, utf8.length);
    }

    private void append(byte[] utf8, int from, int to) {
        reserve(to - from);
        System.arraycopy(utf8, from, out, length, to - from);
        length += to - from;
    }

    private void reserve(int bytes) {
        if (bytes > out.length - length) {
            out = Arrays.copyOf(out, Math.max(2 * out.length, Math.addExact(length, bytes)));
        }
    }

    /// What was written, in UTF-8.
    ///
    /// @throws IllegalStateException while something is open
    public byte[] utf8() {
        if (depth > 0) {
            throw new IllegalStateException("an object is still open");
        }
        return Arrays.copyOf(out, length);
    }

    /// The same as text.
    @Override
    public String toString() {
        return new String(utf8(), StandardCharsets.UTF_8);
    }
}
