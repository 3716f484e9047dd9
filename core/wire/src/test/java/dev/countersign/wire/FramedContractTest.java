package dev.countersign.wire;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/// The contracts, in clear and in TLS on both legs.
class FramedContractTest {
    @TempDir static Path directory;

    private static Rig.Plan secured() throws IOException {
        return Rig.Plan.secured(new Certificates(directory));
    }

    @Nested
    class InClear extends FramedContract {
        @Override
        Rig.Plan plan() {
            return Rig.Plan.PLAIN;
        }
    }

    @Nested
    class InTls extends FramedContract {
        @Override
        Rig.Plan plan() throws IOException {
            return secured();
        }
    }

    @Nested
    class EndingsInClear extends EndingsContract {
        @Override
        Rig.Plan plan() {
            return Rig.Plan.PLAIN;
        }
    }

    @Nested
    class EndingsInTls extends EndingsContract {
        @Override
        Rig.Plan plan() throws IOException {
            return secured();
        }
    }
}
