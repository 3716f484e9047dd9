package dev.countersign.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.countersign.model.Bytes;
import dev.countersign.model.Evidence;
import dev.countersign.model.EvidenceLog;
import dev.countersign.model.Hash;
import dev.countersign.model.Principal;
import dev.countersign.model.Reviewer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Somebody who asks for a copy of the log and does not take it.
class EvidenceRoutesTest {
    @TempDir Path folder;

    private final List<Evidence> written = Collections.synchronizedList(new ArrayList<>());

    private final class Book implements EvidenceLog {
        @Override
        public CompletionStage<List<Receipt>> append(
                List<? extends Evidence> records, Executor home) {
            written.addAll(records);
            return CompletableFuture.completedStage(List.of(new Receipt(0, new Hash(0, 0, 0, 0))));
        }

        @Override
        public void replay(Consumer<Entry> each) {
            // nothing of another boot
        }

        @Override
        public boolean writable() {
            return true;
        }
    }

    private static final class Town implements People {
        @Override
        public Proof person(String accessToken) {
            return new Proof.Proved(
                    new Reviewer(
                            new Principal.Party("https://idp", accessToken),
                            List.of(accessToken),
                            Set.of("auditors"),
                            "cli",
                            Instant.EPOCH,
                            Instant.MAX),
                    "");
        }

        @Override
        public Proof ruling(String idToken, String nonce) {
            return new Proof.Refused("none", "none");
        }

        @Override
        public List<SignIn> signIns() {
            return List.of();
        }
    }

    private Api start(Duration limit) throws IOException {
        Files.createDirectories(folder.resolve("evidence/log"));
        Files.createDirectories(folder.resolve("evidence/blobs"));
        Files.writeString(folder.resolve("evidence/log/checkpoint"), "origin\n0\nroot\n");
        Files.writeString(folder.resolve("evidence/log.vkey"), "key");
        var much = new byte[32 << 20]; // more than all buffers between two sockets hold
        new Random(1).nextBytes(much);
        Files.write(folder.resolve("evidence/blobs/00000000"), much);
        var routes =
                new EvidenceRoutes(
                        folder, _ -> Bytes.EMPTY, new Oversight(() -> Set.of("auditors")), limit);
        return Api.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Optional.empty(),
                new Api.Parts(new Town(), new Book(), routes, (_, _) -> {}));
    }

    private static Socket asks(Api api, String person) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), api.port());
        socket.setSoTimeout(20_000);
        socket.getOutputStream()
                .write(
                        ("GET /v1/evidence/log HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                                        + person
                                        + "\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static String head(Socket socket) throws IOException {
        return new String(socket.getInputStream().readNBytes(64), StandardCharsets.US_ASCII);
    }

    @Test
    void a_copy_that_nobody_takes_ends_and_leaves_its_place() throws Exception {
        try (var api = start(Duration.ofSeconds(1));
                var idle = asks(api, "omar")) {
            assertThat(head(idle)).startsWith("HTTP/1.1 200");
            try (var second = asks(api, "omar")) {
                assertThat(head(second)).as("one of each person").startsWith("HTTP/1.1 503");
            }

            var end = Instant.now().plusSeconds(15);
            var status = "";
            while (!status.startsWith("HTTP/1.1 200") && Instant.now().isBefore(end)) {
                try (var again = asks(api, "omar")) {
                    status = head(again);
                }
            }

            assertThat(status).startsWith("HTTP/1.1 200");
            assertThatCode(() -> idle.getInputStream().readAllBytes())
                    .as("what was sent can still be read, and then it is over")
                    .satisfiesAnyOf(
                            failure -> assertThat(failure).isNull(),
                            failure -> assertThat(failure).isInstanceOf(IOException.class));
        }
        assertThat(written)
                .allSatisfy(record ->
                        assertThat(((Evidence.Read) record).what()).isEqualTo("evidence.log"))
                .hasSizeGreaterThanOrEqualTo(2);
    }
}
