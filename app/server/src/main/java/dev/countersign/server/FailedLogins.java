package dev.countersign.server;

import dev.countersign.model.Evidence;
import dev.countersign.model.EvidenceLog;
import dev.countersign.model.Session;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Writes failed logins down without letting a flood of them fill the log: the first [#SINGLY] of
/// an address in a minute one by one, then one counted record every [#COUNTED_EVERY].
final class FailedLogins {
    static final int SINGLY = 10;
    static final Duration COUNTED_EVERY = Duration.ofSeconds(10);

    /// Addresses that are told apart at a time; all further ones count as one.
    static final int MAX_ADDRESSES = 10_000;

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final EvidenceLog evidence;
    private final Clock clock;

    // guarded by this
    private final Map<String, Address> addresses = new LinkedHashMap<>();

    private static final class Address {
        Instant since = Instant.MIN;
        int told;
        long counted;
        Instant countedSince = Instant.MIN;
        String code = "";
        Session.Source from;

        Address(Session.Source from) {
            this.from = from;
        }
    }

    FailedLogins(EvidenceLog evidence, Clock clock) {
        this.evidence = evidence;
        this.clock = clock;
    }

    /// @param code a stable one: `token-expired`
    synchronized void add(Session.Source from, String code) {
        var now = clock.instant();
        var host = host(from.peer());
        var known = addresses.containsKey(host) || addresses.size() < MAX_ADDRESSES;
        var address = addresses.computeIfAbsent(known ? host : "", _ -> new Address(from));
        if (Duration.between(address.since, now).compareTo(MINUTE) >= 0) {
            address.since = now;
            address.told = 0;
        }
        if (address.told < SINGLY) {
            address.told++;
            evidence.append(List.of(new Evidence.LoginFailed(from, code, 1)));
            return;
        }
        if (address.counted++ == 0) {
            address.countedSince = now;
        }
        address.code = code;
        address.from = from;
        if (Duration.between(address.countedSince, now).compareTo(COUNTED_EVERY) >= 0) {
            tell(address);
        }
    }

    /// Writes down what was only counted, and forgets addresses that have been quiet; called from
    /// time to time, and at the end.
    synchronized void flush() {
        var now = clock.instant();
        for (var address : new ArrayList<>(addresses.values())) {
            if (address.counted > 0
                    && Duration.between(address.countedSince, now).compareTo(COUNTED_EVERY) >= 0) {
                tell(address);
            }
        }
        addresses
                .values()
                .removeIf(address ->
                        address.counted == 0
                                && Duration.between(address.since, now).compareTo(MINUTE) >= 0);
    }

    /// Everything that was counted, whatever its age.
    synchronized void close() {
        for (var address : addresses.values()) {
            if (address.counted > 0) {
                tell(address);
            }
        }
    }

    private void tell(Address address) {
        evidence.append(
                List.of(new Evidence.LoginFailed(address.from, address.code, address.counted)));
        address.counted = 0;
    }

    private static String host(String peer) {
        int colon = peer.lastIndexOf(':');
        return colon < 0 ? peer : peer.substring(0, colon);
    }
}
