package dev.countersign.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import picocli.CommandLine.Option;

/// Which gateway, and as whom: options that all commands over the control API share.
final class Connection {
    /// Bytes of a file with a token.
    private static final int MAX_TOKEN = 64 << 10;

    @Option(
            names = "--api",
            paramLabel = "URL",
            description =
                    "The gateway's control API; else COUNTERSIGN_API, else http://localhost:8443.")
    private String api = "";

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description =
                    "Holds the access token, `-` reads it from stdin; else the stored sign-in.")
    private String tokenFile = "";

    URI api() {
        var said = api.isEmpty() ? System.getenv().getOrDefault("COUNTERSIGN_API", "") : api;
        return URI.create(said.isEmpty() ? "http://localhost:8443" : said);
    }

    /// @throws NotSignedIn if there is no token
    ApiClient signedIn() throws IOException, NotSignedIn {
        return new ApiClient(api(), token().orElseThrow(NotSignedIn::new));
    }

    private Optional<String> token() throws IOException {
        if (tokenFile.equals("-")) {
            return Optional.of(
                    new String(System.in.readNBytes(MAX_TOKEN), StandardCharsets.UTF_8).strip());
        }
        var file = tokenFile.isEmpty() ? stored(api()) : Path.of(tokenFile);
        if (!Files.exists(file)) {
            if (tokenFile.isEmpty()) {
                return Optional.empty();
            }
            throw new IOException("there is no file " + file);
        }
        return Optional.of(Files.readString(file).strip());
    }

    /// Nobody is signed in.
    static final class NotSignedIn extends Exception {
        private static final long serialVersionUID = 1;

        NotSignedIn() {
            super("nobody is signed in here: countersign login");
        }
    }

    /// Keeps a token where only this user can read it.
    static Path store(URI api, String token) throws IOException {
        var file = stored(api);
        Files.createDirectories(file.getParent());
        Files.deleteIfExists(file);
        Files.createFile(
                file,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, token);
    }

    private static Path stored(URI api) {
        var home = System.getenv().getOrDefault("XDG_CONFIG_HOME", "");
        var folder =
                home.isEmpty()
                        ? Path.of(System.getProperty("user.home"), ".config")
                        : Path.of(home);
        var name = (api.getHost() + "-" + api.getPort()).replaceAll("[^A-Za-z0-9.-]", "_");
        return folder.resolve("countersign").resolve("token-" + name);
    }
}
