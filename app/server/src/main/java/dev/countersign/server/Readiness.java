package dev.countersign.server;

import dev.countersign.evidence.EvidenceFailure;
import java.util.Optional;
import java.util.function.Supplier;

/// Whether clients should be sent here: from when all listeners are open until the gateway drains,
/// and only while evidence can be written.
final class Readiness {
    private volatile Phase phase = Phase.STARTING;
    private volatile Supplier<Optional<EvidenceFailure.Code>> evidence = Optional::empty;

    private enum Phase {
        STARTING,
        OPEN,
        DRAINING
    }

    /// Why no client should be sent here.
    ///
    /// @param code a stable one: `starting`, `draining`, `evidence-failed`, `evidence-full`,
    ///   `evidence-closed`
    /// @param detail what is so, and what to do; nothing of any client's
    record Trouble(String code, String detail) {}

    /// From now on this log must take records.
    void evidence(Supplier<Optional<EvidenceFailure.Code>> trouble) {
        evidence = trouble;
    }

    /// All listeners are open.
    void opened() {
        if (phase == Phase.STARTING) {
            phase = Phase.OPEN;
        }
    }

    /// Nobody new is admitted any more, and that stays so.
    void drains() {
        phase = Phase.DRAINING;
    }

    /// Empty while it is ready.
    Optional<Trouble> trouble() {
        return switch (phase) {
            case STARTING ->
                    Optional.of(
                            new Trouble("starting", "the listeners are not open yet; ask again"));
            case DRAINING ->
                    Optional.of(
                            new Trouble(
                                    "draining",
                                    "the gateway stops: it finishes what runs and takes nobody new"));
            case OPEN -> evidence.get().map(Readiness::ofLog);
        };
    }

    private static Trouble ofLog(EvidenceFailure.Code code) {
        return switch (code) {
            case FULL ->
                    new Trouble(
                            "evidence-full",
                            "the disk of the evidence log is full, or its files cannot be written: nothing new"
                                    + " is admitted; make room, and it goes on by itself");
            case CLOSED -> new Trouble("evidence-closed", "the evidence log is closed");
            case FAILED, LOCKED, KEY, CORRUPT, ROLLBACK, TOO_LONG, BUSY, UNREADABLE, NO_INTENT ->
                    new Trouble(
                            "evidence-failed",
                            "a write to the evidence log failed: nothing is admitted any more; look at"
                                    + " its disk, then start the gateway again");
        };
    }
}
