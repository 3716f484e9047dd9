package dev.countersign.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;

/// Which build this is.
public final class Build {
    private static final String VERSION = read();

    private Build() {}

    /// `0.1.0`, or with `-SNAPSHOT` behind it where it is none that was released.
    public static String version() {
        return VERSION;
    }

    private static String read() {
        try (var in = Build.class.getResourceAsStream("build.properties")) {
            if (in == null) {
                throw new IOException("build.properties is missing from this build");
            }
            var read = new Properties();
            read.load(in);
            return read.getProperty("version", "unknown");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
