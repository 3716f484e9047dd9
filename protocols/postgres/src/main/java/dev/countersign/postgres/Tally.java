package dev.countersign.postgres;

import dev.countersign.gate.ActionPermit;
import dev.countersign.gate.Frame;
import dev.countersign.gate.MalformedFrame;
import dev.countersign.model.Bytes;
import dev.countersign.model.Hash;
import dev.countersign.model.Outcome;
import dev.countersign.model.Seen;
import io.netty.buffer.ByteBuf;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What came of one action so far: rows, bytes, masks, a digest over all rows as the client was
/// sent them, and the first of them for the recording.
final class Tally {
    final ActionPermit permit;
    final Map<String, Long> masked = new HashMap<>();

    private Map<String, Long> told = Map.of();
    private final RowDigest digest;
    private final int maxRecordedRows;
    private final int maxRecordedBytes;
    private final List<Seen.Row> recorded = new ArrayList<>();
    private List<String> columns = List.of();
    private int recordedBytes;
    private @Nullable Hash response;
    private int results;
    private boolean copied;
    private @Nullable MessageDigest stream;
    private long rows;
    private long changed;
    private long bytes;
    private Outcome.Status status = Outcome.Status.OK;
    private String code = "";

    /// A refusal of ours that takes the place of the rest of the answer.
    boolean cut;

    /// Rows that it may change, where what is told of its end is held back until somebody has
    /// counted them; less than zero where nobody does.
    private long most = -1;

    /// More rows came than it may change.
    private boolean more;

    private byte @Nullable [] heldBack;

    /// It waits for the ReadyForQuery that makes its outcome certain, or is past that.
    boolean answered;

    Tally(ActionPermit permit, RowDigest digest, int maxRecordedRows, int maxRecordedBytes) {
        this.permit = permit;
        this.digest = digest;
        this.maxRecordedRows = maxRecordedRows;
        this.maxRecordedBytes = maxRecordedBytes;
    }

    /// What is told of its end waits from now on, and no more than so many rows are passed on.
    void holdBack(long rows) {
        most = rows;
    }

    boolean heldBack() {
        return most >= 0;
    }

    void holdBack(Frame frame) {
        heldBack = frame.copy();
    }

    /// What was held back, once.
    byte @Nullable [] release() {
        var told = heldBack;
        heldBack = null;
        return told;
    }

    /// Whether a row, or a piece of one, is not passed on any more, because each tells of a change.
    boolean beyond(boolean first) {
        more |= first && most >= 0 && rows >= most;
        return more;
    }

    boolean more() {
        return more;
    }

    void columns(Shape shape) {
        columns = shape.names();
    }

    /// Cells that were masked since the last time this was asked: `pii.ssn 4, EMAIL 1`.
    String newlyMasked() {
        if (masked.isEmpty()) {
            return "";
        }
        var out = new StringJoiner(", ");
        new TreeMap<>(masked)
                .forEach((rule, cells) -> {
                    long more = cells - told.getOrDefault(rule, 0L);
                    if (more > 0) {
                        out.add(rule + " " + more);
                    }
                });
        told = Map.copyOf(masked);
        return out.toString();
    }

    /// Statements of it that have come to their end.
    int results() {
        return results;
    }

    long rows() {
        return rows;
    }

    long bytes() {
        return bytes;
    }

    /// Rows that the tags of its commands say it changed.
    long changed() {
        return changed;
    }

    /// A whole DataRow as the client is sent it, or a piece of one.
    void row(ByteBuf in, int start, int end, boolean first, boolean last) {
        if (first) {
            rows++;
        }
        bytes += end - start;
        digest.add(this, in, start, end);
        if (first
                && last
                && recorded.size() < maxRecordedRows
                && recordedBytes + end - start <= maxRecordedBytes) {
            recordedBytes += end - start;
            recorded.add(cells(in, start + 5, end));
        }
    }

    /// Lines of a copy come, of which nobody tells the columns.
    void copies() {
        copied = true;
        columns = List.of("copy");
    }

    /// A whole CopyData as the client is sent it, or a piece of one.
    void copied(ByteBuf in, int start, int end, boolean first, boolean last) {
        rows += first ? 1 : 0;
        bytes += end - start;
        digest.add(this, in, start, end);
        if (first
                && last
                && recorded.size() < maxRecordedRows
                && recordedBytes + end - start <= maxRecordedBytes) {
            recordedBytes += end - start;
            int body = start + PostgresFraming.HEADER;
            boolean line = end > body && in.getByte(end - 1) == '\n';
            var value = new byte[end - body - (line ? 1 : 0)];
            in.getBytes(body, value);
            recorded.add(new Seen.Row(List.of(new Seen.Cell(Bytes.owned(value)))));
        }
    }

    /// What a FunctionCall gave, as the client is sent it, or a piece of it.
    void called(Frame frame) throws MalformedFrame {
        var in = frame.buffer();
        rows += frame.first() ? 1 : 0;
        bytes += frame.size();
        digest.add(this, in, frame.start(), frame.end());
        if (frame.first() && frame.last()) {
            var body = new Body(frame);
            int length = body.int32();
            var value = length == -1 ? null : body.bytes(length);
            body.done();
            if (frame.size() <= maxRecordedBytes) {
                columns = List.of("result");
                recorded.add(new Seen.Row(List.of(new Seen.Cell(value))));
            }
        }
    }

    /// Whether something that the client sends behind a command went to the target.
    boolean hasStreamed() {
        return stream != null;
    }

    /// What the client sends behind a command, as the target is sent it.
    void streamed(ByteBuf in, int from, int to) {
        if (stream == null) {
            stream = Hash.digest();
        }
        stream.update(in.nioBuffer(from, to - from));
    }

    void row(Frame frame) {
        row(frame.buffer(), frame.start(), frame.end(), frame.first(), frame.last());
    }

    /// A command ended; its tag tells the rows that it changed.
    void complete(String tag) {
        results += tag.isEmpty() ? 0 : 1;
        int blank = tag.lastIndexOf(' ');
        var number = tag.substring(blank + 1);
        if (blank > 0
                && !copied
                && !tag.startsWith("SELECT")
                && !tag.startsWith("FETCH")
                && number.length() <= 18
                && number.chars().allMatch(c -> c >= '0' && c <= '9')) {
            changed += Long.parseLong(number);
        }
    }

    void failed(Outcome.Status how, String why) {
        status = how;
        code = why;
    }

    boolean ok() {
        return status == Outcome.Status.OK;
    }

    /// The rows so far, for the recording; empty afterwards.
    Seen.@Nullable Table seen() {
        if (columns.isEmpty() && recorded.isEmpty()) {
            return null;
        }
        var table = new Seen.Table(columns, recorded);
        columns = List.of();
        recorded.clear();
        return table;
    }

    /// Told by the digest when all rows were seen.
    void response(Hash digest) {
        response = digest;
    }

    Outcome outcome() {
        digest.end();
        var sent = stream;
        return new Outcome(
                status,
                code,
                rows + changed,
                bytes,
                response,
                sent == null ? null : Hash.of(sent.digest()),
                masked,
                Duration.ZERO);
    }

    private static Seen.Row cells(ByteBuf in, int body, int end) {
        int count = in.getUnsignedShort(body);
        var cells = new ArrayList<Seen.Cell>(count);
        int at = body + 2;
        for (int i = 0; i < count && at + 4 <= end; i++) {
            int length = in.getInt(at);
            at += 4;
            if (length < 0) {
                cells.add(new Seen.Cell(null));
            } else if (length <= end - at) {
                var value = new byte[length];
                in.getBytes(at, value);
                cells.add(new Seen.Cell(Bytes.owned(value)));
                at += length;
            } else {
                break; // the client's driver will complain of it; the recording shows what was
                // whole
            }
        }
        return new Seen.Row(cells);
    }
}
