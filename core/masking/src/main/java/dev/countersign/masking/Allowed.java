package dev.countersign.masking;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.re2j.Pattern;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Values that stay although they were found.
final class Allowed {
    /// A longer value is never on a list.
    private static final int LONGEST = 1024;

    private final Set<String> values;
    private final Set<String> hashes;
    private final List<Pattern> patterns;

    Allowed(Optional<DetectorSettings.AllowSettings> settings) {
        values = settings.map(says -> Set.copyOf(says.values())).orElse(Set.of());
        hashes =
                settings.stream()
                        .flatMap(says -> says.hashes().stream())
                        .map(hash -> hash.toLowerCase(Locale.ROOT))
                        .collect(Collectors.toUnmodifiableSet());
        patterns =
                settings.stream()
                        .flatMap(says -> says.patterns().stream())
                        .map(Custom::compile)
                        .toList();
    }

    boolean has(byte[] b, int from, int to) {
        if ((values.isEmpty() && hashes.isEmpty() && patterns.isEmpty()) || to - from > LONGEST) {
            return false;
        }
        var value = new String(b, from, to - from, UTF_8);
        return values.contains(value)
                || (!hashes.isEmpty() && hashes.contains(sha256(value)))
                || patterns.stream().anyMatch(pattern -> pattern.matches(value));
    }

    private static String sha256(String value) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(value.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
