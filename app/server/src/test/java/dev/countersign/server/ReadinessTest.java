package dev.countersign.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.evidence.EvidenceFailure;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReadinessTest {
    private final Readiness readiness = new Readiness();

    private String code() {
        return readiness.trouble().map(Readiness.Trouble::code).orElse("");
    }

    @Test
    void it_is_ready_from_when_all_is_open_until_it_drains() {
        assertThat(code()).isEqualTo("starting");
        readiness.opened();
        assertThat(code()).isEmpty();
        readiness.drains();
        assertThat(code()).isEqualTo("draining");
        readiness.opened();
        assertThat(code()).as("and that stays so").isEqualTo("draining");
    }

    @Test
    void what_keeps_the_log_from_being_written_has_a_code_of_its_own() {
        readiness.opened();
        readiness.evidence(() -> Optional.of(EvidenceFailure.Code.FULL));
        assertThat(code()).isEqualTo("evidence-full");
        readiness.evidence(() -> Optional.of(EvidenceFailure.Code.FAILED));
        assertThat(code()).isEqualTo("evidence-failed");
        readiness.evidence(() -> Optional.of(EvidenceFailure.Code.CLOSED));
        assertThat(code()).isEqualTo("evidence-closed");
        readiness.evidence(Optional::empty);
        assertThat(code()).isEmpty();
    }
}
