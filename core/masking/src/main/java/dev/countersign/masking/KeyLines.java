package dev.countersign.masking;

/// Tells the lines of a private key from those that are none of it.
final class KeyLines {
    private KeyLines() {}

    /// Behind `-----END …-----`; 0 where there is none.
    static int keyEnd(byte[] b, int from, int end) {
        for (int i = from; i + 8 <= end; i++) {
            if (b[i] == '-'
                    && b[i + 4] == '-'
                    && b[i + 5] == 'E'
                    && b[i + 6] == 'N'
                    && b[i + 7] == 'D') {
                int close = i + 8;
                while (close < end && b[close] != '-') {
                    close++;
                }
                int stop = close;
                while (stop < end && stop - close < 5 && b[stop] == '-') {
                    stop++;
                }
                return stop;
            }
        }
        return 0;
    }

    static boolean blank(byte[] b, int from, int end) {
        for (int i = from; i < end; i++) {
            if (b[i] != ' ' && b[i] != '\t' && b[i] != '\r') {
                return false;
            }
        }
        return true;
    }

    /// One word of base64, perhaps indented.
    static boolean encoded(byte[] b, int from, int end) {
        boolean word = false;
        boolean over = false;
        for (int i = from; i < end; i++) {
            int c = b[i];
            boolean space = c == ' ' || c == '\t' || c == '\r';
            if (!space && (over || !Secrets.base64(c))) {
                return false;
            }
            over |= word && space;
            word |= !space;
        }
        return word;
    }

    /// `Proc-Type: 4,ENCRYPTED`.
    static boolean header(byte[] b, int from, int end) {
        int colon = from;
        while (colon < end && colon - from < 20 && (Checks.letter(b[colon]) || b[colon] == '-')) {
            colon++;
        }
        return colon > from + 3
                && colon + 1 < end
                && b[colon] == ':'
                && b[colon + 1] == ' '
                && (b[from] == 'P' || b[from] == 'D' || b[from] == 'V' || b[from] == 'C');
    }
}
