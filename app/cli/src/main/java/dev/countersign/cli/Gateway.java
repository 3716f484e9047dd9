package dev.countersign.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import picocli.CommandLine.Option;

/// Which gateway: the option that all commands over the control API share, and where they keep what
/// nobody else may read.
final class Gateway {
    /// Bytes of a file with a token.
    private static final int MAX_TOKEN = 64 << 10;

    @Option(
            names = "--api",
            paramLabel = "URL",
            description =
                    "The gateway's control API; else COUNTERSIGN_API, else http://localhost:8443.")
    private String api = "";

    URI api() {
        var said = api.isEmpty() ? System.getenv().getOrDefault("COUNTERSIGN_API", "") : api;
        return URI.create(said.isEmpty() ? "http://localhost:8443" : said);
    }

    /// A token out of a file.
    ///
    /// @param file `-` for stdin
    static String token(String file) throws IOException {
        if (file.equals("-")) {
            return new String(System.in.readNBytes(MAX_TOKEN), StandardCharsets.UTF_8).strip();
        }
        var path = Path.of(file);
        if (!Files.exists(path)) {
            throw new IOException("there is no file " + path);
        }
        return Files.readString(path).strip();
    }

    /// `$XDG_CONFIG_HOME/countersign` or `~/.config/countersign`.
    static Path folder() {
        var home = System.getenv().getOrDefault("XDG_CONFIG_HOME", "");
        var base =
                home.isEmpty()
                        ? Path.of(System.getProperty("user.home"), ".config")
                        : Path.of(home);
        return base.resolve("countersign");
    }

    /// Writes a file that only this user can read; one that is there is replaced.
    static Path keep(Path file, String secret) throws IOException {
        var parent = file.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Files.deleteIfExists(file);
        Files.createFile(
                file,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, secret);
    }
}
