package dev.countersign.wire;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.countersign.model.Evidence;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// What a running session must not do, however its peers behave.
@NoLeaks.Checked
class RunningOutboxTest {
    /// Actions of one session that may be on their way at a time, generously.
    private static final int MOST_LIVE = 10_000;

    private Rig rig;

    @BeforeEach
    void begin() throws IOException {
        rig = new Rig();
    }

    @AfterEach
    void theBooksAreRight() throws IOException {
        try (var ended = rig) {
            ended.everythingEnds();
        }
    }

    @Test
    void nothing_is_asked_in_a_session_that_has_ended() throws Exception {
        // given
        var client = rig.enter();

        // when
        client.send("write", "\0");

        // then
        Rig.until(() -> client.read().equals(ToyClient.CLOSED));
        rig.everythingEnds();
        assertThat(rig.reasons()).containsExactly("malformed");
    }

    @Test
    void half_a_line_and_no_more_ends_the_session_soon() throws Exception {
        // given
        var client = rig.enter();

        // when
        client.send("wri".getBytes(StandardCharsets.UTF_8));
        client.halfClose();

        // then
        assertThat(client.read()).isEqualTo(ToyClient.CLOSED);
        assertThat(rig.evidence.written(Evidence.Intent.class)).isEmpty();
    }

    @Test
    void a_client_that_is_gone_is_not_taken_for_evidence_that_fails() throws Exception {
        // given
        var log = new ListAppender<ILoggingEvent>();
        var logger = (Logger) LoggerFactory.getLogger(Running.class);
        log.start();
        logger.addAppender(log);
        var client = rig.enter();
        rig.evidence.hold(Evidence.Settled.class::isInstance);
        client.send("write");
        Rig.until(() -> rig.target.sent.contains("did write"));

        // when
        client.vanish();
        Thread.sleep(ToyClient.SILENCE);
        rig.evidence.release();
        rig.everythingEnds();
        logger.detachAppender(log);

        // then
        assertThat(List.copyOf(log.list)).noneMatch(event -> event.getLevel() == Level.ERROR);
        assertThat(rig.reasons()).containsExactly("client-gone");
    }

    @Test
    void a_flood_of_short_lines_is_not_taken_in_without_end() throws Exception {
        try (var flood = SocketChannel.open(rig.listener.address())) {
            // given
            flood.write(ByteBuffer.wrap("hello good\nlate\n".getBytes(StandardCharsets.UTF_8)));
            flood.configureBlocking(false);
            var lines = ByteBuffer.wrap("x\n".repeat(1_000).getBytes(StandardCharsets.UTF_8));

            // when
            long sent = 0;
            long end = System.nanoTime() + Duration.ofMillis(1_500).toNanos();
            int most = 0;
            while (System.nanoTime() < end) {
                int wrote = sent < 60_000 ? flood.write(lines) : 0;
                sent += wrote;
                if (!lines.hasRemaining()) {
                    lines.rewind();
                }
                if (wrote == 0) {
                    Thread.sleep(50);
                    int asked = rig.evidence.written(Evidence.Intent.class).size();
                    most = Math.max(most, asked - rig.outcomes().size());
                }
            }

            // then
            assertThat(most).isPositive().isLessThan(MOST_LIVE);
        }
    }
}
