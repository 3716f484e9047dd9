package dev.countersign.server;

import dev.countersign.secrets.SecretUnavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Clock;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Where things lie: the data directory, the guard file, keys and secrets.
final class PlaceCheck {
    /// Below this nothing new is admitted.
    static final long LEAST = 64L << 20;

    /// Below this somebody should make room soon.
    static final long LITTLE = 1L << 30;

    /// `1: POSIX ADVISORY WRITE 4711 fe:00:131073 0 EOF`: the last number is the file's inode.
    private static final Path LOCKS = Path.of("/proc/locks");

    private PlaceCheck() {}

    static void check(Configuration configuration, Clock clock, Consumer<Finding> found) {
        var data = configuration.server().dataDir();
        data(data, found);
        guard(configuration, found);
        var log = Server.evidenceSettings(configuration, clock);
        for (var key : Set.of(log.logKey(), log.payloadKey())) {
            secret(
                    "key-file-open",
                    key,
                    "it is the gateway's own key, and others may read or change it",
                    found);
        }
        secrets(configuration)
                .forEach((file, about) ->
                        secret(
                                "secret-file-open",
                                file,
                                "it is the secret of "
                                        + about
                                        + ", and others may read or change it",
                                found));
    }

    private static void data(Path data, Consumer<Finding> found) {
        var there = nearest(data);
        if (there == null || !Files.isDirectory(there) || !Files.isWritable(there)) {
            found.accept(
                    Finding.wrong(
                            "data-dir",
                            data.toString(),
                            "it cannot be written to, or not be made",
                            "make it a directory of the gateway's user: install -d -m 700 "
                                    + data));
            return;
        }
        if (Files.isDirectory(data) && openToOthers(data, true)) {
            found.accept(
                    Finding.warning(
                            "data-dir-open",
                            data.toString(),
                            "others than its owner may look into it or change it",
                            "chmod 700 " + data));
        }
        try {
            room(data, Files.getFileStore(there).getUsableSpace(), found);
        } catch (IOException e) {
            found.accept(
                    Finding.warning(
                            "disk-unknown",
                            data.toString(),
                            "nobody can tell how much room its disk has",
                            "look at it yourself: below 64 MiB nothing new is admitted"));
        }
    }

    /// @param free bytes
    static void room(Path data, long free, Consumer<Finding> found) {
        if (free >= LITTLE) {
            return;
        }
        found.accept(
                new Finding(
                        free < LEAST ? Finding.Severity.WRONG : Finding.Severity.WARNING,
                        "disk-low",
                        data.toString(),
                        "its disk has "
                                + (free >> 20)
                                + " MiB left; below "
                                + (LEAST >> 20)
                                + " MiB nothing new is admitted",
                        "make room, or put data-dir on a larger disk"));
    }

    private static void guard(Configuration configuration, Consumer<Finding> found) {
        var data = configuration.server().dataDir();
        var named = configuration.server().guardFile();
        if (named.isEmpty()) {
            found.accept(
                    Finding.warning(
                            "guard-none",
                            "",
                            "without a guard file nobody notices an old copy of data-dir, and"
                                    + " reviews end at a restart",
                            "add guard-file: with a path on another disk"));
            return;
        }
        var guard = named.get();
        if (guard.toAbsolutePath().normalize().startsWith(data.toAbsolutePath().normalize())) {
            found.accept(
                    Finding.wrong(
                            "guard-inside",
                            guard.toString(),
                            "it lies inside of data-dir, so an old copy of that brings its own guard",
                            "put it on another disk"));
            return;
        }
        var folder = nearest(guard.toAbsolutePath().getParent());
        if (folder == null || !Files.isWritable(folder) || !Files.isDirectory(folder)) {
            found.accept(
                    Finding.wrong(
                            "guard-file",
                            guard.toString(),
                            "it cannot be written",
                            "make its directory one of the gateway's user"));
            return;
        }
        if (sameDisk(folder, nearest(data))) {
            found.accept(
                    Finding.warning(
                            "guard-same-disk",
                            guard.toString(),
                            "it lies on the same disk as data-dir: a snapshot put back takes both"
                                    + " back",
                            "put it on another disk, one that is not restored with the first"));
        }
    }

    private static boolean sameDisk(Path one, @Nullable Path other) {
        try {
            return other != null && Files.getFileStore(one).equals(Files.getFileStore(other));
        } catch (IOException e) {
            return false; // two of which one cannot be told are not said to be one
        }
    }

    /// Files that secrets lie in, and whose they are.
    private static Map<Path, String> secrets(Configuration configuration) {
        var out = new LinkedHashMap<Path, String>();
        configuration
                .targets()
                .forEach((name, target) ->
                        add(configuration, target.secret(), "target " + name, out));
        for (var channel : configuration.channels()) {
            add(configuration, channel.webhook().secret(), "channel " + channel.name(), out);
        }
        configuration
                .server()
                .listen()
                .forEach((name, at) ->
                        at.tls()
                                .ifPresent(tls ->
                                        out.put(
                                                Server.file(configuration, tls.key()),
                                                "listener " + name + ", its private key")));
        return out;
    }

    private static void add(
            Configuration configuration, String reference, String about, Map<Path, String> out) {
        if (reference.startsWith("file:")) {
            out.put(
                    configuration
                            .folder()
                            .resolve(reference.substring("file:".length()))
                            .normalize(),
                    about);
        }
    }

    private static void secret(String code, Path file, String what, Consumer<Finding> found) {
        if (Files.exists(file) && openToOthers(file, false)) {
            found.accept(Finding.warning(code, file.toString(), what, "chmod 600 " + file));
        }
    }

    /// @param group whether the group counts as others
    private static boolean openToOthers(Path file, boolean group) {
        var view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (view == null) {
            return false;
        }
        try {
            var open = view.readAttributes().permissions();
            return open.contains(PosixFilePermission.OTHERS_READ)
                    || open.contains(PosixFilePermission.OTHERS_WRITE)
                    || (group && open.contains(PosixFilePermission.GROUP_WRITE));
        } catch (IOException e) {
            return false; // whoever cannot look at it cannot open it to others either
        }
    }

    /// The deepest directory on the way that is there.
    private static @Nullable Path nearest(@Nullable Path path) {
        var at = path == null ? null : path.toAbsolutePath();
        while (at != null && !Files.exists(at)) {
            at = at.getParent();
        }
        return at;
    }

    /// Whether a gateway runs on this data directory: then its ports are taken by itself. Asks the
    /// system who holds the log's lock; to try the lock would take it away from a gateway of this
    /// very process, because a file's locks end when any of its descriptors is closed. Where the
    /// system does not tell, no.
    static boolean runs(Path data) {
        var lock = data.resolve("evidence/lock");
        try {
            if (!Files.exists(lock) || !Files.exists(LOCKS)) {
                return false;
            }
            var inode = ":" + Files.getAttribute(lock, "unix:ino");
            return Files.readString(LOCKS)
                    .lines()
                    .flatMap(line -> Stream.of(line.split(" +")))
                    .anyMatch(word -> word.endsWith(inode));
        } catch (IOException e) {
            return false;
        }
    }

    /// Whether a secret can be read; empty where it can.
    static Optional<Finding> readable(String reference, Configuration configuration, String about) {
        try {
            Arrays.fill(configuration.secret(reference).read(), '\0');
            return Optional.empty();
        } catch (SecretUnavailable e) {
            return Optional.of(
                    Finding.wrong(
                            e.code(),
                            about,
                            String.valueOf(e.getMessage()),
                            "write the secret there, for the gateway's user alone"));
        }
    }
}
