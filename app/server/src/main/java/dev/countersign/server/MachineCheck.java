package dev.countersign.server;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.countersign.wire.WireSettings;
import java.lang.management.ManagementFactory;
import java.util.function.Consumer;

/// What the process is given to run in.
final class MachineCheck {
    /// The Java that this is built for and tested with.
    static final int JAVA = 25;

    /// Files that are held beside those of sessions: the log, libraries, the API.
    private static final int OTHER_FILES = 500;

    private MachineCheck() {}

    /// @param java feature release
    /// @param files that the process may open; -1 where nobody can tell
    record Machine(int java, long files) {
        static Machine here() {
            return new Machine(
                    Runtime.version().feature(),
                    ManagementFactory.getOperatingSystemMXBean()
                                    instanceof UnixOperatingSystemMXBean unix
                            ? unix.getMaxFileDescriptorCount()
                            : -1);
        }
    }

    static void check(Machine machine, Consumer<Finding> found) {
        if (machine.java() != JAVA) {
            found.accept(
                    Finding.warning(
                            "java-version",
                            "Java " + machine.java(),
                            "this build is made for Java " + JAVA + " and tested with that alone",
                            "run it with a JDK "
                                    + JAVA
                                    + ", or name one in COUNTERSIGN_JAVA_HOME"));
        }
        long wanted = 2L * WireSettings.DEFAULT.maxSessions() + OTHER_FILES;
        if (machine.files() >= 0 && machine.files() < wanted) {
            found.accept(
                    Finding.warning(
                            "file-limit",
                            "",
                            "the process may open "
                                    + machine.files()
                                    + " files; "
                                    + WireSettings.DEFAULT.maxSessions()
                                    + " sessions need "
                                    + wanted,
                            "raise it: LimitNOFILE="
                                    + wanted
                                    + " in the unit, or ulimit -n "
                                    + wanted));
        }
    }
}
