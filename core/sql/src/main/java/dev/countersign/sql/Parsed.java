package dev.countersign.sql;

/// The grammar's tree of one statement, for [Lineage] to follow against a schema.
public final class Parsed {
    private final Tree tree;
    private final int nodes;

    Parsed(Tree tree) {
        this.tree = tree;
        this.nodes = tree.size();
    }

    /// How much it holds: a node takes some hundred bytes.
    public int nodes() {
        return nodes;
    }

    /// A wrapped node.
    Tree tree() {
        return tree;
    }
}
