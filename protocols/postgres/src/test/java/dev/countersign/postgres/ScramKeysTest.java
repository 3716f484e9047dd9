package dev.countersign.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.model.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScramKeysTest {
    private static final Bytes SALT = Bytes.utf8("0123456789abcdef");

    private final ScramKeys keys = new ScramKeys();

    private static ScramClient.Challenge challenge(int iterations) {
        return new ScramClient.Challenge(SALT, iterations);
    }

    @Test
    void what_the_secret_gave_is_wiped() {
        var given = "pencil".toCharArray();

        keys.salted(() -> given, challenge(4_096));

        assertThat(given).containsOnly('\0');
    }

    @Test
    void one_key_is_derived_once_however_many_ask() throws Exception {
        var asked = new AtomicInteger();
        var all = new ArrayList<Future<Bytes>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 50; i++) {
                all.add(
                        threads.submit(() ->
                                keys.salted(
                                        () -> {
                                            asked.incrementAndGet();
                                            return "pencil".toCharArray();
                                        },
                                        challenge(200_000))));
            }
        }
        var first = all.getFirst().get();
        for (var one : all) {
            assertThat(one.get()).isSameAs(first);
        }
        assertThat(asked).hasValue(50);
    }

    @Test
    void another_password_salt_or_count_is_another_key() {
        var one = keys.salted("a"::toCharArray, challenge(4_096));

        assertThat(keys.salted("b"::toCharArray, challenge(4_096))).isNotEqualTo(one);
        assertThat(keys.salted("a"::toCharArray, challenge(4_097))).isNotEqualTo(one);
        assertThat(
                        keys.salted(
                                "a"::toCharArray,
                                new ScramClient.Challenge(Bytes.utf8("another salt 000"), 4_096)))
                .isNotEqualTo(one);
    }

    @Test
    void more_keys_than_are_kept_are_derived_anew() {
        var first = keys.salted("p"::toCharArray, challenge(4_096));
        for (int i = 1; i <= ScramKeys.MAX_KEPT; i++) {
            keys.salted("p"::toCharArray, challenge(4_096 + i));
        }

        var again = keys.salted("p"::toCharArray, challenge(4_096));

        assertThat(again).isEqualTo(first).isNotSameAs(first);
    }

    @Test
    void an_empty_password_is_none() {
        assertThatThrownBy(() -> keys.salted(() -> new char[0], challenge(4_096)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /// RFC 4013, section 3, and what PostgreSQL does where that says to refuse.
    @ParameterizedTest
    @CsvSource(
            value = {
                "I\\u00ADX|IX",
                "user|user",
                "USER|USER",
                "\\u00AA|a",
                "\\u2168|IX",
                // prohibited: as it is
                "\\u00E9\\u0007|\\u00E9\\u0007",
                // bidirectional, mixed: as it is
                "\\u0627\\u0031|\\u0627\\u0031",
                // a space beyond ASCII is a space
                "a\\u00A0b|a b",
                // composed and decomposed are one
                "e\\u0301|\\u00E9",
                // unassigned in Unicode 3.2: as it is, though NFKC would change the rest
                "\\u0221\\u2168|\\u0221\\u2168",
                // ASCII is never touched, not even what is prohibited
                "a\\u0007|a\\u0007"
            },
            delimiter = '|')
    void a_password_is_prepared_as_postgresql_does(String password, String prepared) {
        assertThat(new String(SaslPrep.prepare(unescaped(password).toCharArray())))
                .isEqualTo(unescaped(prepared));
    }

    private static String unescaped(String text) {
        var out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (text.startsWith("\\u", i)) {
                out.append((char) Integer.parseInt(text.substring(i + 2, i + 6), 16));
                i += 5;
            } else {
                out.append(text.charAt(i));
            }
        }
        return out.toString();
    }

    @Test
    void a_lone_surrogate_is_used_as_it_is() {
        var password = new char[] {'\uD800', 'a'};

        assertThat(List.of(SaslPrep.prepare(password))).containsExactly(password);
    }
}
