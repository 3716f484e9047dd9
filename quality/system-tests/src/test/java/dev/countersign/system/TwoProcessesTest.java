package dev.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.verifier.Verifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One data directory is one gateway's.
class TwoProcessesTest {
    @TempDir Path directory;

    @Test
    void a_second_process_on_the_same_directory_is_refused_and_leaves_the_first_untouched()
            throws Exception {
        try (var house = new House(directory, SpineTest.POLICY)) {
            try (var eve = house.connect()) {
                assertThat(SpineTest.column(eve, "SELECT 1")).containsExactly("1");
                int before = Records.of(house.data(), "log.start").size();

                var second = Gateway.begin(house);
                assertThat(second.waitFor(40, TimeUnit.SECONDS)).isTrue();

                assertThat(second.exitValue()).isNotZero();
                assertThat(Files.readString(Gateway.log(house)))
                        .contains("CS-EVIDENCE-001")
                        .doesNotContain("Exception");
                assertThat(SpineTest.column(eve, "SELECT 2")).containsExactly("2");
                assertThat(Records.of(house.data(), "log.start")).hasSize(before);
            }
            house.stop();
            var report = Verifier.verify(house.data(), Verifier.Options.DEFAULT);
            assertThat(report.exitCode()).as(report.findings().toString()).isZero();
            house.start();
        }
    }
}
