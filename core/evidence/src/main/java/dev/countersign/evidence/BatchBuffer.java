package dev.countersign.evidence;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// One batch as it goes to the disk, in one write: keys and payloads before the records that need
/// them.
final class BatchBuffer {
    private ByteBuffer buffer;

    /// @param bytes to begin with; it grows with a batch that is longer
    BatchBuffer(int bytes) {
        buffer = ByteBuffer.allocateDirect(bytes);
    }

    /// @param batch its number
    /// @param index of its first record
    /// @return lent until the next call
    ByteBuffer frames(
            long batch,
            long index,
            List<Chains.Written> entries,
            List<Publisher.Blob> blobs,
            List<Publisher.WrappedKey> keys) {
        int size = 0;
        var named = new ArrayList<byte[]>(keys.size());
        for (var key : keys) {
            var name = key.scope().getBytes(StandardCharsets.US_ASCII);
            var content =
                    ByteBuffer.allocate(2 + name.length + key.wrapped().length)
                            .putShort((short) name.length)
                            .put(name)
                            .put(key.wrapped())
                            .array();
            named.add(content);
            size += Frames.size(content.length);
        }
        for (var blob : blobs) {
            size += Frames.size(blob.object().length);
        }
        for (var entry : entries) {
            size += Frames.size(entry.bytes().length);
        }
        if (size > buffer.capacity()) {
            buffer = ByteBuffer.allocateDirect(size);
        }
        buffer.clear();
        for (var content : named) {
            Frames.put(buffer, Frames.Kind.KEY, batch, false, 0, content);
        }
        for (var blob : blobs) {
            Frames.put(buffer, Frames.Kind.PAYLOAD, batch, false, blob.place(), blob.object());
        }
        for (int i = 0; i < entries.size(); i++) {
            Frames.put(
                    buffer,
                    Frames.Kind.RECORD,
                    batch,
                    i == entries.size() - 1,
                    index + i,
                    entries.get(i).bytes());
        }
        return buffer.flip();
    }
}
