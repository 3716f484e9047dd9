package dev.countersign.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.gate.ActionPermit;
import dev.countersign.gate.Answer;
import dev.countersign.gate.Asked;
import dev.countersign.gate.Conversation;
import dev.countersign.gate.Frame;
import dev.countersign.gate.Framing;
import dev.countersign.gate.Gate;
import dev.countersign.gate.MalformedFrame;
import dev.countersign.gate.MemoryEvidence;
import dev.countersign.gate.Permit;
import dev.countersign.gate.SessionPermit;
import dev.countersign.gate.Toys;
import dev.countersign.masking.DetectorSettings;
import dev.countersign.masking.Detectors;
import dev.countersign.masking.MaskKeys;
import dev.countersign.masking.MaskSettings;
import dev.countersign.model.ActionId;
import dev.countersign.model.Bytes;
import dev.countersign.model.Outcome;
import dev.countersign.model.Principal;
import dev.countersign.model.Seen;
import dev.countersign.reviews.ReviewView;
import dev.countersign.reviews.Reviews;
import dev.countersign.reviews.Said;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// A conversation, driven as the wire does it but at once and by hand: a real gate, real masks, a
/// log in memory. Everything that it asks for is kept. Whoever runs a test that could leak calls
/// [#close].
final class Talk implements Conversation.Effects {
    /// What stands in the labelled column `people.ssn`, relation 100, attribute 2.
    static final String CANARY = "536-90-4399";

    /// By which the target knows the session, and the client.
    static final int PROCESS = 4711;

    static final int TOLD = 99;

    static final int PEOPLE = 100;
    static final int THINGS = 200;

    static final Catalogue CATALOGUE =
            new CatalogueBuilder(
                            Map.of(
                                    "public.people.ssn",
                                    new PostgresTarget.ColumnSettings(
                                            "pii.ssn", MaskSettings.REDACT, "none")))
                    .relation(PEOPLE, "public", "people", 'r')
                    .column(PEOPLE, 1, "id")
                    .column(PEOPLE, 2, "ssn")
                    .relation(THINGS, "public", "things", 'r')
                    .column(THINGS, 1, "name")
                    .build();

    private static final Principal EVE =
            new Principal(
                    Principal.Kind.AGENT,
                    new Principal.Party("https://idp", "eve"),
                    null,
                    List.of(),
                    "",
                    Set.of(),
                    Instant.parse("2100-01-01T00:00:00Z"),
                    Set.of(),
                    List.of());

    /// @param permit under which it went
    record Sent(Permit permit, Bytes bytes) {
        char tag() {
            return (char) bytes.at(0);
        }

        boolean own() {
            return permit instanceof SessionPermit;
        }
    }

    private static final Spools SPOOLS = new Spools();

    final MemoryEvidence evidence = new MemoryEvidence();
    final SessionPermit own;
    final PostgresConversation conversation;
    final List<Sent> sent = new ArrayList<>();
    final ByteArrayOutputStream said = new ByteArrayOutputStream();
    final List<Seen> seen = new ArrayList<>();
    final List<Outcome> outcomes = new ArrayList<>();
    final List<Duration> wakes = new ArrayList<>();
    final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);

    int cancels;
    int catalogueChanges;
    int settledFrames;
    boolean ended;
    @Nullable String hungUp;
    @Nullable String malformed;

    final Reviews reviews;

    private final Gate gate;
    private final ByteBuf fromClient = Unpooled.buffer();
    private final ByteBuf fromTarget = Unpooled.buffer();
    private final Deque<CompletionStage<Answer>> answers = new ArrayDeque<>();

    Talk() {
        this(CATALOGUE);
    }

    Talk(Catalogue catalogue) {
        this(catalogue, Optional.empty(), EVE);
    }

    /// Of an agent that acts for somebody, so that people can be asked.
    static Talk reviewed() {
        var ann = new Principal.Party("https://idp", "ann");
        var who =
                new Principal(
                        Principal.Kind.AGENT,
                        EVE.actor(),
                        ann,
                        List.of(),
                        "",
                        Set.of(),
                        EVE.expires(),
                        Set.of(List.of("ann")),
                        List.of());
        return new Talk(CATALOGUE, Optional.empty(), who);
    }

    /// With detectors, and nothing labelled.
    static Talk detecting() {
        return new Talk(Catalogue.EMPTY, Optional.of(Detectors.of(DetectorSettings.STANDARD)), EVE);
    }

    private Talk(Catalogue catalogue, Optional<Detectors> detectors, Principal who) {
        reviews = Toys.reviews(evidence);
        gate = new Gate(Judge.POLICY, evidence, reviews, Clock.systemUTC());
        own =
                gate.open(Toys.session(who), "token", Bytes.EMPTY, Judge.ANALYST)
                        .toCompletableFuture()
                        .join();
        var texts = new LexedTexts();
        var replies =
                new Replies(
                        new ColumnMasks(
                                () -> catalogue,
                                MaskKeys.fresh().scoped("shop", "session"),
                                detectors.map(Detectors::scanner).orElse(null)),
                        texts,
                        new Replies.Terms(
                                10,
                                1_000,
                                () -> catalogueChanges++,
                                false,
                                detectors.map(Detectors::scanner).map(Detecting::lines),
                                new Notifications.Channels(
                                        Set.of("orders", "Mixed \" Case"), PROCESS, TOLD)),
                        Map.of("client_encoding", "UTF8", "search_path", "public, pg_temp"));
        conversation =
                new PostgresConversation(
                        own,
                        texts,
                        replies,
                        SPOOLS,
                        new PostgresConversation.Greeted() {
                            @Override
                            public void tell(Conversation.Effects out) {
                                // the login has tests of its own
                            }

                            @Override
                            public Duration validFor() {
                                return Duration.ofMinutes(5);
                            }
                        });
        conversation.begin(this);
    }

    /// Somebody of the panel says what they say to the only review that is open.
    Said.Heard rule(boolean yes, String reason) {
        var open =
                reviews.views().stream()
                        .filter(view -> view.state() == ReviewView.State.PENDING)
                        .toList();
        assertThat(open).hasSize(1);
        var heard = reviews.rule(open.getFirst().id(), Toys.says("dana", yes, reason));
        pump();
        return heard;
    }

    /// What the client sends, whole or in parts.
    Talk client(byte[]... parts) {
        fromClient.writeBytes(Packet.all(parts));
        pump();
        return this;
    }

    /// What the target sends, whole or in parts.
    Talk target(byte[]... parts) {
        fromTarget.writeBytes(Packet.all(parts));
        try {
            while (!ended) {
                var frame = next(fromTarget, conversation.targetFraming());
                if (frame == null) {
                    break;
                }
                conversation.fromTarget(frame, this);
            }
            pump();
        } catch (MalformedFrame e) {
            malformed(Conversation.Side.TARGET, e);
        }
        return this;
    }

    void pump() {
        boolean more = true;
        while (more && !ended) {
            more = answers();
            more |= read();
            conversation.drained(this);
            more |= !ended && !answers.isEmpty() && done();
        }
    }

    private boolean done() {
        return answers.element().toCompletableFuture().isDone();
    }

    private boolean answers() {
        boolean any = false;
        while (!ended && !answers.isEmpty() && done()) {
            any = true;
            switch (answers.remove().toCompletableFuture().join()) {
                case Answer.Admitted(var permit) -> conversation.admitted(permit, this);
                case Answer.Refused(var id, var refusal) -> conversation.refused(id, refusal, this);
                case Answer.NotReached(var id) -> conversation.notReached(id, this);
                case Answer.Spool(var id, var invitation) ->
                        conversation.spool(id, invitation, this);
                case Answer.Held(var hold) -> {
                    answers.addFirst(hold.then());
                    conversation.held(hold, this);
                }
            }
        }
        return any;
    }

    private boolean read() {
        boolean any = false;
        try {
            while (!ended && conversation.listening()) {
                var frame = next(fromClient, conversation.clientFraming());
                if (frame == null) {
                    break;
                }
                any = true;
                conversation.fromClient(frame, this);
            }
        } catch (MalformedFrame e) {
            malformed(Conversation.Side.CLIENT, e);
        }
        return any;
    }

    private void malformed(Conversation.Side side, MalformedFrame why) {
        if (!ended) {
            malformed = side + ": " + why.getMessage();
            conversation.malformed(side, String.valueOf(why.getMessage()), this);
            ended = true;
        }
    }

    private static @Nullable Frame next(ByteBuf in, Framing framing) throws MalformedFrame {
        long header = framing.peek(in, in.readerIndex(), in.readableBytes());
        if (header == Framing.INCOMPLETE || Framing.length(header) > in.readableBytes()) {
            return null;
        }
        int start = in.readerIndex();
        int length = Framing.length(header);
        in.skipBytes(length);
        return new Frame(in).at(in, Framing.tag(header), start, start + length, length, true, true);
    }

    /// One frame of the target in two pieces, as a long row comes.
    Talk inPieces(byte[] message, int cut) throws MalformedFrame {
        var in = Unpooled.wrappedBuffer(message);
        int length = message.length;
        var frame = new Frame(in);
        conversation.fromTarget(frame.at(in, message[0], 0, cut, length, true, false), this);
        conversation.fromTarget(frame.at(in, message[0], cut, length, length, false, true), this);
        pump();
        return this;
    }

    // ---- what came of it

    /// Tags of what the client was sent, a status behind each Z: `T D C Zi`.
    String heard() {
        var out = new StringBuilder();
        for (var message : messages(said.toByteArray())) {
            out.append(out.isEmpty() ? "" : " ").append((char) message[0]);
            if (message[0] == 'Z') {
                out.append((char) message[5]);
            }
        }
        return out.toString();
    }

    String text() {
        return said.toString(StandardCharsets.UTF_8);
    }

    /// Tags of what the target was sent, small where it went under the session's own permit.
    String forwarded() {
        var out = new StringBuilder();
        for (var one : sent) {
            out.append(one.own() ? Character.toLowerCase(one.tag()) : one.tag());
        }
        return out.toString();
    }

    String forwardedText() {
        var out = new StringBuilder();
        sent.forEach(one -> out.append(new String(one.bytes().toArray(), StandardCharsets.UTF_8)));
        return out.toString();
    }

    static List<byte[]> messages(byte[] all) {
        var out = new ArrayList<byte[]>();
        var in = ByteBuffer.wrap(all);
        while (in.hasRemaining()) {
            var message = new byte[in.getInt(in.position() + 1) + 1];
            in.get(message);
            out.add(message);
        }
        return out;
    }

    /// Nothing that was allocated is left.
    void close() {
        assertThat(allocator.metric().usedHeapMemory()).isZero();
        assertThat(allocator.metric().usedDirectMemory()).isZero();
    }

    // ---- effects

    @Override
    public void ask(List<Asked> batch) {
        assertThat(answers).isEmpty();
        answers.addAll(gate.ask(own, batch));
    }

    @Override
    public void toTarget(Permit permit, Frame frame) {
        send(permit, frame.copy());
    }

    @Override
    public void toTarget(Permit permit, ByteBuf bytes) {
        send(permit, taken(bytes));
    }

    private void send(Permit permit, byte[] bytes) {
        assertThat(permit.live()).as("the permit is live").isTrue();
        if (permit instanceof SessionPermit) {
            var text = new String(bytes, StandardCharsets.UTF_8);
            assertThat("DCSHX".indexOf(bytes[0]) >= 0 || text.contains("refused by countersign\0"))
                    .as("under the session's permit goes nothing that could do something: " + text)
                    .isTrue();
        }
        sent.add(new Sent(permit, Bytes.of(bytes)));
    }

    @Override
    public void toClient(Frame frame) {
        said.writeBytes(frame.copy());
    }

    @Override
    public void toClient(ByteBuf bytes) {
        said.writeBytes(taken(bytes));
    }

    private static byte[] taken(ByteBuf bytes) {
        var out = new byte[bytes.readableBytes()];
        bytes.readBytes(out);
        assertThat(bytes.release()).isTrue();
        return out;
    }

    @Override
    public void settle(ActionPermit permit, Outcome outcome) {
        var _ = permit.settle(outcome);
        outcomes.add(outcome);
    }

    @Override
    public void toClientSettled(Frame frame) {
        settledFrames++;
        toClient(frame);
    }

    @Override
    public void record(ActionId action, Seen what) {
        seen.add(what);
    }

    @Override
    public void wake(Conversation.Timer timer, Duration after) {
        wakes.add(after);
    }

    @Override
    public void cancelTarget() {
        cancels++;
    }

    @Override
    public void hangUp(String reason) {
        if (hungUp == null) {
            hungUp = reason;
        }
        ended = true;
    }

    @Override
    public ByteBufAllocator allocator() {
        return allocator;
    }
}
