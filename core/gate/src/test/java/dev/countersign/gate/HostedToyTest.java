package dev.countersign.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.model.Bytes;
import dev.countersign.model.Evidence;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/// A protocol that brings its own listener passes the same gate.
class HostedToyTest {
    private final MemoryEvidence evidence = new MemoryEvidence();
    private final Gate gate = Toys.gate(evidence);
    private final List<String> ran = new CopyOnWriteArrayList<>();
    private final HostedToy toy =
            new HostedToy((permit, line) -> {
                assertThat(permit.live()).isTrue();
                assertThat(evidence.written(Evidence.Intent.class))
                        .anySatisfy(intent ->
                                assertThat(intent.action().id()).isEqualTo(permit.action().id()));
                ran.add(line);
                return "did " + line;
            });

    private Reception reception() {
        return (token, wanted, from) ->
                gate.open(Toys.session(), "token", Bytes.EMPTY, Toys.ANALYST)
                        .thenApply(session ->
                                new Reception.Arrival.Welcome(
                                        session,
                                        new FramedToy.Settings(
                                                new Leg("x", 1, Leg.Tls.PLAIN, "", "x")),
                                        new Reception.Route.Own()));
    }

    @Test
    void every_line_needs_a_permit_and_leaves_an_outcome() throws Exception {
        try (var lane =
                        toy.open(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                                gate,
                                reception());
                var socket =
                        new Socket(InetAddress.getLoopbackAddress(), lane.address().getPort())) {
            var in =
                    new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            socket.getOutputStream()
                    .write("token\none\nbad\ntwo\n".getBytes(StandardCharsets.UTF_8));

            assertThat(in.readLine()).isEqualTo("did one");
            assertThat(in.readLine()).isEqualTo("no POLICY");
            assertThat(in.readLine()).isEqualTo("did two");
        }

        Awaitility.await().until(() -> evidence.written(Evidence.SessionClosed.class).size() == 1);
        assertThat(ran).containsExactly("one", "two");
        assertThat(evidence.written(Evidence.Intent.class)).hasSize(3);
        assertThat(evidence.written(Evidence.Settled.class)).hasSize(3);
    }

    @Test
    void nothing_runs_before_its_intent_is_durable() throws Exception {
        evidence.hold(Evidence.Intent.class::isInstance);
        try (var lane =
                        toy.open(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                                gate,
                                reception());
                var socket =
                        new Socket(InetAddress.getLoopbackAddress(), lane.address().getPort())) {
            socket.getOutputStream().write("token\none\n".getBytes(StandardCharsets.UTF_8));
            Awaitility.await().until(evidence::holding);
            assertThat(ran).isEmpty();

            evidence.release();

            Awaitility.await().until(() -> ran.equals(List.of("one")));
        }
    }
}
