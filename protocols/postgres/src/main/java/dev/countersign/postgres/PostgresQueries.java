package dev.countersign.postgres;

import dev.countersign.gate.Dialer;
import dev.countersign.gate.Frame;
import dev.countersign.gate.Framing;
import dev.countersign.gate.Leg;
import dev.countersign.gate.MalformedFrame;
import dev.countersign.gate.Ready;
import dev.countersign.model.Request;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A connection of the gateway's own to a target, for the few queries that it asks for itself (its
/// catalogue). It blocks: use it on a virtual thread, one thread at a time. What the target answers
/// is bounded in rows, bytes and time, and after anything but a [QueryFailed] the connection is
/// closed.
final class PostgresQueries implements AutoCloseable {
    /// Rows of one answer.
    static final int MAX_ROWS = 1_000_000;

    /// Bytes of one answer, headers included.
    static final int MAX_BYTES = 64 << 20;

    /// Bytes of one row.
    static final int MAX_ROW = 4 << 20;

    private static final Framing FRAMING = new Held(PostgresFraming.target());

    private final BlockingChannel channel;
    private final Duration limit;
    private final Ready ready;

    private PostgresQueries(BlockingChannel channel, Duration limit, Ready ready) {
        this.channel = channel;
        this.limit = limit;
        this.ready = ready;
    }

    /// Connects and lets `dialer` log in.
    ///
    /// @param limit time for the whole login, and again for each query
    /// @throws IOException if the target cannot be reached, is not who it should be, or does not
    ///   let the gateway in
    static PostgresQueries connect(Leg leg, Dialer dialer, Duration limit) throws IOException {
        var channel = new BlockingChannel(leg);
        try {
            var ready =
                    channel.within(
                            limit,
                            () -> {
                                channel.connect(limit);
                                return new BlockingLogin(channel, dialer).run();
                            });
            return new PostgresQueries(channel, limit, ready);
        } catch (QueryFailed e) {
            throw new IllegalStateException("a login asks no query", e);
        }
    }

    /// What the target reported at login: `server_version` and the like.
    Ready ready() {
        return ready;
    }

    /// The rows of one statement, each value in its text form, null for NULL.
    ///
    /// @param sql one statement
    /// @throws QueryFailed if the target answers with an error; the connection can still be used,
    ///   unless the target closes it
    /// @throws IOException if the connection is lost, the answer above its bounds or no legal one:
    ///   it is closed
    List<List<@Nullable String>> rows(String sql) throws IOException, QueryFailed {
        return channel.within(
                limit,
                () -> {
                    channel.write(Messages.query(UnpooledByteBufAllocator.DEFAULT, sql));
                    return new Rows().read();
                });
    }

    /// The rows of one statement with parameters, likewise.
    ///
    /// @param parameters their types, formats and values as a client gave them
    List<List<@Nullable String>> rows(String sql, List<Request.Parameter> parameters)
            throws IOException, QueryFailed {
        if (parameters.isEmpty()) {
            return rows(sql);
        }
        var to = UnpooledByteBufAllocator.DEFAULT;
        var types = parameters.stream().map(Request.Parameter::type).toList();
        return channel.within(
                limit,
                () -> {
                    channel.write(Messages.parse(to, "", sql, types));
                    channel.write(Messages.bind(to, "", "", parameters));
                    channel.write(Messages.describePortal(to, ""));
                    channel.write(Messages.execute(to, ""));
                    channel.write(Messages.sync(to));
                    return new Rows().read();
                });
    }

    /// The answer to one statement, up to its ReadyForQuery.
    private final class Rows {
        private final List<List<@Nullable String>> rows = new ArrayList<>();
        private int columns = -1;
        private long bytes;
        private @Nullable QueryFailed failed;

        List<List<@Nullable String>> read() throws IOException, MalformedFrame, QueryFailed {
            while (true) {
                var frame = next();
                bytes += frame.length();
                if (bytes > MAX_BYTES) {
                    throw new MalformedFrame("an answer of more than " + MAX_BYTES + " bytes");
                }
                if (take(frame)) {
                    if (failed != null) {
                        throw failed;
                    }
                    return rows;
                }
            }
        }

        private Frame next() throws IOException, MalformedFrame, QueryFailed {
            try {
                return channel.read(FRAMING);
            } catch (EOFException e) {
                if (failed != null) {
                    channel.close(); // a FATAL error: there is no ReadyForQuery after it
                    throw failed;
                }
                throw e;
            }
        }

        /// Whether this was the last.
        private boolean take(Frame frame) throws MalformedFrame {
            switch (frame.tag()) {
                case 'T' -> describe(frame);
                case 'D' -> row(frame);
                case 'E' -> failed = new QueryFailed(Fields.read(frame).code());
                case 'C', 'I', 'N', 'S', '1', '2' -> {
                    // says nothing that the gateway asked for
                }
                case 'Z' -> {
                    return true;
                }
                default ->
                        throw new MalformedFrame(
                                "a message '" + (char) frame.tag() + "' where none belongs");
            }
            return false;
        }

        private void describe(Frame frame) throws MalformedFrame {
            if (columns >= 0) {
                throw new MalformedFrame("a second answer to one statement");
            }
            columns = new Body(frame).int16();
        }

        private void row(Frame frame) throws MalformedFrame {
            var in = new Body(frame);
            if (in.int16() != columns) {
                throw new MalformedFrame("a row that does not have the columns described");
            }
            if (rows.size() == MAX_ROWS) {
                throw new MalformedFrame("an answer of more than " + MAX_ROWS + " rows");
            }
            var row = new ArrayList<@Nullable String>(columns);
            for (int column = 0; column < columns; column++) {
                int length = in.int32();
                row.add(
                        length == -1
                                ? null
                                : new String(in.bytes(length).toArray(), StandardCharsets.UTF_8));
            }
            in.done();
            rows.add(Collections.unmodifiableList(row));
        }
    }

    /// No message is held that is longer than a row may be.
    private record Held(Framing framing) implements Framing {
        @Override
        public long peek(ByteBuf in, int at, int available) throws MalformedFrame {
            long header = framing.peek(in, at, available);
            if (header != INCOMPLETE && Framing.length(header) > MAX_ROW) {
                throw new MalformedFrame("a message of more than " + MAX_ROW + " bytes");
            }
            return header;
        }

        @Override
        public boolean pieces(int tag) {
            return false;
        }
    }

    /// Ends the connection.
    @Override
    public void close() {
        channel.close();
    }
}
