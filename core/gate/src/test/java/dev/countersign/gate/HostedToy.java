package dev.countersign.gate;

import dev.countersign.model.ActionId;
import dev.countersign.model.Bytes;
import dev.countersign.model.Outcome;
import dev.countersign.model.Request;
import dev.countersign.model.Session;
import dev.countersign.model.Work;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// A hosted protocol of the same lines: its own listener, a virtual thread for each client,
/// blocking on the gate's answer. The target is a method call.
public final class HostedToy implements Hosted {
    private final Target target;

    /// What the toy protects. The permit is what proves that it may be called.
    public interface Target {
        String run(ActionPermit permit, String line);
    }

    public HostedToy(Target target) {
        this.target = target;
    }

    @Override
    public String id() {
        return "hosted-toy";
    }

    @Override
    public Class<? extends TargetSettings> settings() {
        return FramedToy.Settings.class;
    }

    @Override
    public Lane open(InetSocketAddress at, Gate gate, Reception reception) throws IOException {
        var server = new ServerSocket(at.getPort(), 50, at.getAddress());
        Thread.ofVirtual().start(() -> accept(server, gate, reception));
        return new Lane() {
            @Override
            public InetSocketAddress address() {
                return (InetSocketAddress) server.getLocalSocketAddress();
            }

            @Override
            public void close() {
                try {
                    server.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
    }

    private void accept(ServerSocket server, Gate gate, Reception reception) {
        try {
            while (!server.isClosed()) {
                var socket = server.accept();
                Thread.ofVirtual().start(() -> serve(socket, gate, reception));
            }
        } catch (IOException e) {
            if (!server.isClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void serve(Socket socket, Gate gate, Reception reception) {
        try (socket) {
            var in =
                    new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            var arrival =
                    reception
                            .receive(
                                    new Claim.Shown(new Token(in.readLine())),
                                    new Wanted("toy", Map.of(), Work.NONE, "1", 0),
                                    new Session.Source("127.0.0.1:1", "hosted-toy", ""))
                            .toCompletableFuture()
                            .join();
            if (!(arrival instanceof Reception.Arrival.Welcome welcome)) {
                say(socket, "away");
                return;
            }
            try {
                for (var line = in.readLine(); line != null; line = in.readLine()) {
                    say(socket, one(gate, welcome.session(), line));
                }
            } finally {
                welcome.session().close("client").toCompletableFuture().join();
            }
        } catch (IOException e) {
            // the client is gone; what ran is settled and the session closed
            Thread.currentThread().interrupt();
        }
    }

    private String one(Gate gate, SessionPermit session, String line) {
        var asked = new Asked(ActionId.fresh(), Request.of(Bytes.utf8(line)));
        return answered(
                gate.ask(session, List.of(asked)).getFirst().toCompletableFuture().join(), line);
    }

    private String answered(Answer came, String line) {
        return switch (came) {
            case Answer.Held(var hold) -> answered(hold.then().toCompletableFuture().join(), line);
            case Answer.Admitted(var permit) -> {
                var answer = target.run(permit, line);
                permit.settle(
                                new Outcome(
                                        Outcome.Status.OK,
                                        "",
                                        1,
                                        answer.length(),
                                        null,
                                        Map.of(),
                                        Duration.ZERO))
                        .toCompletableFuture()
                        .join();
                yield answer;
            }
            case Answer.Refused(_, var refusal) -> "no " + refusal.reason();
            case Answer.NotReached _ -> "not reached";
            case Answer.Spool _ -> "more follows";
        };
    }

    private static void say(Socket socket, String line) throws IOException {
        socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
