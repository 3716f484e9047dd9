package dev.countersign.cli;

import dev.countersign.server.ConfigurationFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "secrets",
        mixinStandardHelpOptions = true,
        header = {
            "The local encrypted store: secrets that a configuration calls `store:NAME`.",
            "",
            "Examples:",
            "  countersign secrets set shop --from-file /run/secrets/shop",
            "  pass show shop | countersign secrets set shop",
            ""
        },
        subcommands = {
            SecretsCommand.Put.class,
            SecretsCommand.ListAll.class,
            SecretsCommand.Remove.class
        })
final class SecretsCommand {
    /// Bytes that are taken, one more than a secret may have.
    private static final int MAX = (64 << 10) + 1;

    private SecretsCommand() {}

    /// Which gateway's store.
    static final class Of {
        @Option(
                names = "--config",
                paramLabel = "FILE",
                defaultValue = "countersign.yaml",
                description = "The gateway's configuration; ${DEFAULT-VALUE} unless said.")
        Path config = Path.of("countersign.yaml");
    }

    @Command(
            name = "set",
            mixinStandardHelpOptions = true,
            description = {
                "Keeps a secret, read from a file or from stdin; the next login to its target uses",
                "it. The first makes the store's key."
            })
    static final class Put implements Callable<Integer> {
        @Mixin private Of files = new Of();

        @Parameters(paramLabel = "NAME", description = "As `store:NAME` calls it.")
        private String name = "";

        @Option(
                names = "--from-file",
                paramLabel = "FILE",
                description = "Holds the secret; else it is read from stdin.")
        private Optional<Path> from = Optional.empty();

        @Override
        public Integer call() throws IOException {
            var store = ConfigurationFile.read(files.config).store();
            var secret = read();
            try {
                store.put(name, secret);
            } finally {
                Arrays.fill(secret, (byte) 0);
            }
            System.out.println("kept " + name + "; write `secret: store:" + name + "`");
            return 0;
        }

        private byte[] read() throws IOException {
            try (InputStream in = from.isPresent() ? Files.newInputStream(from.get()) : System.in) {
                return in.readNBytes(MAX);
            }
        }
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Names, one a line.")
    static final class ListAll implements Callable<Integer> {
        @Mixin private Of files = new Of();

        @Override
        public Integer call() throws IOException {
            ConfigurationFile.read(files.config).store().names().forEach(System.out::println);
            return 0;
        }
    }

    @Command(
            name = "remove",
            mixinStandardHelpOptions = true,
            description =
                    "Forgets one; a target that names it cannot be logged in to from then on.")
    static final class Remove implements Callable<Integer> {
        @Mixin private Of files = new Of();

        @Parameters(paramLabel = "NAME", description = "As `store:NAME` calls it.")
        private String name = "";

        @Override
        public Integer call() throws IOException {
            if (!ConfigurationFile.read(files.config).store().remove(name)) {
                System.err.println("countersign: there is no secret of that name in the store");
                return Countersign.FAILURE;
            }
            System.out.println("removed " + name);
            return 0;
        }
    }
}
