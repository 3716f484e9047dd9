package dev.countersign.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.model.Bytes;
import dev.countersign.model.Principal;
import dev.countersign.model.Request;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ComparisonsTest {
    private final AtomicLong now = new AtomicLong(1);
    private final Comparisons comparisons = new Comparisons(60, now::get);

    private static Principal who(String subject) {
        return new Principal(
                Principal.Kind.AGENT,
                new Principal.Party("https://idp", subject),
                null,
                List.of(),
                "",
                Set.of(),
                Instant.MAX,
                Set.of(),
                List.of());
    }

    @Test
    void values_are_counted_for_each_principal_and_come_back_within_a_minute() {
        assertThat(comparisons.allow(who("eve"), 59)).isTrue();
        assertThat(comparisons.allow(who("eve"), 2)).isFalse();
        assertThat(comparisons.allow(who("eve"), 1)).isTrue();
        assertThat(comparisons.allow(who("bob"), 60)).isTrue();

        now.addAndGet(Duration.ofSeconds(10).toNanos());

        assertThat(comparisons.allow(who("eve"), 11)).isFalse();
        assertThat(comparisons.allow(who("eve"), 10)).isTrue();
    }

    @Test
    void more_principals_than_are_remembered_have_to_wait() {
        for (int i = 0; i < Comparisons.MAX_PRINCIPALS; i++) {
            assertThat(comparisons.allow(who("eve" + i), 60)).isTrue();
        }

        assertThat(comparisons.allow(who("one more"), 1)).isFalse();

        now.addAndGet(Duration.ofMinutes(1).toNanos());

        assertThat(comparisons.allow(who("one more"), 1)).isTrue();
    }

    private static long in(int number, int format, byte[] value) {
        var request =
                new Request(
                        Bytes.utf8("select"),
                        List.of(new Request.Parameter(0, format, Bytes.owned(value))),
                        List.of(),
                        List.of(),
                        Map.of(),
                        false,
                        null,
                        false,
                        false,
                        false);
        return Comparisons.in(List.of(number), request);
    }

    private static byte[] array(int dimensions, int... lengths) {
        var out = ByteBuffer.allocate(12 + 8 * lengths.length).putInt(dimensions);
        out.putInt(0).putInt(25);
        for (int length : lengths) {
            out.putInt(length).putInt(1);
        }
        return out.array();
    }

    @Test
    void each_element_of_an_array_is_a_value_and_what_cannot_be_read_is_too_many() {
        assertThat(in(1, 0, "{a,b,\"c,d\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .isEqualTo(4);
        assertThat(in(1, 1, array(2, 3, 4))).isEqualTo(12);
        assertThat(in(1, 1, array(0))).isZero();
        assertThat(in(2, 1, array(1, 3))).isEqualTo(Integer.MAX_VALUE);
        assertThat(in(1, 1, array(1, -3))).isEqualTo(Integer.MAX_VALUE);
        assertThat(in(1, 1, array(6, 1))).isEqualTo(Integer.MAX_VALUE);
        assertThat(in(1, 1, new byte[3])).isEqualTo(Integer.MAX_VALUE);
        assertThat(in(1, 1, array(2, 1 << 30, 1 << 30))).isEqualTo(Integer.MAX_VALUE);
    }
}
