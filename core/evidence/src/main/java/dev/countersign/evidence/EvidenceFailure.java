package dev.countersign.evidence;

/// The log cannot be opened, written or read. Each has a stable code.
public final class EvidenceFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// What went wrong; the code is `CS-EVIDENCE-` and the number.
    public enum Code {
        /// another process holds the directory
        LOCKED(1),
        /// a key cannot be read or made
        KEY(2),
        /// the write-ahead log is damaged in the middle
        CORRUPT(3),
        /// what was signed before is not there any more
        ROLLBACK(4),
        /// the disk is full, or so nearly that only the ends of running actions are written
        FULL(5),
        /// a write or a flush failed: nothing more is written until the gateway is restarted
        FAILED(6),
        /// one record is longer than a record can be
        TOO_LONG(7),
        /// more is waiting to be written than may wait
        BUSY(8),
        /// the log was closed
        CLOSED(9),
        /// a file of the log cannot be read
        UNREADABLE(10),
        /// people are asked about an action, or an approval is used for one, that has no intent
        /// which is open: its client is gone
        NO_INTENT(11);

        private final int number;

        Code(int number) {
            this.number = number;
        }
    }

    private final Code code;

    EvidenceFailure(Code code, String message) {
        super("CS-EVIDENCE-%03d: %s".formatted(code.number, message));
        this.code = code;
    }

    EvidenceFailure(Code code, String message, Throwable cause) {
        this(code, message);
        initCause(cause);
    }

    public Code code() {
        return code;
    }
}
