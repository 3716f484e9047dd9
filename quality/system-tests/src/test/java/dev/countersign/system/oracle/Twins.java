package dev.countersign.system.oracle;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;

/// Asks both twins the same, at the same time.
final class Twins implements AutoCloseable {
    private final IntFunction<RawClient.Door> doors;
    private final ExecutorService both = Executors.newVirtualThreadPerTaskExecutor();
    private List<RawClient> clients = List.of();

    /// What they said.
    ///
    /// @param ask the question
    record Heard(Ask ask, Reply left, Reply right) {
        Reply of(int side) {
            return side == 0 ? left : right;
        }

        /// Whether nothing tells them apart but the name of the client's own session, which the
        /// gateway gives to the target as the name of an application.
        boolean alike() {
            return left.end().equals(right.end())
                    && (left.bytes().equals(right.bytes())
                            || nameless(left.bytes()).equals(nameless(right.bytes())));
        }

        private static String nameless(String bytes) {
            return bytes.replaceAll("countersign [0-9a-f-]{36}", "countersign ?");
        }
    }

    /// @param doors to each of them
    Twins(IntFunction<RawClient.Door> doors) {
        this.doors = doors;
    }

    /// No sessions, until something is asked.
    void leave() throws IOException {
        close(clients);
        clients = List.of();
    }

    /// New sessions.
    void renew() throws IOException {
        close(clients);
        clients = List.of(new RawClient(doors.apply(0)), new RawClient(doors.apply(1)));
    }

    Heard ask(Ask ask) throws IOException {
        return pipeline(List.of(ask)).getFirst();
    }

    /// Sends all without waiting; where a session ends, the rest goes over a new one.
    List<Heard> pipeline(List<Ask> asks) throws IOException {
        var out = new ArrayList<Heard>();
        while (out.size() < asks.size()) {
            if (clients.isEmpty() || clients.stream().anyMatch(RawClient::ended)) {
                renew();
            }
            var rest = asks.subList(out.size(), asks.size());
            var left = both(0, rest);
            var right = both(1, rest);
            var heard = new ArrayList<Heard>();
            for (int i = 0; i < rest.size(); i++) {
                var one = new Heard(rest.get(i), left.join().get(i), right.join().get(i));
                heard.add(one);
                if (!one.left().end().isEmpty() || !one.right().end().isEmpty()) {
                    break;
                }
            }
            out.addAll(heard);
        }
        return out;
    }

    private CompletableFuture<List<Reply>> both(int side, List<Ask> asks) {
        var client = clients.get(side);
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return client.pipeline(asks);
                    } catch (IOException e) {
                        throw new CompletionException(e);
                    }
                },
                both);
    }

    private static void close(List<RawClient> clients) throws IOException {
        for (var client : clients) {
            client.close();
        }
    }

    @Override
    public void close() throws IOException {
        close(clients);
        both.close();
    }
}
