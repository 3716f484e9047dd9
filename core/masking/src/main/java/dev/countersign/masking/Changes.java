package dev.countersign.masking;

import java.util.Arrays;

/// Where a text that came out of another differs from it, and so which byte of the one is which of
/// the other: between two changes both go on alike.
final class Changes {
    private static final int FIRST_ROOM = 64;

    /// Of each change, where it begins and ends in what came out, and in what went in.
    private int[] outStarts = new int[FIRST_ROOM];

    private int[] outEnds = new int[FIRST_ROOM];
    private int[] starts = new int[FIRST_ROOM];
    private int[] ends = new int[FIRST_ROOM];
    private int count;

    /// @param lo where what goes in begins
    void clear(int lo) {
        outStarts[0] = 0;
        outEnds[0] = 0;
        starts[0] = lo;
        ends[0] = lo;
        count = 1;
    }

    void add(int outStart, int start, int outEnd, int end) {
        if (count == starts.length) {
            int room = 2 * count;
            outStarts = Arrays.copyOf(outStarts, room);
            outEnds = Arrays.copyOf(outEnds, room);
            starts = Arrays.copyOf(starts, room);
            ends = Arrays.copyOf(ends, room);
        }
        outStarts[count] = outStart;
        outEnds[count] = outEnd;
        starts[count] = start;
        ends[count++] = end;
    }

    /// Where the byte `i` of what came out begins in what went in.
    int start(int i) {
        int at = last(i);
        return i < outEnds[at] ? starts[at] : ends[at] + i - outEnds[at];
    }

    /// Where it ends.
    int end(int i) {
        int at = last(i);
        return i < outEnds[at] ? ends[at] : ends[at] + i - outEnds[at] + 1;
    }

    /// The last change that begins at `i` or before.
    private int last(int i) {
        int low = 0;
        int high = count - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (outStarts[middle] <= i) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    void shrink() {
        if (starts.length > FIRST_ROOM) {
            outStarts = new int[FIRST_ROOM];
            outEnds = new int[FIRST_ROOM];
            starts = new int[FIRST_ROOM];
            ends = new int[FIRST_ROOM];
        }
    }
}
