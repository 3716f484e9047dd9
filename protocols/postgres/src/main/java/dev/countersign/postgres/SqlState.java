package dev.countersign.postgres;

import dev.countersign.gate.Reception;
import dev.countersign.model.Refusal;

/// The SQLSTATEs that the gateway itself gives. Class `ZC` is ours; of PostgreSQL's own we take
/// those that mean the same, and leave alone class 40 (frameworks would retry at once) and, while a
/// session lives on, 08 and 57P (pools would drop it).
final class SqlState {
    static final String PENDING = "ZC001";
    static final String REJECTED = "ZC002";
    static final String REVIEW_EXPIRED = "ZC003";
    static final String WITHDRAWN = "ZC004";
    static final String TOO_MANY_REVIEWS = "ZC005";
    static final String POLICY = "ZC010";
    static final String DRIFT = "ZC011";
    static final String UNMASKABLE = "ZC012";
    static final String LIMIT = "ZC013";
    static final String SETTING = "ZC014";
    static final String OUTSIDE_DENIED = "ZC015";
    static final String OUTSIDE_SILENT = "ZC016";
    static final String OUTSIDE_BUSY = "ZC017";

    static final String SUCCESSFUL = "00000";
    static final String CONNECTION_FAILURE = "08006";
    static final String PROTOCOL_VIOLATION = "08P01";
    static final String NOT_SERVED = "0A000";
    static final String BAD_PARAMETER = "22023";
    static final String NOT_AUTHORISED = "28000";
    static final String BAD_PASSWORD = "28P01";
    static final String NO_SUCH_TARGET = "3D000";
    static final String NO_EVIDENCE = "53100";
    static final String TOO_MANY_CONNECTIONS = "53300";
    static final String ADMIN_SHUTDOWN = "57P01";

    private SqlState() {}

    /// Of a statement that did not run.
    static String of(Refusal.Reason reason) {
        return switch (reason) {
            case POLICY, UNSERVED_REQUIREMENT, NEVER -> POLICY;
            case PENDING -> PENDING;
            case REJECTED -> REJECTED;
            case UNANSWERED -> REVIEW_EXPIRED;
            case WITHDRAWN -> WITHDRAWN;
            case TOO_MANY_REVIEWS -> TOO_MANY_REVIEWS;
            case DRIFT -> DRIFT;
            case UNMASKABLE -> UNMASKABLE;
            case LIMIT -> LIMIT;
            case SETTING -> SETTING;
            case NOT_SERVED -> NOT_SERVED;
            case OUTSIDE_DENIED -> OUTSIDE_DENIED;
            case OUTSIDE_SILENT -> OUTSIDE_SILENT;
            case OUTSIDE_BUSY -> OUTSIDE_BUSY;
            case NO_EVIDENCE -> NO_EVIDENCE;
            case EXPIRED -> ADMIN_SHUTDOWN;
        };
    }

    /// Of a client that may not come in.
    static String of(Reception.Why why) {
        return switch (why) {
            case IDENTITY -> BAD_PASSWORD;
            case TARGET -> NO_SUCH_TARGET;
            case UNREACHABLE -> CONNECTION_FAILURE;
            case BUSY -> TOO_MANY_CONNECTIONS;
            case NO_EVIDENCE -> NO_EVIDENCE;
            case SHUTDOWN -> ADMIN_SHUTDOWN;
        };
    }
}
