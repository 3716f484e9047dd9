package dev.countersign.postgres;

/// How the session writes dates and intervals, by what the target last reported: the client reads
/// them so.
///
/// @param date `ISO, MDY`
/// @param interval `postgres`
record Styles(String date, String interval) {
    static final Styles DEFAULT = new Styles("ISO, MDY", "postgres");

    /// With the target's report of a setting.
    Styles with(String setting, String value) {
        return switch (setting) {
            case "DateStyle" -> new Styles(value, interval);
            case "IntervalStyle" -> new Styles(date, value);
            default -> this;
        };
    }
}
