package dev.countersign.model;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/// A JSON value of the subset that evidence uses: no floating-point numbers, no null, integers
/// within ±(2^53 − 1). [#canonical()] is its one form after RFC 8785 (JSON Canonicalization
/// Scheme), so that equal values are equal bytes.
public sealed interface Json {

    /// The largest integer that I-JSON (RFC 7493) lets every reader hold exactly; larger ones are
    /// written as strings.
    long MAX_SAFE_INTEGER = (1L << 53) - 1;

    /// Members in the order of RFC 8785: by UTF-16 code units, which is `String`'s own order.
    record Obj(Map<String, Json> members) implements Json {
        public Obj {
            members = Collections.unmodifiableSortedMap(new TreeMap<>(members));
        }

        public Optional<Json> get(String key) {
            return Optional.ofNullable(members.get(key));
        }

        /// The texts of the list under `key`; none where there is no list.
        public List<String> texts(String key) {
            return members.get(key) instanceof Arr(var items)
                    ? items.stream()
                            .filter(Str.class::isInstance)
                            .map(item -> ((Str) item).value())
                            .toList()
                    : List.of();
        }

        /// The text under `key`; empty if there is none or it is no string.
        public Optional<String> text(String key) {
            return members.get(key) instanceof Str(var value)
                    ? Optional.of(value)
                    : Optional.empty();
        }

        /// The integer under `key`; empty if there is none or it is no integer.
        public Optional<Long> integer(String key) {
            return members.get(key) instanceof Int(var value)
                    ? Optional.of(value)
                    : Optional.empty();
        }

        /// The object under `key`; empty if there is none or it is no object.
        public Optional<Obj> object(String key) {
            return members.get(key) instanceof Obj value ? Optional.of(value) : Optional.empty();
        }

        /// A copy with one member more, or another in its place.
        public Obj with(String key, Json value) {
            var copy = new TreeMap<>(members);
            copy.put(key, value);
            return new Obj(copy);
        }
    }

    record Arr(List<Json> items) implements Json {
        public Arr {
            items = List.copyOf(items);
        }
    }

    record Str(String value) implements Json {}

    record Int(long value) implements Json {
        public Int {
            safe(value);
        }

        static long safe(long value) {
            if (value > MAX_SAFE_INTEGER || value < -MAX_SAFE_INTEGER) {
                throw new IllegalArgumentException(
                        "beyond 2^53 - 1, write it as a string: " + value);
            }
            return value;
        }
    }

    record Bool(boolean value) implements Json {}

    static Json of(String value) {
        return new Str(value);
    }

    static Json of(long value) {
        return new Int(value);
    }

    static Json of(boolean value) {
        return new Bool(value);
    }

    static <T> Json list(Collection<T> values, Function<? super T, ? extends Json> each) {
        var items = new ArrayList<Json>(values.size());
        values.forEach(value -> items.add(each.apply(value)));
        return new Arr(items);
    }

    static Json strings(Collection<String> values) {
        return list(values, Json::of);
    }

    /// Bytes as `{"text": …}` where they are valid UTF-8, as `{"base64": …}` where not.
    static Json bytes(Bytes value) {
        return value.text()
                .<Json>map(text -> object().put("text", text).build())
                .orElseGet(() ->
                        object().put("base64", Base64.getEncoder().encodeToString(value.toArray()))
                                .build());
    }

    static Builder object() {
        return new Builder();
    }

    /// Reads exactly one value of the subset. Duplicate keys, floats and nulls are refused.
    ///
    /// @throws IllegalArgumentException saying what is wrong and where
    static Json parse(String text) {
        return new JsonReader(text, false).whole();
    }

    /// Reads exactly one value that somebody else wrote: any JSON. A number that is no integer of
    /// ours is its own text, and null is an empty one. Duplicate keys are refused.
    ///
    /// @throws IllegalArgumentException saying what is wrong and where
    static Json parseForeign(String text) {
        return new JsonReader(text, true).whole();
    }

    /// The RFC 8785 form in UTF-8.
    default byte[] canonical() {
        return text().getBytes(StandardCharsets.UTF_8);
    }

    /// The RFC 8785 form.
    default String text() {
        var out = new StringBuilder(256);
        JsonWriter.write(this, out);
        return out.toString();
    }

    /// Collects the members of an object. What is absent is left out: there is no null.
    final class Builder {
        private final TreeMap<String, Json> members = new TreeMap<>();

        private Builder() {}

        public Builder put(String key, Json value) {
            members.put(key, value);
            return this;
        }

        public Builder put(String key, String value) {
            return put(key, new Str(value));
        }

        public Builder put(String key, long value) {
            return put(key, new Int(value));
        }

        public Builder put(String key, boolean value) {
            return put(key, new Bool(value));
        }

        public Builder put(String key, Optional<? extends Json> value) {
            value.ifPresent(present -> members.put(key, present));
            return this;
        }

        /// Left out where it is empty.
        public Builder putIfAny(String key, String value) {
            return value.isEmpty() ? this : put(key, value);
        }

        public Obj build() {
            return new Obj(members);
        }
    }
}
