package dev.countersign.postgres;

import dev.countersign.model.Request;
import java.util.List;
import java.util.Map;

/// What the conversation itself may know of a statement's text, by the lexer alone: it must never
/// block.
interface SqlTexts {
    /// Stands for the text of a name that means nothing in the session. No text has a zero
    /// character in it, so it cannot be confused with one.
    String UNKNOWN = "\0";

    /// Stands, with the function's number behind it, for a FunctionCall, which has no text.
    String FUNCTION_CALL = "\0F";

    /// Whether what stands behind this text can only be judged once it has run; doubtful means yes.
    boolean barrier(String sql);

    /// Whether this text may let the client send rows (`COPY … FROM STDIN`).
    boolean copiesIn(String sql);

    /// Whether this text is exactly one statement.
    boolean single(String sql);

    /// Whether this text may send rows as a copy (`COPY … TO STDOUT`).
    boolean copiesOut(String sql);

    /// What this text leaves behind in the session if it runs.
    List<Change> changes(String sql);

    /// Those of the session's names that this text may mean: EXECUTE, FETCH, MOVE, CURRENT OF.
    List<Request.Named> namesIn(String sql, Map<String, Prepared> known);

    /// PREPARE, DECLARE, DEALLOCATE, CLOSE, DISCARD, SET, CREATE TEMP.
    sealed interface Change {
        record Define(Prepared statement) implements Change {}

        record Forget(String name) implements Change {}

        record ForgetAll() implements Change {}

        /// CLOSE ALL: statements stay.
        record ForgetCursors() implements Change {}

        /// A cursor of this name began or ended: cursors and portals are one namespace.
        record ForgetPortal(String name) implements Change {}

        /// Portals may have ended, with a transaction or a part of one.
        record ForgetPortals() implements Change {}

        record Set(String name, String value) implements Change {}

        record Temporary() implements Change {}

        /// From now on what is notified on this channel comes.
        record Listen(String channel) implements Change {}
    }
}
