package dev.countersign.postgres;

import dev.countersign.gate.CancelKey;
import dev.countersign.model.Refusal;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/// What the gateway says on its own, as bytes. The caller owns what it gets.
final class Messages {
    private Messages() {}

    // ---- to the client

    static ByteBuf authenticationOk(ByteBufAllocator allocator) {
        return message(allocator, 'R', out -> out.writeInt(0));
    }

    static ByteBuf authenticationCleartextPassword(ByteBufAllocator allocator) {
        return message(allocator, 'R', out -> out.writeInt(3));
    }

    static ByteBuf parameterStatus(ByteBufAllocator allocator, String name, String value) {
        return message(allocator, 'S', out -> {
            cstring(out, name);
            cstring(out, value);
        });
    }

    static ByteBuf backendKeyData(ByteBufAllocator allocator, CancelKey key) {
        return message(allocator, 'K', out -> {
            out.writeInt(key.id());
            out.writeBytes(key.secret().toArray());
        });
    }

    /// @param status I, T or E
    static ByteBuf readyForQuery(ByteBufAllocator allocator, char status) {
        return message(allocator, 'Z', out -> out.writeByte(status));
    }

    /// @param detail left out where empty
    /// @param hint left out where empty
    static ByteBuf error(
            ByteBufAllocator allocator, String severity, String code, String message, String detail, String hint) {
        return message(allocator, 'E', out -> fields(out, severity, code, message, detail, hint));
    }

    static ByteBuf refusal(ByteBufAllocator allocator, Refusal refusal) {
        return error(allocator, "ERROR", SqlState.of(refusal.reason()), refusal.message(), "", refusal.hint());
    }

    static ByteBuf notice(ByteBufAllocator allocator, String severity, String code, String message) {
        return message(allocator, 'N', out -> fields(out, severity, code, message, "", ""));
    }

    private static void fields(
            ByteBuf out, String severity, String code, String message, String detail, String hint) {
        field(out, 'S', severity);
        field(out, 'V', severity);
        field(out, 'C', code);
        field(out, 'M', message);
        field(out, 'D', detail);
        field(out, 'H', hint);
        out.writeByte(0);
    }

    private static void field(ByteBuf out, char kind, String value) {
        if (!value.isEmpty()) {
            out.writeByte(kind);
            cstring(out, value);
        }
    }

    // ---- to the target

    static ByteBuf query(ByteBufAllocator allocator, String sql) {
        return message(allocator, 'Q', out -> cstring(out, sql));
    }

    static ByteBuf parse(ByteBufAllocator allocator, String name, String sql, List<Long> types) {
        return message(allocator, 'P', out -> {
            cstring(out, name);
            cstring(out, sql);
            out.writeShort(types.size());
            types.forEach(type -> out.writeInt(type.intValue()));
        });
    }

    static ByteBuf describePortal(ByteBufAllocator allocator, String portal) {
        return message(allocator, 'D', out -> {
            out.writeByte('P');
            cstring(out, portal);
        });
    }

    static ByteBuf flush(ByteBufAllocator allocator) {
        return message(allocator, 'H', _ -> {});
    }

    static ByteBuf terminate(ByteBufAllocator allocator) {
        return message(allocator, 'X', _ -> {});
    }

    // ---- how they are made

    static ByteBuf message(ByteBufAllocator allocator, char tag, Consumer<ByteBuf> body) {
        var out = allocator.buffer(64);
        out.writeByte(tag);
        out.writeInt(0);
        body.accept(out);
        out.setInt(out.readerIndex() + 1, out.readableBytes() - 1);
        return out;
    }

    static void cstring(ByteBuf out, String text) {
        out.writeCharSequence(text.replace('\0', ' '), StandardCharsets.UTF_8);
        out.writeByte(0);
    }
}
