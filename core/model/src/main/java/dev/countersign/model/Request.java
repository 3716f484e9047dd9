package dev.countersign.model;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Exactly what a client asked for, and everything in its session that decides what that means.
/// Nothing of it is understood yet.
///
/// @param command the exact bytes: statement, request line and body, command line
/// @param parameters bound to it, in order
/// @param resultFormats how the answer was asked for; protocol-defined numbers
/// @param names what each name in it stands for (EXECUTE, Bind, FETCH): text, types and values
/// @param settings every setting that differs from the session's start
/// @param temporaryObjects whether the session owns temporary objects, which may shadow others
/// @param stream what the client sends behind it; null where nothing was held back
/// @param prepare only prepared by this, not run
/// @param inTransaction a transaction is open, or something was forwarded since the last point of
///   rest
/// @param ownWrites the open transaction has changed something that only it can see
/// @param said what the client says of it, beside it: no part of what it means
public record Request(
        Bytes command,
        List<Parameter> parameters,
        List<Integer> resultFormats,
        List<Named> names,
        Map<String, String> settings,
        boolean temporaryObjects,
        @Nullable Spooled stream,
        boolean prepare,
        boolean inTransaction,
        boolean ownWrites,
        Work said) {

    public Request {
        parameters = List.copyOf(parameters);
        resultFormats = List.copyOf(resultFormats);
        names = List.copyOf(names);
        settings = Map.copyOf(settings);
    }

    /// One of which the client says nothing.
    public Request(
            Bytes command,
            List<Parameter> parameters,
            List<Integer> resultFormats,
            List<Named> names,
            Map<String, String> settings,
            boolean temporaryObjects,
            @Nullable Spooled stream,
            boolean prepare,
            boolean inTransaction,
            boolean ownWrites) {
        this(
                command,
                parameters,
                resultFormats,
                names,
                settings,
                temporaryObjects,
                stream,
                prepare,
                inTransaction,
                ownWrites,
                Work.NONE);
    }

    /// A request that is nothing but its bytes.
    public static Request of(Bytes command) {
        return new Request(
                command, List.of(), List.of(), List.of(), Map.of(), false, null, false, false,
                false);
    }

    /// Bytes of its text, its values, and the texts of what its names stand for.
    public long size() {
        long size = command.length();
        for (var parameter : parameters) {
            var value = parameter.value();
            size += value == null ? 0 : value.length();
        }
        for (var named : names) {
            size += named.text().length();
        }
        return stream == null ? size : size + stream.content().length();
    }

    /// The same in a transaction that has changed something by now.
    public Request behindWrites() {
        return new Request(
                command,
                parameters,
                resultFormats,
                names,
                settings,
                temporaryObjects,
                stream,
                prepare,
                inTransaction,
                true,
                said);
    }

    /// The same with what the client sends behind it.
    public Request with(Spooled content) {
        return new Request(
                command,
                parameters,
                resultFormats,
                names,
                settings,
                temporaryObjects,
                content,
                prepare,
                inTransaction,
                ownWrites,
                said);
    }

    /// @param type as the client declared it, 0 where it left that to the target
    /// @param format 0 text, 1 binary
    /// @param value null for SQL's NULL
    public record Parameter(long type, int format, @Nullable Bytes value) {
        void write(JsonText out) {
            out.open().put("format", format);
            if (value == null) {
                out.put("null", true).put("type", type);
            } else {
                out.put("type", type).key("value").bytes(value);
            }
            out.close();
        }
    }

    /// What a name stands for.
    public record Named(String name, Bytes text, List<Long> types) {
        public Named {
            types = List.copyOf(types);
        }

        void write(JsonText out) {
            out.open().put("name", name).key("text").bytes(text);
            out.put("types", types, JsonText::number).close();
        }
    }
}
