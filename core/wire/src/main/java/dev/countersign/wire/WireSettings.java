package dev.countersign.wire;

import java.time.Duration;

/// The driver's limits.
///
/// @param login how long a connection may take from its first byte until its session begins
/// @param maxLogins connections that may be logging in at a time
/// @param maxLoginsOfAddress of them from one address
/// @param maxSessions sessions at a time
/// @param high bytes that wait for a slow reader before its other side is not read any more
/// @param low bytes at which it is read again
/// @param connect how long a target may take to answer a connection
/// @param farewell how long the last bytes of a session may take to leave
/// @param halfClosed how long a client that sends nothing more may wait for its answers
/// @param maxWrongCancels wrong cancel keys of one address in a minute; then they are not looked at
public record WireSettings(
        Duration login,
        int maxLogins,
        int maxLoginsOfAddress,
        int maxSessions,
        int high,
        int low,
        Duration connect,
        Duration farewell,
        Duration halfClosed,
        int maxWrongCancels) {
    public static final WireSettings DEFAULT =
            new WireSettings(
                    Duration.ofSeconds(10),
                    2_000,
                    200,
                    2_000,
                    128 << 10,
                    64 << 10,
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(5),
                    Duration.ofMinutes(10),
                    20);
}
