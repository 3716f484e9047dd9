package dev.countersign.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Which gateway, and as which person: options that all commands of people share.
final class Connection {
    @Mixin private Gateway gateway = new Gateway();

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description =
                    "Holds the access token, `-` reads it from stdin; else the stored sign-in.")
    private String tokenFile = "";

    URI api() {
        return gateway.api();
    }

    /// @throws NotSignedIn if there is no token
    ApiClient signedIn() throws IOException, NotSignedIn {
        return new ApiClient(api(), token().orElseThrow(NotSignedIn::new));
    }

    private Optional<String> token() throws IOException {
        if (!tokenFile.isEmpty()) {
            return Optional.of(Gateway.token(tokenFile));
        }
        var file = stored(api());
        return Files.exists(file) ? Optional.of(Gateway.token(file.toString())) : Optional.empty();
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
        return Gateway.keep(stored(api), token);
    }

    private static Path stored(URI api) {
        var name = (api.getHost() + "-" + api.getPort()).replaceAll("[^A-Za-z0-9.-]", "_");
        return Gateway.folder().resolve("token-" + name);
    }
}
