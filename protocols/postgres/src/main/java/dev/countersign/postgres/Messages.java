package dev.countersign.postgres;

import dev.countersign.gate.CancelKey;
import dev.countersign.model.Bytes;
import dev.countersign.model.Refusal;
import dev.countersign.model.Request;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// Writes what the gateway says on its own account, to either side (protocol page "Message
/// Formats"). Whoever calls owns the buffer. Names and statements with a zero byte inside are
/// refused here, because what stands behind it would be read as something else.
final class Messages {
    /// The version spoken with targets, and with clients that ask for nothing newer.
    static final int VERSION_3_0 = 3 << 16;

    /// The newest version spoken with clients.
    static final int VERSION_3_2 = 3 << 16 | 2;

    static final int CANCEL_REQUEST = 1234 << 16 | 5678;
    static final int SSL_REQUEST = 1234 << 16 | 5679;
    static final int GSSENC_REQUEST = 1234 << 16 | 5680;

    private static final int SMALL = 128;

    private Messages() {}

    // ---- to a client

    static ByteBuf authenticationOk(ByteBufAllocator allocator) {
        return end(begin(allocator, 'R').writeInt(0));
    }

    static ByteBuf cleartextPassword(ByteBufAllocator allocator) {
        return end(begin(allocator, 'R').writeInt(3));
    }

    /// Asks for a login by this mechanism, the only one in its list.
    static ByteBuf sasl(ByteBufAllocator allocator, String mechanism) {
        return end(cstring(begin(allocator, 'R').writeInt(10), mechanism).writeByte(0));
    }

    static ByteBuf saslContinue(ByteBufAllocator allocator, String data) {
        return end(
                begin(allocator, 'R')
                        .writeInt(11)
                        .writeBytes(data.getBytes(StandardCharsets.UTF_8)));
    }

    static ByteBuf saslFinal(ByteBufAllocator allocator, String data) {
        return end(
                begin(allocator, 'R')
                        .writeInt(12)
                        .writeBytes(data.getBytes(StandardCharsets.UTF_8)));
    }

    /// @param version the newest that is spoken, major and minor in one number as in a startup
    ///   packet
    /// @param unknown names of `_pq_.` parameters that are not known
    static ByteBuf negotiateProtocolVersion(
            ByteBufAllocator allocator, int version, List<String> unknown) {
        var out = begin(allocator, 'v').writeInt(version).writeInt(unknown.size());
        unknown.forEach(name -> cstring(out, name));
        return end(out);
    }

    static ByteBuf parameterStatus(ByteBufAllocator allocator, String name, String value) {
        return end(cstring(cstring(begin(allocator, 'S'), name), value));
    }

    static ByteBuf backendKeyData(ByteBufAllocator allocator, CancelKey key) {
        return end(begin(allocator, 'K').writeInt(key.id()).writeBytes(key.secret().view()));
    }

    /// @param status I, T or E
    static ByteBuf readyForQuery(ByteBufAllocator allocator, char status) {
        return end(begin(allocator, 'Z').writeByte(status));
    }

    /// @param severity `ERROR`, `FATAL`
    /// @param detail left out where empty
    /// @param hint left out where empty
    static ByteBuf error(
            ByteBufAllocator allocator,
            String severity,
            String code,
            String message,
            String detail,
            String hint) {
        return end(fields(begin(allocator, 'E'), severity, code, message, detail, hint));
    }

    /// @param severity `NOTICE`, `WARNING`
    static ByteBuf notice(
            ByteBufAllocator allocator, String severity, String code, String message) {
        return end(fields(begin(allocator, 'N'), severity, code, message, "", ""));
    }

    /// An ErrorResponse or NoticeResponse of these very fields.
    ///
    /// @param tag `E` or `N`
    static ByteBuf report(ByteBufAllocator allocator, char tag, List<Fields.Field> fields) {
        var out = begin(allocator, tag);
        fields.forEach(field -> cstring(out.writeByte(field.kind()), field.text()));
        return end(out.writeByte(0));
    }

    static ByteBuf notification(
            ByteBufAllocator allocator, int process, String channel, String payload) {
        return end(cstring(cstring(begin(allocator, 'A').writeInt(process), channel), payload));
    }

    static ByteBuf refusal(ByteBufAllocator allocator, Refusal refusal) {
        return error(
                allocator,
                "ERROR",
                SqlState.of(refusal.reason()),
                refusal.message(),
                refusal.detail(),
                refusal.hint());
    }

    // ---- to a target

    static ByteBuf sslRequest(ByteBufAllocator allocator) {
        return allocator.buffer(8).writeInt(8).writeInt(SSL_REQUEST);
    }

    /// @param secret 4 to 256 bytes
    static Bytes cancelRequest(int process, Bytes secret) {
        var out = ByteBuffer.allocate(12 + secret.length());
        out.putInt(12 + secret.length()).putInt(CANCEL_REQUEST).putInt(process).put(secret.view());
        return Bytes.owned(out.array());
    }

    /// The process that a CancelRequest names.
    static int process(Bytes cancelRequest) {
        return ByteBuffer.wrap(cancelRequest.toArray()).getInt(8);
    }

    static ByteBuf startup(
            ByteBufAllocator allocator, int version, Map<String, String> parameters) {
        var out = allocator.buffer(SMALL).writeInt(0).writeInt(version);
        parameters.forEach((name, value) -> cstring(cstring(out, name), value));
        out.writeByte(0);
        return out.setInt(out.readerIndex(), out.readableBytes());
    }

    static ByteBuf saslInitialResponse(ByteBufAllocator allocator, String mechanism, String first) {
        var bytes = first.getBytes(StandardCharsets.UTF_8);
        return end(
                cstring(begin(allocator, 'p'), mechanism).writeInt(bytes.length).writeBytes(bytes));
    }

    static ByteBuf saslResponse(ByteBufAllocator allocator, String data) {
        return end(begin(allocator, 'p').writeBytes(data.getBytes(StandardCharsets.UTF_8)));
    }

    static ByteBuf query(ByteBufAllocator allocator, String sql) {
        return end(cstring(begin(allocator, 'Q'), sql));
    }

    /// @param types oids of the parameters, 0 where left to the server
    static ByteBuf parse(ByteBufAllocator allocator, String name, String sql, List<Long> types) {
        var out = cstring(cstring(begin(allocator, 'P'), name), sql).writeShort(types.size());
        types.forEach(type -> out.writeInt(type.intValue()));
        return end(out);
    }

    /// @param parameters values and their formats; every result comes in text
    static ByteBuf bind(
            ByteBufAllocator allocator,
            String portal,
            String statement,
            List<Request.Parameter> parameters) {
        var out = cstring(cstring(begin(allocator, 'B'), portal), statement);
        out.writeShort(parameters.size());
        parameters.forEach(parameter -> out.writeShort(parameter.format()));
        out.writeShort(parameters.size());
        for (var parameter : parameters) {
            var value = parameter.value();
            if (value == null) {
                out.writeInt(-1);
            } else {
                out.writeInt(value.length()).writeBytes(value.view());
            }
        }
        return end(out.writeShort(0));
    }

    static ByteBuf execute(ByteBufAllocator allocator, String portal) {
        return end(cstring(begin(allocator, 'E'), portal).writeInt(0));
    }

    static ByteBuf closeStatement(ByteBufAllocator allocator, String name) {
        return end(cstring(begin(allocator, 'C').writeByte('S'), name));
    }

    static ByteBuf closePortal(ByteBufAllocator allocator, String name) {
        return end(cstring(begin(allocator, 'C').writeByte('P'), name));
    }

    static ByteBuf describeStatement(ByteBufAllocator allocator, String name) {
        return end(cstring(begin(allocator, 'D').writeByte('S'), name));
    }

    static ByteBuf describePortal(ByteBufAllocator allocator, String name) {
        return end(cstring(begin(allocator, 'D').writeByte('P'), name));
    }

    static ByteBuf copyDone(ByteBufAllocator allocator) {
        return end(begin(allocator, 'c'));
    }

    static ByteBuf sync(ByteBufAllocator allocator) {
        return end(begin(allocator, 'S'));
    }

    static ByteBuf flush(ByteBufAllocator allocator) {
        return end(begin(allocator, 'H'));
    }

    static ByteBuf terminate(ByteBufAllocator allocator) {
        return end(begin(allocator, 'X'));
    }

    // ---- the parts

    private static ByteBuf begin(ByteBufAllocator allocator, char tag) {
        return allocator.buffer(SMALL).writeByte(tag).writeInt(0);
    }

    private static ByteBuf end(ByteBuf out) {
        return out.setInt(out.readerIndex() + 1, out.readableBytes() - 1);
    }

    private static ByteBuf fields(
            ByteBuf out, String severity, String code, String message, String detail, String hint) {
        field(out, 'S', severity);
        field(out, 'V', severity);
        field(out, 'C', code);
        field(out, 'M', message);
        if (!detail.isEmpty()) {
            field(out, 'D', detail);
        }
        if (!hint.isEmpty()) {
            field(out, 'H', hint);
        }
        return out.writeByte(0);
    }

    /// Prose may quote a name that somebody chose: a zero byte in it becomes a blank.
    private static void field(ByteBuf out, char kind, String text) {
        cstring(out.writeByte(kind), text.replace('\0', ' '));
    }

    private static ByteBuf cstring(ByteBuf out, String text) {
        if (text.indexOf('\0') >= 0) {
            out.release();
            throw new IllegalArgumentException("a zero byte inside a string");
        }
        out.writeCharSequence(text, StandardCharsets.UTF_8);
        return out.writeByte(0);
    }
}
