package dev.countersign.postgres;

import dev.countersign.model.Bytes;
import dev.countersign.model.Work;
import dev.countersign.sql.TrailingComment;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.function.BiFunction;

/// A text of the client, without the comment that tracing libraries put behind it
/// ([TrailingComment]): what is judged and forwarded.
///
/// @param sql without the comment
/// @param comment empty where there is none
/// @param said what it claims
record Traced(String sql, String comment, Work said) {
    private static final ByteBufAllocator HEAP = new UnpooledByteBufAllocator(false);

    static Traced read(String whole) {
        return TrailingComment.of(whole)
                .map(cut -> new Traced(cut.statement(), cut.text(), Claims.of(cut)))
                .orElseGet(() -> new Traced(whole, "", Work.NONE));
    }

    /// The client's message, or where something was taken off the same with what is left.
    ///
    /// @param own as the client sent it
    Bytes message(Bytes own, BiFunction<ByteBufAllocator, String, ByteBuf> anew) {
        if (comment.isEmpty()) {
            return own;
        }
        var built = anew.apply(HEAP, sql);
        var out = new byte[built.readableBytes()];
        built.readBytes(out).release();
        return Bytes.owned(out);
    }
}
