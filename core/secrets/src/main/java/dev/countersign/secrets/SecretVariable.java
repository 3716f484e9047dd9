package dev.countersign.secrets;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A secret in a variable of the environment. It cannot change while the process runs, cannot be
/// wiped, and whoever may look at the process can see it: a file is the better place.
final class SecretVariable implements SecretSource {

    /// `System.getenv`, or what a test puts in its place.
    interface Environment {
        @Nullable String get(String name);
    }

    private final String name;
    private final Environment environment;

    SecretVariable(String name, Environment environment) {
        this.name = name;
        this.environment = environment;
    }

    @Override
    public char[] read() {
        var value = environment.get(name);
        if (value == null) {
            throw new SecretUnavailable(
                    SecretUnavailable.MISSING,
                    place() + " is not set; set it before the gateway starts");
        }
        var bytes = value.getBytes(StandardCharsets.UTF_8);
        try {
            if (bytes.length > MAX_BYTES) {
                throw new SecretUnavailable(
                        SecretUnavailable.TOO_LONG,
                        place() + " is longer than " + MAX_BYTES + " bytes");
            }
            return SecretText.of(ByteBuffer.wrap(bytes), place());
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    private String place() {
        return "the variable " + name;
    }

    @Override
    public String toString() {
        return "secret in a variable";
    }
}
