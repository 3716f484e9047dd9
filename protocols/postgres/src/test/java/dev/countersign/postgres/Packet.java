package dev.countersign.postgres;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Messages made by hand, byte by byte, independently of [Messages].
final class Packet {
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final int tag;

    private Packet(int tag) {
        this.tag = tag;
    }

    /// A message with a tag.
    static Packet of(char tag) {
        return new Packet(tag);
    }

    /// A first packet: no tag.
    static Packet first(int code) {
        return new Packet(-1).int32(code);
    }

    Packet int8(int value) {
        body.write(value);
        return this;
    }

    Packet int16(int value) {
        return int8(value >>> 8).int8(value);
    }

    Packet int32(int value) {
        return int16(value >>> 16).int16(value);
    }

    Packet text(String text) {
        body.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    Packet cstring(String text) {
        return text(text).int8(0);
    }

    Packet raw(byte[] bytes) {
        body.writeBytes(bytes);
        return this;
    }

    byte[] bytes() {
        return bytes(body.size() + 4);
    }

    /// With a length that may be a lie.
    byte[] bytes(int length) {
        int tagged = tag < 0 ? 0 : 1;
        var out = ByteBuffer.allocate(tagged + 4 + body.size());
        if (tagged > 0) {
            out.put((byte) tag);
        }
        return out.putInt(length).put(body.toByteArray()).array();
    }

    // ---- what clients say

    static byte[] startup(int code, String... namesAndValues) {
        var packet = first(code);
        for (var text : namesAndValues) {
            packet.cstring(text);
        }
        return packet.int8(0).bytes();
    }

    static byte[] query(String sql) {
        return of('Q').cstring(sql).bytes();
    }

    static byte[] parse(String name, String sql) {
        return of('P').cstring(name).cstring(sql).int16(0).bytes();
    }

    /// All results in text.
    static byte[] bind(String portal, String statement) {
        return bind(portal, statement, 0);
    }

    static byte[] bind(String portal, String statement, int resultFormat) {
        return of('B').cstring(portal)
                .cstring(statement)
                .int16(0)
                .int16(0)
                .int16(1)
                .int16(resultFormat)
                .bytes();
    }

    static byte[] describe(char what, String name) {
        return of('D').int8(what).cstring(name).bytes();
    }

    static byte[] close(char what, String name) {
        return of('C').int8(what).cstring(name).bytes();
    }

    static byte[] execute(String portal, int rows) {
        return of('E').cstring(portal).int32(rows).bytes();
    }

    static byte[] sync() {
        return of('S').bytes();
    }

    static byte[] flush() {
        return of('H').bytes();
    }

    static byte[] terminate() {
        return of('X').bytes();
    }

    // ---- what targets say

    /// @param table oid, 0 where the origin is lost
    record Column(String name, int table, int attribute, int type) {}

    static byte[] rowDescription(Column... columns) {
        return rowDescription(0, List.of(columns));
    }

    static byte[] rowDescription(int format, List<Column> columns) {
        var packet = of('T').int16(columns.size());
        for (var column : columns) {
            packet.cstring(column.name())
                    .int32(column.table())
                    .int16(column.attribute())
                    .int32(column.type())
                    .int16(-1)
                    .int32(-1)
                    .int16(format);
        }
        return packet.bytes();
    }

    static byte[] row(@Nullable String... cells) {
        var packet = of('D').int16(cells.length);
        for (var cell : cells) {
            if (cell == null) {
                packet.int32(-1);
            } else {
                var bytes = cell.getBytes(StandardCharsets.UTF_8);
                packet.int32(bytes.length).raw(bytes);
            }
        }
        return packet.bytes();
    }

    static byte[] complete(String tag) {
        return of('C').cstring(tag).bytes();
    }

    static byte[] ready(char status) {
        return of('Z').int8(status).bytes();
    }

    static byte[] error(String code, String message) {
        return report('E', "ERROR", code, message);
    }

    static byte[] report(char tag, String severity, String code, String message) {
        return of(tag).int8('S')
                .cstring(severity)
                .int8('V')
                .cstring(severity)
                .int8('C')
                .cstring(code)
                .int8('M')
                .cstring(message)
                .int8(0)
                .bytes();
    }

    static byte[] parameterStatus(String name, String value) {
        return of('S').cstring(name).cstring(value).bytes();
    }

    static byte[] empty(char tag) {
        return of(tag).bytes();
    }

    static byte[] all(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        Arrays.stream(parts).forEach(out::writeBytes);
        return out.toByteArray();
    }
}
