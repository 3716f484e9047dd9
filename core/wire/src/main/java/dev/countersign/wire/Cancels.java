package dev.countersign.wire;

import dev.countersign.gate.CancelKey;
import dev.countersign.model.Bytes;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// Which session a cancel key stops. Keys are random, told to one client each, and compared in
/// constant time; an address that guesses is not listened to for a while.
final class Cancels {
    /// Addresses that are told apart at a time.
    private static final int MAX_ADDRESSES = 10_000;

    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

    private final SecureRandom random = new SecureRandom();
    private final Map<Integer, Entry> sessions = new ConcurrentHashMap<>();
    private final int maxWrong;

    // guarded by itself
    private final Map<InetAddress, Wrong> wrong = new LinkedHashMap<>();

    private record Entry(CancelKey key, Runnable cancel) {}

    private record Wrong(int times, long since) {}

    Cancels(int maxWrong) {
        this.maxWrong = maxWrong;
    }

    /// @param secretLength bytes of secret that the client can hold
    CancelKey register(int secretLength, Runnable cancel) {
        var secret = new byte[secretLength];
        random.nextBytes(secret);
        while (true) {
            var key = new CancelKey(random.nextInt() & Integer.MAX_VALUE, Bytes.of(secret));
            if (sessions.putIfAbsent(key.id(), new Entry(key, cancel)) == null) {
                return key;
            }
        }
    }

    void forget(CancelKey key) {
        sessions.remove(key.id());
    }

    /// Does nothing if the key is wrong, and does not tell.
    void cancel(CancelKey key, InetAddress from) {
        if (guesses(from, 0) >= maxWrong) {
            return;
        }
        var entry = sessions.get(key.id());
        if (entry != null && entry.key().matches(key)) {
            entry.cancel().run();
        } else {
            var _ = guesses(from, 1);
        }
    }

    private int guesses(InetAddress from, int more) {
        synchronized (wrong) {
            long now = System.nanoTime();
            var before = wrong.get(from);
            if (before != null && now - before.since() > MINUTE) {
                wrong.remove(from);
                before = null;
            }
            if (more == 0) {
                return before == null ? 0 : before.times();
            }
            if (before == null && wrong.size() >= MAX_ADDRESSES) {
                wrong.remove(wrong.keySet().iterator().next());
            }
            var after =
                    before == null
                            ? new Wrong(more, now)
                            : new Wrong(before.times() + more, before.since());
            wrong.put(from, after);
            return after.times();
        }
    }
}
