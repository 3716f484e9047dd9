package dev.countersign.cli;

import dev.countersign.server.Doctor;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "init",
        mixinStandardHelpOptions = true,
        header = {
            "Asks five questions and writes a configuration, once issuer and target were found as said.",
            "",
            "Examples:",
            "  countersign init",
            "  countersign init gw.yaml --yes --address 127.0.0.1:6432 --issuer https://idp.example/realms/x"
                    + " --data-dir /var/lib/countersign --target countersign_agent@db.internal:5432/shop"
                    + " --secret-file /run/secrets/shop --reviewers dba",
            ""
        },
        footer = "Exit codes: 0 written, 1 not written, 2 an answer is missing or wrong.")
final class InitCommand implements Callable<Integer> {
    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "FILE",
            defaultValue = "countersign.yaml",
            description = "Where the configuration goes; ${DEFAULT-VALUE} unless said.")
    private Path file = Path.of("countersign.yaml");

    @Option(
            names = "--address",
            paramLabel = "HOST:PORT",
            description = "Where agents connect; elsewhere than on loopback it needs TLS.")
    private String address = "";

    @Option(
            names = "--tls-certificate",
            paramLabel = "FILE",
            description = "PEM chain of that address; gw.crt beside FILE unless said.")
    private String certificate = "gw.crt";

    @Option(
            names = "--tls-key",
            paramLabel = "FILE",
            description = "PEM key of it; gw.key beside FILE unless said.")
    private String key = "gw.key";

    @Option(
            names = "--issuer",
            paramLabel = "URL",
            description = "Whose tokens agents and people bring, exactly as in their `iss`.")
    private String issuer = "";

    @Option(
            names = "--audience",
            paramLabel = "NAME",
            description =
                    "In the tokens of agents; with -reviews behind it in those of people. countersign"
                            + " unless said.")
    private String audience = "countersign";

    @Option(
            names = "--subjects",
            paramLabel = "KIND",
            description =
                    "What the issuer's `sub` is: as-discovered unless said, public where it is one"
                            + " person's for all clients.")
    private String subjects = "as-discovered";

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "Everything the gateway writes; /var/lib/countersign unless said.")
    private String dataDir = "";

    @Option(
            names = "--target",
            paramLabel = "ROLE@HOST:PORT/DATABASE",
            description = "The first PostgreSQL, and the role that sessions run as.")
    private String target = "";

    @Option(
            names = "--secret-file",
            paramLabel = "FILE",
            description =
                    "Where the role's password lies; - reads it from stdin and writes"
                            + " DATABASE.secret beside FILE. There is no flag for the password"
                            + " itself.")
    private String secretFile = "";

    @Option(
            names = "--target-ca",
            paramLabel = "FILE",
            description =
                    "PEM authorities of the target's certificate; the machine's own unless said.")
    private String ca = "";

    @Option(
            names = "--target-plain",
            description = "Nothing on the way to the target is encrypted.")
    private boolean plain;

    @Option(
            names = "--reviewers",
            paramLabel = "GROUP",
            description = "The group (of the token's `groups`) whose people decide on writes.")
    private String reviewers = "";

    @Option(names = "--yes", description = "Asks nothing: what no flag says has its default.")
    private boolean yes;

    @Option(names = "--offline", description = "Asks neither the issuer nor the target.")
    private boolean offline;

    @Option(names = "--force", description = "Writes over a file that is there.")
    private boolean force;

    @Spec private CommandSpec spec = CommandSpec.create();

    private @Nullable BufferedReader in;

    @Override
    public Integer call() throws IOException {
        if (Files.exists(file) && !force) {
            throw usage(file + " is there already; --force writes over it");
        }
        var answers = answers();
        var parent = file.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        var draft = file.resolveSibling(file.getFileName() + ".draft");
        try {
            Files.writeString(draft, text(answers));
            var found = offline ? Doctor.files(draft) : Doctor.beforehand(draft);
            var out = spec.commandLine().getOut();
            if (!found.isEmpty()) {
                DoctorCommand.print(found, out);
            }
            if (DoctorCommand.wrong(found)) {
                spec.commandLine()
                        .getErr()
                        .println(
                                "init: nothing was written; correct that and come again, or say"
                                        + " --offline to write it all the same");
                return Countersign.FAILURE;
            }
            Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING);
            out.println("written: " + file);
            if (answers.tls().isPresent()) {
                out.println("next: put the certificate of " + answers.address() + " where it says");
            }
            out.println("next: countersign doctor --config " + file);
            out.println("then: countersign server --config " + file);
            return 0;
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private String text(InitAnswers answers) {
        try {
            return answers.yaml();
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    private InitAnswers answers() throws IOException {
        var at = asked(address, "--address", "Where agents connect, HOST:PORT", "127.0.0.1:6432");
        if (!at.matches("\\S+:\\d{1,5}")) {
            throw usage("--address is HOST:PORT, such as 127.0.0.1:6432");
        }
        var who = asked(issuer, "--issuer", "Issuer of their tokens, https://…", "");
        var data = asked(dataDir, "--data-dir", "Data directory", "/var/lib/countersign");
        var where = at(asked(target, "--target", "First target, ROLE@HOST:PORT/DATABASE", ""));
        var secret = secret(where);
        var group = asked(reviewers, "--reviewers", "Group of people who decide on writes", "dba");
        return new InitAnswers(
                at,
                loopback(InitAnswers.host(at))
                        ? Optional.empty()
                        : Optional.of(new InitAnswers.Pair("file:" + certificate, "file:" + key)),
                who,
                audience,
                subjects,
                absolute(data),
                where,
                secret,
                plain,
                ca.isEmpty() ? "" : absolute(ca),
                group);
    }

    private InitAnswers.At at(String text) {
        try {
            return InitAnswers.At.parse(text);
        } catch (IllegalArgumentException e) {
            throw usage("--target: " + e.getMessage());
        }
    }

    /// A reference; what comes from stdin is kept where only this user reads it.
    private String secret(InitAnswers.At where) throws IOException {
        var said =
                asked(
                        secretFile,
                        "--secret-file",
                        "File with the password of role " + where.role(),
                        "");
        if (!said.equals("-")) {
            return "file:" + absolute(said);
        }
        var kept = file.toAbsolutePath().resolveSibling(where.name() + ".secret");
        if (Files.exists(kept) && !force) {
            throw usage(kept + " is there already; --force writes over it");
        }
        return "file:" + Gateway.keep(kept, Gateway.token("-"));
    }

    private static String absolute(String path) {
        return Path.of(path).toAbsolutePath().normalize().toString();
    }

    private static boolean loopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /// @param usual empty where there is none
    private String asked(String said, String flag, String question, String usual)
            throws IOException {
        if (!said.isBlank()) {
            return said;
        }
        if (yes) {
            if (usual.isEmpty()) {
                throw usage(flag + " is missing, and --yes asks nothing");
            }
            return usual;
        }
        if (Optional.ofNullable(System.console()).filter(Console::isTerminal).isEmpty()) {
            throw usage("there is no terminal to ask at: say " + flag + ", or --yes");
        }
        var out = spec.commandLine().getOut();
        while (true) {
            out.print(question + (usual.isEmpty() ? ": " : " [" + usual + "]: "));
            out.flush();
            var line = reader().readLine();
            if (line == null) {
                throw usage("the answers ended before the questions did");
            }
            if (!line.isBlank() || !usual.isEmpty()) {
                return line.isBlank() ? usual : line.strip();
            }
        }
    }

    private BufferedReader reader() {
        var open = in;
        if (open == null) {
            open = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            in = open;
        }
        return open;
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
