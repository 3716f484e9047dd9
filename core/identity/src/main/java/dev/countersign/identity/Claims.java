package dev.countersign.identity;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a token says, read with bounds: everything that comes out is short, and free of characters
/// that would show a reader something else than what is there.
final class Claims {
    /// The longest name of a subject, client or group, in UTF-16 units. OpenID Connect allows 255
    /// for `sub`; workloads' are longer (GitHub: repository and ref).
    static final int MAX_TEXT = 512;

    /// The most members of a list. A token with more groups is refused: leaving some out could
    /// leave out the one that a rule denies.
    static final int MAX_LIST = 500;

    /// 9999-12-31T23:59:59Z, the last second that RFC 3339 can write.
    private static final double LAST_SECOND = 253_402_300_799d;

    private final Map<String, Object> members;

    Claims(Map<String, Object> members) {
        this.members = members;
    }

    /// Names with dots between, or the whole name of one claim if it holds `://`.
    static boolean isPath(String path) {
        return path.contains("://") || path.matches("[^.\\s]+(\\.[^.\\s]+)*");
    }

    /// Everything, as the JSON parser made it.
    Map<String, Object> all() {
        return members;
    }

    boolean has(String path) {
        return at(path) != null;
    }

    /// @throws TokenRefused if something else than a decent text stands there
    Optional<String> text(String path) throws TokenRefused {
        var value = at(path);
        return value == null ? Optional.empty() : Optional.of(decent(path, value));
    }

    /// A list of texts, or one text that stands for a list of one; empty if the claim is missing.
    List<String> texts(String path) throws TokenRefused {
        var value = at(path);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof List<?> items)) {
            return List.of(decent(path, value));
        }
        if (items.size() > MAX_LIST) {
            throw refused(path, "has more than " + MAX_LIST + " members");
        }
        var out = new ArrayList<String>(items.size());
        for (var item : items) {
            out.add(decent(path, item));
        }
        return List.copyOf(out);
    }

    /// A NumericDate (RFC 7519, 2): seconds since 1970, fractions allowed.
    Optional<Instant> instant(String path) throws TokenRefused {
        var value = at(path);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof Number number) {
            double seconds = number.doubleValue();
            if (seconds >= 0 && seconds <= LAST_SECOND) {
                return Optional.of(Instant.ofEpochMilli((long) (seconds * 1000)));
            }
        }
        throw refused(path, "is no time in seconds since 1970");
    }

    Optional<Claims> object(String path) throws TokenRefused {
        return switch (at(path)) {
            case null -> Optional.empty();
            case Map<?, ?> map -> Optional.of(new Claims(members(map)));
            default -> throw refused(path, "is no object");
        };
    }

    private @Nullable Object at(String path) {
        if (path.contains("://")) {
            return members.get(path);
        }
        Object here = members;
        for (var name : path.split("\\.", -1)) {
            if (!(here instanceof Map<?, ?> map)) {
                return null;
            }
            here = map.get(name);
        }
        return here;
    }

    /// JSON objects have no other keys than strings.
    @SuppressWarnings("unchecked")
    private static Map<String, Object> members(Map<?, ?> map) {
        return (Map<String, Object>) map;
    }

    private static String decent(String path, @Nullable Object value) throws TokenRefused {
        if (!(value instanceof String text)) {
            throw refused(path, "is not text");
        }
        if (text.isBlank() || text.length() > MAX_TEXT) {
            throw refused(path, "is empty, or longer than " + MAX_TEXT + " characters");
        }
        if (!text.codePoints().allMatch(Claims::shows)) {
            throw refused(path, "holds characters that cannot be shown");
        }
        return text;
    }

    /// Neither control nor format characters (which turn the direction of what follows), nor line
    /// breaks of any kind, nor half a surrogate pair.
    private static boolean shows(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    false;
            default -> true;
        };
    }

    /// @param path is the configuration's or the standard's, never the token's
    private static TokenRefused refused(String path, String what) {
        return new TokenRefused(
                TokenRefused.CLAIMS,
                "the token's claim `" + path + "` " + what + "; ask whoever runs the issuer");
    }
}
