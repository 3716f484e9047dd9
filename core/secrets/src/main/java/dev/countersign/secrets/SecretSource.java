package dev.countersign.secrets;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/// Where one credential of a target comes from. It holds the place, never the value: each [#read()]
/// goes to the place anew, so that a rotated secret is picked up at the next login.
///
/// An implementation's `toString` tells neither the value nor anything that depends on it.
public interface SecretSource {
    /// The longest secret, in bytes as it lies at its place.
    int MAX_BYTES = 64 * 1024;

    /// The secret as it is now, without one trailing line break. The caller wipes the array.
    ///
    /// @throws SecretUnavailable if there is none to be had; the message is fit for a log
    char[] read();

    /// Reads a reference: `file:PATH`, `env:NAME`, `exec:PROGRAM ARGUMENT…` or `store:NAME`.
    ///
    /// @param base against which a relative path stands: the folder of the configuration
    /// @param store where `store:` looks
    /// @throws IllegalArgumentException if it is neither. The message does not quote `reference`:
    ///   what stands there instead may be the secret itself
    static SecretSource parse(String reference, Path base, SecretStore store) {
        int colon = reference.indexOf(':');
        var scheme = colon < 0 ? "" : reference.substring(0, colon);
        var place = reference.substring(colon + 1);
        return switch (scheme) {
            case "file" -> new SecretFile(path(place, base));
            case "env" -> new SecretVariable(variable(place), System::getenv);
            case "exec" -> new SecretProgram(SecretProgram.command(place));
            case "store" -> store.source(place);
            default ->
                    throw new IllegalArgumentException(
                            "a secret is referred to as `file:PATH`, `env:NAME`, `exec:PROGRAM` or"
                                    + " `store:NAME`; it never stands in the configuration itself");
        };
    }

    private static Path path(String place, Path base) {
        if (place.isBlank()) {
            throw new IllegalArgumentException("`file:` needs the path of the secret's file");
        }
        try {
            return base.toAbsolutePath().resolve(place).normalize();
        } catch (InvalidPathException e) {
            // Neither its message nor itself as a cause: both quote the text.
            throw new IllegalArgumentException("what follows `file:` is no path");
        }
    }

    private static String variable(String place) {
        if (!place.matches("[A-Za-z_][A-Za-z0-9_]{0,254}")) {
            throw new IllegalArgumentException(
                    "`env:` needs a variable's name: letters, digits and underscores");
        }
        return place;
    }
}
