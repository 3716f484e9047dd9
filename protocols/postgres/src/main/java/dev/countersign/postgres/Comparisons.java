package dev.countersign.postgres;

import dev.countersign.model.Bytes;
import dev.countersign.model.Principal;
import dev.countersign.model.Principal.Party;
import dev.countersign.model.Request;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// How many values each principal has compared with labelled columns of one target. A column that
/// may be filtered by equality answers one guess for each value, so values are counted, not
/// statements: a bucket for each principal, which fills again within a minute.
final class Comparisons {
    /// Principals that are remembered. One more waits until an older one's minute is over.
    static final int MAX_PRINCIPALS = 10_000;

    private static final Duration FULL = Duration.ofMinutes(1);

    private final int perMinute;
    private final LongSupplier nanos;

    // guarded by this
    private final Map<Who, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true);

    private record Who(Party actor, @Nullable Party human) {}

    private static final class Bucket {
        double left;
        long at;
    }

    /// @param nanos a clock that never goes back
    Comparisons(int perMinute, LongSupplier nanos) {
        this.perMinute = perMinute;
        this.nanos = nanos;
    }

    /// Whether so many more may be compared now; counts them if so.
    synchronized boolean allow(Principal who, long values) {
        long now = nanos.getAsLong();
        var key = new Who(who.actor(), who.human());
        var bucket = buckets.get(key);
        if (bucket == null) {
            var eldest = buckets.entrySet().iterator();
            if (buckets.size() >= MAX_PRINCIPALS) {
                if (now - eldest.next().getValue().at < FULL.toNanos()) {
                    return false;
                }
                eldest.remove();
            }
            bucket = new Bucket();
            bucket.left = perMinute;
            bucket.at = now;
            buckets.put(key, bucket);
        }
        double refilled = (double) (now - bucket.at) / FULL.toNanos() * perMinute;
        bucket.left = Math.min(perMinute, bucket.left + refilled);
        bucket.at = now;
        if (values > bucket.left) {
            return false;
        }
        bucket.left -= values;
        return true;
    }

    /// Values in those parameters that are arrays. What cannot be read counts as too many.
    static long in(List<Integer> numbers, Request request) {
        long values = 0;
        for (int number : numbers) {
            values +=
                    number >= 1 && number <= request.parameters().size()
                            ? elements(request.parameters().get(number - 1))
                            : Integer.MAX_VALUE;
        }
        return values;
    }

    private static long elements(Request.Parameter parameter) {
        var value = parameter.value();
        if (value == null) {
            return 0;
        }
        return parameter.format() == 0 ? text(value) : binary(value.toArray());
    }

    /// `{a,b}`: never less than there are.
    private static long text(Bytes value) {
        return value.toArray().length == 0
                ? 0
                : new String(value.toArray(), StandardCharsets.ISO_8859_1)
                                .chars()
                                .filter(c -> c == ',')
                                .count()
                        + 1;
    }

    /// Number of dimensions, flags, the elements' type, then length and lower bound of each.
    private static long binary(byte[] value) {
        var in = ByteBuffer.wrap(value);
        if (in.remaining() < 12) {
            return Integer.MAX_VALUE;
        }
        int dimensions = in.getInt();
        in.getInt();
        in.getInt();
        if (dimensions < 0 || dimensions > 6 || in.remaining() < 8 * dimensions) {
            return Integer.MAX_VALUE;
        }
        long elements = dimensions == 0 ? 0 : 1;
        for (int i = 0; i < dimensions; i++) {
            int length = in.getInt();
            in.getInt();
            if (length < 0) {
                return Integer.MAX_VALUE;
            }
            elements = Math.min(Integer.MAX_VALUE, elements * length);
        }
        return elements;
    }
}
