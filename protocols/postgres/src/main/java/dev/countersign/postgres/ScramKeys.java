package dev.countersign.postgres;

import dev.countersign.model.Bytes;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/// Salted keys for SCRAM, derived once for each password, salt and number of iterations, however
/// many sessions log in at once. Blocks for as long as PBKDF2 takes: never call it on an event
/// loop.
///
/// It keeps keys and no passwords: the password is part of the cache's key only as a MAC under a
/// random key of this process, so that a rotated password misses. At most [#MAX_KEPT] are kept, the
/// ones used last. Safe for many threads.
final class ScramKeys {
    /// Keys kept; a target has one as long as its password stands.
    static final int MAX_KEPT = 64;

    private static final int KEY_BITS = 256;

    private final SecretKeySpec own = randomKey();

    private final Map<Which, FutureTask<Bytes>> kept =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Which, FutureTask<Bytes>> eldest) {
                    return size() > MAX_KEPT;
                }
            };

    private record Which(Bytes password, ScramClient.Challenge challenge) {}

    /// SaltedPassword of RFC 5802: 32 bytes.
    ///
    /// @param secret gives the password's characters; they are wiped here
    /// @throws IllegalArgumentException if the password is empty
    Bytes salted(Supplier<char[]> secret, ScramClient.Challenge challenge) {
        var given = secret.get();
        var password = SaslPrep.prepare(given);
        Arrays.fill(given, '\0');
        try {
            if (password.length == 0) {
                throw new IllegalArgumentException("an empty password");
            }
            var which = new Which(fingerprint(password), challenge);
            FutureTask<Bytes> task;
            synchronized (kept) {
                task = kept.computeIfAbsent(which, _ -> derivation(password.clone(), challenge));
            }
            task.run(); // by whoever comes first; the others wait for it
            return result(which, task);
        } finally {
            Arrays.fill(password, '\0');
        }
    }

    private Bytes result(Which which, FutureTask<Bytes> task) {
        try {
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while a key was derived");
        } catch (ExecutionException e) {
            synchronized (kept) {
                kept.remove(which, task);
            }
            throw new IllegalStateException("a key could not be derived", e.getCause());
        }
    }

    /// @param password wiped when it is through
    private static FutureTask<Bytes> derivation(char[] password, ScramClient.Challenge challenge) {
        return new FutureTask<>(() -> {
            var spec =
                    new PBEKeySpec(
                            password, challenge.salt().toArray(), challenge.iterations(), KEY_BITS);
            Arrays.fill(password, '\0');
            try {
                // encodes the password in UTF-8
                return Bytes.owned(
                        SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                                .generateSecret(spec)
                                .getEncoded());
            } finally {
                spec.clearPassword();
            }
        });
    }

    private Bytes fingerprint(char[] password) {
        var utf8 = StandardCharsets.UTF_8.encode(CharBuffer.wrap(password));
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(own);
            mac.update(utf8);
            return Bytes.owned(mac.doFinal());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        } finally {
            utf8.clear();
            while (utf8.hasRemaining()) {
                utf8.put((byte) 0);
            }
        }
    }

    private static SecretKeySpec randomKey() {
        var key = new byte[32];
        new SecureRandom().nextBytes(key);
        return new SecretKeySpec(key, "HmacSHA256");
    }
}
