package dev.countersign.sql;

import java.util.Optional;

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

    /// Whether it asks for a plan.
    boolean explains() {
        return tree.kind().equals("ExplainStmt");
    }

    /// Whether it is a SELECT, VALUES, TABLE or SHOW.
    boolean reads() {
        return tree.kind().equals("SelectStmt") || tree.kind().equals("VariableShowStmt");
    }

    /// The COPY that it is, if it is one.
    Optional<Copy> copy() {
        return tree.kind().equals("CopyStmt")
                ? Optional.of(Copy.of(tree.inside()))
                : Optional.empty();
    }

    /// Whether its result is that of a text which a name stands for.
    boolean executes() {
        return tree.kind().equals("ExecuteStmt") || tree.kind().equals("FetchStmt");
    }

    /// The channel that it listens to or notifies, if it does.
    Optional<Statement.Channel> channel() {
        return switch (tree.kind()) {
            case "ListenStmt", "NotifyStmt" ->
                    Optional.of(
                            new Statement.Channel(
                                    tree.inside().text("conditionname"),
                                    tree.kind().equals("ListenStmt")));
            default -> Optional.empty();
        };
    }

    /// A wrapped node.
    Tree tree() {
        return tree;
    }
}
