package dev.countersign.postgres;

import dev.countersign.masking.Operator;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/// Dates and timestamps, cut to the first day of their year or month. A timestamp with time zone is
/// cut in UTC: its own zone would tell summer from winter. Infinity, and what cannot be read, is
/// NULL.
final class DateCells {
    /// Days from 1970 to 2000, where the server counts from.
    private static final long EPOCH = LocalDate.of(2000, 1, 1).toEpochDay();

    private static final long MICROS_OF_DAY = 86_400_000_000L;

    /// The first day that the server knows.
    private static final LocalDate FIRST = LocalDate.of(-4713, 11, 24);

    private DateCells() {}

    /// @param date whether these are dates: int32 days; else timestamps: int64 microseconds
    static CellMask binary(boolean date, Operator.FirstDay first) {
        return new CellMask.Each(
                date ? value -> days(value, first) : value -> micros(value, first),
                CellMask.Same.NULL);
    }

    static CellMask text(CellType type, Operator.FirstDay first) {
        return new CellMask.Each(
                value -> {
                    var out = DateTexts.first(value, type, first);
                    return out == null ? null : out.getBytes(StandardCharsets.UTF_8);
                },
                CellMask.Same.NULL);
    }

    private static byte @Nullable [] days(byte[] value, Operator.FirstDay first) {
        if (value.length != Integer.BYTES) {
            return null;
        }
        int days = ByteBuffer.wrap(value).getInt();
        if (days == Integer.MAX_VALUE || days == Integer.MIN_VALUE) {
            return null;
        }
        var day = cut(LocalDate.ofEpochDay(days + EPOCH), first);
        return day == null
                ? null
                : ByteBuffer.allocate(Integer.BYTES)
                        .putInt((int) (day.toEpochDay() - EPOCH))
                        .array();
    }

    private static byte @Nullable [] micros(byte[] value, Operator.FirstDay first) {
        if (value.length != Long.BYTES) {
            return null;
        }
        long micros = ByteBuffer.wrap(value).getLong();
        if (micros == Long.MAX_VALUE || micros == Long.MIN_VALUE) {
            return null;
        }
        var day = cut(LocalDate.ofEpochDay(Math.floorDiv(micros, MICROS_OF_DAY) + EPOCH), first);
        return day == null
                ? null
                : ByteBuffer.allocate(Long.BYTES)
                        .putLong((day.toEpochDay() - EPOCH) * MICROS_OF_DAY)
                        .array();
    }

    /// Null where the server knows no such day.
    static @Nullable LocalDate cut(LocalDate day, Operator.FirstDay first) {
        var out = first.apply(day);
        return ChronoUnit.DAYS.between(FIRST, out) < 0 ? null : out;
    }
}
