package dev.countersign.api;

import java.util.ArrayList;
import java.util.List;

/// So many at once, and so many of one person: for what takes long.
final class Seats {
    private final String code;
    private final String what;
    private final int most;
    private final int mostOfOne;

    // guarded by itself
    private final List<List<String>> taken = new ArrayList<>();

    /// @param code of the problem where there is none
    /// @param what they are for, as a problem says it: `watch sessions`
    Seats(String code, String what, int most, int mostOfOne) {
        this.code = code;
        this.what = what;
        this.most = most;
        this.mostOfOne = mostOfOne;
    }

    /// One of them, until it is closed.
    interface Seat extends AutoCloseable {
        @Override
        void close();
    }

    /// @throws Problem if there is none
    Seat take(List<String> person) {
        synchronized (taken) {
            long own = taken.stream().filter(person::equals).count();
            if (taken.size() >= most || own >= mostOfOne) {
                throw new Problem(
                        503,
                        code,
                        mostOfOne
                                + " connections of one person may "
                                + what
                                + " at once, "
                                + most
                                + " in all; end one of them, or try again later");
            }
            taken.add(person);
        }
        return () -> {
            synchronized (taken) {
                taken.remove(person);
            }
        };
    }
}
