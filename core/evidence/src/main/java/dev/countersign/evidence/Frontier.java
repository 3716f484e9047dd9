package dev.countersign.evidence;

import dev.countersign.model.Hash;
import java.util.ArrayList;
import java.util.List;

/// The right edge of an RFC 6962 tree: the roots of its perfect subtrees from left to right, which
/// is all that it takes to append and to tell the root.
final class Frontier {
    private static final byte[] LEAF = {0};
    private static final byte[] NODE = {1};

    private final List<Hash> roots = new ArrayList<>();
    private long size;

    /// SHA-256(0x00 ‖ entry).
    static Hash leaf(byte[] entry) {
        return Hash.sha256(LEAF, entry);
    }

    /// SHA-256(0x01 ‖ left ‖ right).
    static Hash node(Hash left, Hash right) {
        return Hash.sha256(NODE, left.bytes(), right.bytes());
    }

    void append(Hash leaf) {
        var root = leaf;
        for (long full = size; (full & 1) == 1; full >>= 1) {
            root = node(roots.removeLast(), root);
        }
        roots.add(root);
        size++;
    }

    long size() {
        return size;
    }

    /// Of no leaf: the SHA-256 of nothing.
    Hash root() {
        if (roots.isEmpty()) {
            return Hash.sha256();
        }
        var root = roots.getLast();
        for (int i = roots.size() - 2; i >= 0; i--) {
            root = node(roots.get(i), root);
        }
        return root;
    }
}
