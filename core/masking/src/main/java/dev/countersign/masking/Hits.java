package dev.countersign.masking;

import java.util.Arrays;

/// What was found in one value: ranges of bytes in order, none within another. It is used over and
/// over; clean values cost it nothing.
final class Hits {
    private int[] starts = new int[16];
    private int[] ends = new int[16];
    private int[] detectors = new int[16];
    private int count;

    /// What the last one goes on as behind the end of what was given.
    private Tail tail = Tail.NONE;

    /// How a value that has begun goes on.
    enum Tail {
        NONE,
        /// Letters, digits and `-_.+/=~`.
        TOKEN,
        /// Anything but blanks and quotes.
        WORD,
        /// Lines of a private key.
        KEY
    }

    void clear() {
        count = 0;
        tail = Tail.NONE;
    }

    /// Keeps the first `n`.
    void cut(int n) {
        count = n;
        tail = Tail.NONE;
    }

    void add(int start, int end, int detector) {
        if (count == starts.length) {
            starts = Arrays.copyOf(starts, 2 * count);
            ends = Arrays.copyOf(ends, 2 * count);
            detectors = Arrays.copyOf(detectors, 2 * count);
        }
        starts[count] = start;
        ends[count] = end;
        detectors[count++] = detector;
    }

    /// Adds one among the others, if it touches none of them.
    void insert(int start, int end, int detector) {
        int at = count;
        while (at > 0 && starts[at - 1] >= end) {
            at--;
        }
        if (at > 0 && ends[at - 1] > start) {
            return;
        }
        add(start, end, detector);
        for (int i = count - 1; i > at; i--) {
            starts[i] = starts[i - 1];
            ends[i] = ends[i - 1];
            detectors[i] = detectors[i - 1];
        }
        starts[at] = start;
        ends[at] = end;
        detectors[at] = detector;
    }

    void goesOn(Tail as) {
        tail = as;
    }

    Tail tail() {
        return tail;
    }

    int count() {
        return count;
    }

    int start(int i) {
        return starts[i];
    }

    int end(int i) {
        return ends[i];
    }

    int detector(int i) {
        return detectors[i];
    }

    /// Behind the last one; 0 where there is none.
    int end() {
        return count == 0 ? 0 : ends[count - 1];
    }

    /// Moves the range of the hit `i`.
    void move(int i, int start, int end) {
        starts[i] = start;
        ends[i] = end;
    }
}
