package dev.countersign.postgres;

import dev.countersign.gate.Reception;
import dev.countersign.model.Refusal;

/// The SQLSTATEs that the gateway itself says. Class `ZC` is ours; classes 08, 57P01–57P03 and 40 are avoided where a
/// connection pool or a framework would read more into them.
final class SqlState {
    static final String DENIED = "ZC010";
    static final String DRIFT = "ZC011";
    static final String UNMASKABLE = "ZC012";
    static final String LIMIT = "ZC013";
    static final String SETTING = "ZC014";
    static final String NOT_SERVED = "0A000";
    static final String NO_EVIDENCE = "53100";
    static final String TOO_MANY = "53300";
    static final String ADMIN_SHUTDOWN = "57P01";
    static final String PROTOCOL_VIOLATION = "08P01";
    static final String CONNECTION_FAILURE = "08006";
    static final String INVALID_AUTHORIZATION = "28000";
    static final String INVALID_PASSWORD = "28P01";
    static final String NO_DATABASE = "3D000";
    static final String INVALID_PARAMETER = "22023";

    private SqlState() {}

    static String of(Refusal.Reason reason) {
        return switch (reason) {
            case POLICY, UNSERVED_REQUIREMENT, NEVER -> DENIED;
            case DRIFT -> DRIFT;
            case UNMASKABLE -> UNMASKABLE;
            case LIMIT -> LIMIT;
            case SETTING -> SETTING;
            case NOT_SERVED -> NOT_SERVED;
            case NO_EVIDENCE -> NO_EVIDENCE;
            case EXPIRED -> ADMIN_SHUTDOWN;
        };
    }

    static String of(Reception.Why why) {
        return switch (why) {
            case IDENTITY -> INVALID_PASSWORD;
            case TARGET -> NO_DATABASE;
            case UNREACHABLE -> CONNECTION_FAILURE;
            case BUSY -> TOO_MANY;
            case NO_EVIDENCE -> NO_EVIDENCE;
            case SHUTDOWN -> ADMIN_SHUTDOWN;
        };
    }
}
