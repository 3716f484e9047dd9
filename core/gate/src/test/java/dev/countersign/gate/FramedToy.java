package dev.countersign.gate;

import dev.countersign.model.ActionId;
import dev.countersign.model.Bytes;
import dev.countersign.model.Outcome;
import dev.countersign.model.Refusal;
import dev.countersign.model.Request;
import dev.countersign.model.Seen;
import dev.countersign.model.Target;
import dev.countersign.model.Work;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A framed protocol of lines. The client says `hello TOKEN`, is told `welcome KEY`, and then sends
/// lines, each of which is an action and is answered by one line of the target, in order. `cancel
/// KEY` as the first line cancels. A line that begins with a zero byte is malformed. `boom` makes
/// the conversation throw, and `dead` makes it send its line once more when it is settled. `bye`
/// ends the session.
public final class FramedToy implements Framed {
    /// Bytes of a line.
    public static final int MAX_LINE = 1 << 20;

    private final Leg leg;

    public FramedToy(Leg leg) {
        this.leg = leg;
    }

    /// Its settings are where its target is.
    public record Settings(Leg leg) implements TargetSettings {
        @Override
        public Target target() {
            return Toys.TARGET;
        }

        @Override
        public String secret() {
            return "env:TOY";
        }

        @Override
        public List<String> notServed() {
            return List.of();
        }
    }

    public Settings target() {
        return new Settings(leg);
    }

    @Override
    public String id() {
        return "toy";
    }

    @Override
    public Class<? extends TargetSettings> settings() {
        return Settings.class;
    }

    @Override
    public Analyst analyst(TargetSettings target, Supplier<char[]> secret) {
        return Toys.ANALYST;
    }

    private static final class Lines implements Framing {
        @Override
        public long peek(ByteBuf in, int at, int available) throws MalformedFrame {
            if (available > 0 && in.getByte(at) == 0) {
                throw new MalformedFrame("a line that begins with a zero byte");
            }
            int length = in.bytesBefore(at, available, (byte) '\n');
            if (length > MAX_LINE || (length < 0 && available > MAX_LINE)) {
                throw new MalformedFrame("a line of more than " + MAX_LINE + " bytes");
            }
            return length < 0 ? INCOMPLETE : Framing.header(in.getByte(at), length + 1);
        }

        @Override
        public boolean pieces(int tag) {
            return false;
        }
    }

    private static String text(Frame frame) {
        return new String(frame.copy(), StandardCharsets.UTF_8).strip();
    }

    private static ByteBuf line(String text) {
        return Unpooled.copiedBuffer(text + "\n", StandardCharsets.UTF_8);
    }

    private static CancelKey key(String id, String secret) throws MalformedFrame {
        try {
            return new CancelKey(
                    Integer.parseInt(id), Bytes.of(java.util.HexFormat.of().parseHex(secret)));
        } catch (IllegalArgumentException _) {
            throw new MalformedFrame("no cancel key");
        }
    }

    @Override
    public Greeting greeter() {
        return new Greeting() {
            @Override
            public Framing framing() {
                return new Lines();
            }

            @Override
            public void fromClient(Frame frame, Greeting.Effects out) throws MalformedFrame {
                var words = text(frame).split(" ", -1);
                switch (words[0] + " " + words.length) {
                    case "hello 2" ->
                            out.identify(
                                    new Claim.Shown(new Token(words[1])),
                                    new Wanted("toy", Map.of(), Work.NONE, "1", 8));
                    case "tls 1" -> out.startTls(line("go"));
                    case "cancel 3" -> out.cancel(key(words[1], words[2]));
                    default -> throw new MalformedFrame("no greeting");
                }
            }

            @Override
            public void secured(String version, Greeting.Effects out) {
                // goes on as it was
            }

            @Override
            public void turnedAway(Reception.Why why, String message, Greeting.Effects out) {
                out.toClient(line("away " + why));
                out.hangUp("turned-away");
            }

            @Override
            public void malformed(String why, Greeting.Effects out) {
                out.toClient(line("malformed"));
                out.hangUp("malformed");
            }
        };
    }

    @Override
    public Dialer dialer(TargetSettings target, Supplier<char[]> secret, Terms terms) {
        return new OneLine("login " + new String(secret.get()), leg.tls());
    }

    @Override
    public Dialer canceller(TargetSettings target, Ready login) {
        return new OneLine("cancel", leg.tls());
    }

    /// Says one line and waits for one; behind TLS if it is asked to.
    private record OneLine(String says, Leg.Tls tls) implements Dialer {
        @Override
        public Framing framing() {
            return new Lines();
        }

        @Override
        public void begin(Dialer.Effects out) {
            out.toTarget(line(tls == Leg.Tls.VERIFY_FULL ? "tls" : says));
        }

        @Override
        public void fromTarget(Frame frame, Dialer.Effects out) {
            switch (text(frame)) {
                case "ok" -> out.ready(new Ready(Map.of(), Bytes.EMPTY));
                case "go" -> out.startTls();
                default -> out.failed("the target says no");
            }
        }

        @Override
        public void secured(Dialer.Effects out) {
            out.toTarget(line(says));
        }

        @Override
        public void derived(Bytes key, Dialer.Effects out) {
            throw new IllegalStateException("no key was asked for");
        }
    }

    @Override
    public Conversation conversation(Opening opening) {
        return new Talk(opening);
    }

    private static final class Talk implements Conversation {
        private final Opening opening;
        private final List<Asked> gathered = new ArrayList<>();
        private final Map<ActionId, byte[]> lines = new HashMap<>();
        private final Deque<ActionPermit> running = new ArrayDeque<>();
        private int asking;
        private boolean leaving;
        private @Nullable Hold held;

        Talk(Opening opening) {
            this.opening = opening;
        }

        @Override
        public Framing clientFraming() {
            return new Lines();
        }

        @Override
        public Framing targetFraming() {
            return new Lines();
        }

        @Override
        public void begin(Conversation.Effects out) {
            var key = opening.cancelKey();
            out.toClient(
                    line(
                            "welcome "
                                    + key.id()
                                    + " "
                                    + java.util.HexFormat.of().formatHex(key.secret().toArray())));
        }

        @Override
        public boolean listening() {
            return asking == 0;
        }

        @Override
        public void fromClient(Frame frame, Conversation.Effects out) {
            var bytes = frame.copy();
            if (text(frame).equals("boom")) {
                throw new IllegalStateException("boom");
            }
            if (text(frame).equals("bye")) {
                out.hangUp("terminated");
                return;
            }
            var asked = new Asked(ActionId.fresh(), Request.of(Bytes.of(bytes)));
            lines.put(asked.id(), bytes);
            gathered.add(asked);
        }

        @Override
        public void drained(Conversation.Effects out) {
            if (asking == 0 && !gathered.isEmpty()) {
                var batch = List.copyOf(gathered);
                gathered.clear();
                asking = batch.size();
                out.ask(batch);
            }
        }

        @Override
        public void fromTarget(Frame frame, Conversation.Effects out) throws MalformedFrame {
            var permit = running.poll();
            if (permit == null) {
                throw new MalformedFrame("an answer to nothing");
            }
            out.record(permit.action().id(), new Seen.Text("answer", text(frame)));
            out.settle(
                    permit,
                    new Outcome(
                            Outcome.Status.OK, "", 1, frame.size(), null, Map.of(), Duration.ZERO));
            out.toClientSettled(frame);
            if (text(frame).equals("did dead")) {
                out.toTarget(permit, line("dead"));
            }
            leaveAtRest(out);
        }

        @Override
        public void admitted(ActionPermit permit, Conversation.Effects out) {
            asking--;
            running.add(permit);
            out.toTarget(
                    permit,
                    Unpooled.wrappedBuffer(lines.getOrDefault(permit.action().id(), new byte[0])));
        }

        @Override
        public void held(Hold hold, Conversation.Effects out) {
            held = hold;
            out.toClient(line("held for " + hold.panels()));
            out.wake(Timer.END_OF_HOLD, hold.most());
        }

        @Override
        public void refused(ActionId action, Refusal refusal, Conversation.Effects out) {
            asking--;
            out.toClient(line("no " + refusal.reason()));
            leaveAtRest(out);
        }

        @Override
        public void notReached(ActionId action, Conversation.Effects out) {
            asking--;
            out.toClient(line("not reached"));
        }

        @Override
        public void cancel(Conversation.Effects out) {
            if (held != null) {
                held.withdraw();
            }
            out.cancelTarget();
        }

        @Override
        public void due(Timer timer, Conversation.Effects out) {
            if (timer == Timer.END_OF_HOLD && held != null) {
                held.over();
            }
        }

        @Override
        public void clientGone(Conversation.Effects out) {
            out.cancelTarget();
            out.hangUp("client-gone");
        }

        @Override
        public void targetGone(Conversation.Effects out) {
            out.toClient(line("target gone"));
            out.hangUp("target-lost");
        }

        @Override
        public void malformed(Side side, String why, Conversation.Effects out) {
            out.toClient(line("malformed"));
            out.hangUp("malformed");
        }

        @Override
        public void shutdown(Conversation.Effects out) {
            leaving = true;
            leaveAtRest(out);
        }

        @Override
        public void ended(Ending why, Conversation.Effects out) {
            if (!running.isEmpty()) {
                out.cancelTarget();
            }
            out.toClient(line(why.reason()));
            out.hangUp(why.reason());
        }

        private void leaveAtRest(Conversation.Effects out) {
            if (leaving && running.isEmpty() && asking == 0) {
                out.hangUp("shutdown");
            }
        }
    }
}
