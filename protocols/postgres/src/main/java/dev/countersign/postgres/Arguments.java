package dev.countersign.postgres;

import dev.countersign.gate.MalformedFrame;
import dev.countersign.model.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToLongFunction;

/// Values that a Bind or a FunctionCall gives, which both write in one form: formats (none for
/// text, one for all, or one each), then each value behind its length.
final class Arguments {
    private Arguments() {}

    /// @param type of each as the client declared it, 0 where it did not
    static List<Request.Parameter> read(Body in, IntToLongFunction type) throws MalformedFrame {
        var formats = formats(in);
        int count = in.int16();
        if (formats.size() > 1 && formats.size() != count) {
            throw new MalformedFrame(count + " values have " + formats.size() + " formats");
        }
        var out = new ArrayList<Request.Parameter>(count);
        for (int i = 0; i < count; i++) {
            int length = in.int32();
            int format = formats.isEmpty() ? 0 : formats.get(formats.size() == 1 ? 0 : i);
            out.add(
                    new Request.Parameter(
                            type.applyAsLong(i), format, length == -1 ? null : in.bytes(length)));
        }
        return out;
    }

    static List<Integer> formats(Body in) throws MalformedFrame {
        var out = new ArrayList<Integer>();
        for (int left = in.int16(); left > 0; left--) {
            out.add(in.int16());
        }
        return out;
    }
}
