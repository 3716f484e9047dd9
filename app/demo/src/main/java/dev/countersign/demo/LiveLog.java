package dev.countersign.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;

/// A copy of a log that is being written.
final class LiveLog {
    private static final int COPIES_TRIED = 20;

    private LiveLog() {}

    /// The gateway goes on, and what is at the log's right edge is replaced once a second: the
    /// checkpoint comes first, and where a file went between its listing and its copy, all again.
    static void copy(Path from, Path to) throws IOException {
        for (int left = COPIES_TRIED; ; left--) {
            try {
                Demo.delete(to);
                Files.createDirectories(to.resolve("log"));
                Files.copy(from.resolve("log/checkpoint"), to.resolve("log/checkpoint"));
                all(from, to);
                return;
            } catch (NoSuchFileException replaced) {
                if (left == 0) {
                    throw replaced;
                }
            } catch (UncheckedIOException walking) {
                // so it is told while the files are listed
                if (left == 0 || !(walking.getCause() instanceof NoSuchFileException)) {
                    throw walking;
                }
            }
        }
    }

    private static void all(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (var file : (Iterable<Path>) files::iterator) {
                var target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else if (!Files.exists(target)) {
                    Files.copy(file, target);
                }
            }
        }
    }
}
