package dev.countersign.postgres;

import dev.countersign.gate.Frame;
import dev.countersign.gate.MalformedFrame;
import dev.countersign.model.Facts;
import dev.countersign.model.Obligations;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How results of one target are masked.
interface RowMasks {
    /// Whether the target has any labelled column, or has labels that could not be resolved.
    boolean labelled();

    /// The target reported a setting, and the client was told.
    void reported(String setting, String value);

    /// What happens to each row of this shape; null where nothing does.
    ///
    /// @param outputs where its columns come from, by the statement's lineage; what the shape says
    ///   must agree
    @Nullable Plan plan(Shape shape, Obligations obligations, Facts.Outputs outputs);

    /// Whether cells are looked at that nothing labels.
    default boolean detects() {
        return false;
    }

    /// What is found in the lines of a copy in text of which nobody knows the columns; null where
    /// nobody looks.
    default @Nullable Detecting lines() {
        return null;
    }

    /// What happens to what a COPY sends; null where nothing does.
    ///
    /// @param masked counts masked cells by label
    @Nullable CopyMask copy(
            Facts.Outputs outputs, Obligations obligations, Map<String, Long> masked);

    /// Applied to one whole DataRow at a time.
    interface Plan {
        /// @param masked counts masked cells by label
        /// @return a DataRow that the caller owns
        ByteBuf apply(Frame row, ByteBufAllocator allocator, Map<String, Long> masked)
                throws MalformedFrame;
    }
}
