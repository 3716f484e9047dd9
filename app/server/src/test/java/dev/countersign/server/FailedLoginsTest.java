package dev.countersign.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.model.Evidence;
import dev.countersign.model.EvidenceLog;
import dev.countersign.model.Session;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class FailedLoginsTest {
    private final List<Evidence.LoginFailed> written = new ArrayList<>();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    private final EvidenceLog log =
            new EvidenceLog() {
                @Override
                public CompletionStage<List<Receipt>> append(
                        List<? extends Evidence> records, Executor home) {
                    records.forEach(one -> written.add((Evidence.LoginFailed) one));
                    return CompletableFuture.completedStage(List.of());
                }

                @Override
                public void replay(Consumer<Entry> each) {
                    // nothing is from before
                }

                @Override
                public boolean writable() {
                    return true;
                }
            };

    private final FailedLogins failed =
            new FailedLogins(
                    log,
                    new Clock() {
                        @Override
                        public ZoneId getZone() {
                            return ZoneOffset.UTC;
                        }

                        @Override
                        public Clock withZone(ZoneId zone) {
                            return this;
                        }

                        @Override
                        public Instant instant() {
                            return now;
                        }
                    });

    private static Session.Source from(String peer) {
        return new Session.Source(peer, "postgres 127.0.0.1:6432", "");
    }

    private void fail(String peer, int times) {
        for (int i = 0; i < times; i++) {
            failed.add(from(peer), "token-expired");
        }
    }

    private long told() {
        return written.stream().mapToLong(Evidence.LoginFailed::times).sum();
    }

    @Test
    void the_first_of_an_address_are_written_one_by_one() {
        fail("10.0.0.1:5000", FailedLogins.SINGLY);

        assertThat(written).hasSize(FailedLogins.SINGLY).allMatch(one -> one.times() == 1);
    }

    @Test
    void a_flood_is_counted_and_none_of_it_lost() {
        for (int second = 0; second < 50; second++) {
            fail("10.0.0.1:" + (5_000 + second), 2_000);
            now = now.plusSeconds(1);
        }
        failed.close();

        assertThat(told()).isEqualTo(100_000);
        assertThat(written).hasSizeLessThan(FailedLogins.SINGLY + 8);
    }

    @Test
    void the_port_does_not_make_another_address_and_the_host_does() {
        fail("[::1]:1", FailedLogins.SINGLY);
        fail("[::1]:2", 1);
        assertThat(written).hasSize(FailedLogins.SINGLY);

        fail("[::2]:1", 1);
        assertThat(written).hasSize(FailedLogins.SINGLY + 1);
    }

    @Test
    void after_a_minute_they_are_written_one_by_one_again() {
        fail("10.0.0.1:1", FailedLogins.SINGLY);
        now = now.plus(Duration.ofMinutes(1));

        fail("10.0.0.1:1", 1);

        assertThat(written).hasSize(FailedLogins.SINGLY + 1);
    }

    @Test
    void what_was_counted_is_told_by_the_flush_once_it_is_old_enough() {
        fail("10.0.0.1:1", FailedLogins.SINGLY + 5);
        failed.flush();
        assertThat(told()).isEqualTo(FailedLogins.SINGLY);

        now = now.plus(FailedLogins.COUNTED_EVERY);
        failed.flush();

        assertThat(told()).isEqualTo(FailedLogins.SINGLY + 5);
        assertThat(written.getLast().times()).isEqualTo(5);
        failed.close();
        assertThat(told()).isEqualTo(FailedLogins.SINGLY + 5);
    }

    @Test
    void more_addresses_than_are_told_apart_count_as_one() {
        for (int i = 0; i < FailedLogins.MAX_ADDRESSES; i++) {
            fail("host-" + i + ":1", 1);
        }
        written.clear();

        for (int i = 0; i < 5_000; i++) {
            fail("late-" + i + ":1", 1);
        }
        failed.close();

        assertThat(written).hasSizeLessThanOrEqualTo(FailedLogins.SINGLY + 1);
        assertThat(told()).isEqualTo(5_000);
    }

    @Test
    void quiet_addresses_make_room() {
        for (int i = 0; i < FailedLogins.MAX_ADDRESSES; i++) {
            fail("host-" + i + ":1", 1);
        }
        now = now.plus(Duration.ofMinutes(1));
        failed.flush();
        written.clear();

        for (int i = 0; i < 100; i++) {
            fail("late-" + i + ":1", 1);
        }

        assertThat(written).hasSize(100);
    }
}
