package dev.countersign.cli;

/// Text that somebody else chose, for a terminal: control characters, escape sequences and marks
/// that turn the direction of writing are shown and do nothing.
final class Shown {
    private Shown() {}

    static String of(String text) {
        var out = new StringBuilder(text.length());
        text.codePoints()
                .forEach(point -> {
                    int type = Character.getType(point);
                    if (Character.isISOControl(point)
                            || type == Character.FORMAT
                            || type == Character.LINE_SEPARATOR
                            || type == Character.PARAGRAPH_SEPARATOR
                            || type == Character.SURROGATE
                            || type == Character.PRIVATE_USE
                            || type == Character.UNASSIGNED) {
                        out.append("\\u{").append(Integer.toHexString(point)).append('}');
                    } else {
                        out.appendCodePoint(point);
                    }
                });
        return out.toString();
    }
}
