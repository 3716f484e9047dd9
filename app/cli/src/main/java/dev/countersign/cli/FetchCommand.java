package dev.countersign.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.zip.ZipInputStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "fetch",
        mixinStandardHelpOptions = true,
        description =
                "A copy of the evidence log of a gateway that runs, for administrators: what `evidence"
                        + " verify` needs, and payloads that stay encrypted.")
final class FetchCommand implements Callable<Integer> {
    /// What may be in a copy, and how long it may be: whoever sends it chooses neither.
    private static final List<Part> PARTS =
            List.of(
                    new Part("evidence/log\\.vkey", 4 << 10),
                    new Part("evidence/log/checkpoint", 64 << 10),
                    new Part(
                            "evidence/log/tile/\\d/(x\\d{3}/){0,5}\\d{3}(\\.p/\\d{1,3})?", 8 << 10),
                    new Part(
                            "evidence/log/tile/entries/(x\\d{3}/){0,5}\\d{3}(\\.p/\\d{1,3})?",
                            256 * (2 + 65_535)),
                    new Part("evidence/opened/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", 2 << 20),
                    new Part("evidence/blobs/\\d{8}", 1 << 30));

    @Mixin private Connection connection = new Connection();

    @Parameters(paramLabel = "DIR", description = "Where it goes: new, or empty.")
    private Path directory = Path.of(".");

    @Option(
            names = "--open-rulings",
            description =
                    "With what signed rulings hold in clear, the ID token and the reason, so that their"
                            + " proofs verify without the payload key; a record says who took them.")
    private boolean rulings;

    private record Part(Pattern name, long most) {
        Part(String name, long most) {
            this(Pattern.compile(name), most);
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!isFree(directory)) {
            System.err.println(
                    "countersign: "
                            + directory
                            + " is there and not empty; name another directory");
            return Countersign.FAILURE;
        }
        var path = "/v1/evidence/log" + (rulings ? "?rulings=opened" : "");
        return Asking.with(
                connection,
                api -> {
                    var files = new int[1];
                    api.download(path, in -> files[0] = unpack(in, directory));
                    System.out.println(
                            files[0]
                                    + " files in "
                                    + directory
                                    + "; next: countersign evidence verify "
                                    + directory);
                    return 0;
                });
    }

    private static boolean isFree(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return true;
        }
        if (!Files.isDirectory(directory)) {
            return false;
        }
        try (var inside = Files.list(directory)) {
            return inside.findAny().isEmpty();
        }
    }

    /// @return how many files there were
    /// @throws IOException if it is no copy of a log, or broke off
    static int unpack(InputStream in, Path directory) throws IOException {
        var zip = new ZipInputStream(in);
        int files = 0;
        boolean whole = false;
        for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
            var name = entry.getName();
            var part =
                    PARTS.stream()
                            .filter(one -> one.name().matcher(name).matches())
                            .findFirst()
                            .orElseThrow(() ->
                                    new IOException(
                                            "what came is no copy of a log: " + Shown.of(name)));
            write(zip, part, directory.resolve(name));
            whole |= name.equals("evidence/log/checkpoint");
            files++;
        }
        if (!whole) {
            throw new IOException("the copy broke off: it has no checkpoint; fetch it again");
        }
        return files;
    }

    private static void write(InputStream in, Part part, Path file) throws IOException {
        var folder = file.getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        var buffer = new byte[64 << 10];
        try (var out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
            long left = part.most();
            for (int some = in.read(buffer); some >= 0; some = in.read(buffer)) {
                left -= some;
                if (left < 0) {
                    throw new IOException(file.getFileName() + " is longer than it may be");
                }
                out.write(buffer, 0, some);
            }
        }
    }
}
