package dev.countersign.system;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// What becomes of a statement that is held, case by case, as one driver is told it. Each case
/// changes a table of its own name, where every driver has a row; afterwards the connection must go
/// on.
final class HeldCases {
    /// Rules that give people as long as anybody is patient, but for what nobody is to answer.
    static final String POLICY =
            """
            - {name: reads, on: [sql], when: "stmt.effects.all(e, e in ['read', 'session'])", allow: true}
            - name: writes
              on: [sql]
              when: "stmt.verb == 'write'"
              allow: true
              require: {approval: {panel: dba, within: 15m}}
            - name: brief
              on: [sql]
              when: "'public.expired' in stmt.tables"
              require: {approval: {panel: dba, within: 2s}}
            """;

    private static final long PATIENCE_SECONDS = 60;

    private final String driver;
    private final HeldDriver connection;
    private final Desk dana;

    HeldCases(House house, String driver, HeldDriver connection) {
        this.driver = driver;
        this.connection = connection;
        this.dana = house.desk("dana", "dba");
    }

    /// What happens to a statement, in the order in which one connection goes through them: first
    /// those of a gateway that holds for long, then those of one that does not.
    enum Case {
        APPROVED,
        REJECTED,
        EXPIRED,
        WITHDRAWN,
        PENDING,
        PENDING_IN_TRANSACTION;

        boolean wantsShortHolds() {
            return this == PENDING || this == PENDING_IN_TRANSACTION;
        }

        String table() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        /// How often its statement ran when all is over.
        int ran() {
            return this == APPROVED || this == PENDING ? 1 : 0;
        }
    }

    /// @param held how long the one that is approved stands still
    /// @return what is wrong; empty where nothing is
    String go(Case one, Duration held) throws Exception {
        var wrong =
                switch (one) {
                    case APPROVED -> approved(held);
                    case REJECTED -> rejected();
                    case EXPIRED -> expired();
                    case WITHDRAWN -> withdrawn();
                    case PENDING -> pending();
                    case PENDING_IN_TRANSACTION -> pendingInTransaction();
                };
        return wrong.isEmpty() ? goesOn() : wrong;
    }

    private String statement(Case one) {
        return "UPDATE "
                + one.table()
                + " SET n = n + $1 WHERE driver = '"
                + driver
                + "' RETURNING n";
    }

    /// One driver writes the argument itself, the others send it.
    private String waits(Case one) {
        return dana.waitsFor(statement ->
                statement.startsWith("UPDATE " + one.table() + " ")
                        && statement.contains("'" + driver + "'"));
    }

    private CompletableFuture<HeldDriver.Answer> send(Case one) {
        return HeldStatementsTest.meanwhile(() -> connection.run(statement(one)));
    }

    private static HeldDriver.Answer come(CompletableFuture<HeldDriver.Answer> answer)
            throws InterruptedException, ExecutionException, TimeoutException {
        return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private String approved(Duration held) throws Exception {
        var answer = send(Case.APPROVED);
        var review = waits(Case.APPROVED);
        Thread.sleep(held);
        if (answer.isDone()) {
            return "answered before anybody decided: " + answer.get();
        }
        var said = dana.approve(review);
        return said.status() == 200
                ? is(come(answer), HeldDriver.Answer.of("1"))
                : said.body().text();
    }

    private String rejected() throws Exception {
        var answer = send(Case.REJECTED);
        var review = waits(Case.REJECTED);
        dana.reject(review, "not on a Friday");
        return is(
                come(answer),
                "ZC002",
                "dana rejected review " + review + ": not on a Friday; nothing was executed",
                "review=" + review + ";state=rejected;expires=",
                "This is a decision of a person.");
    }

    private String expired() throws Exception {
        return is(
                come(send(Case.EXPIRED)),
                "ZC003",
                "in time; nobody said no, and nothing was executed",
                ";state=expired;expires=",
                "Send the statement again when somebody is there");
    }

    private String withdrawn() throws Exception {
        var answer = send(Case.WITHDRAWN);
        var review = waits(Case.WITHDRAWN);
        connection.cancel();
        return is(
                come(answer),
                "ZC004",
                "review " + review + " was withdrawn: whoever asked cancelled it",
                "review=" + review + ";state=withdrawn;expires=",
                "that asks anew");
    }

    /// And approved when nobody waits any more, it runs when it is sent again.
    private String pending() throws Exception {
        var told = come(send(Case.PENDING));
        var review = waits(Case.PENDING);
        var wrong =
                is(
                        told,
                        "ZC001",
                        "nobody of dba has answered review " + review,
                        "review=" + review + ";state=pending;expires=",
                        "Send the identical statement again later");
        if (!wrong.isEmpty()) {
            return wrong;
        }
        dana.approve(review);
        return is(come(send(Case.PENDING)), HeldDriver.Answer.of("1"));
    }

    private String pendingInTransaction() throws Exception {
        var begun = connection.begin();
        if (!begun.message().isEmpty()) {
            return "no transaction begins: " + begun;
        }
        var wrong = is(connection.run("SELECT 40 + 1"), HeldDriver.Answer.of("41"));
        if (!wrong.isEmpty()) {
            return wrong;
        }
        wrong =
                is(
                        come(send(Case.PENDING_IN_TRANSACTION)),
                        "ZC001",
                        "this wait is over, the review is not, and nothing was executed",
                        ";state=pending;expires=",
                        "Send the identical statement again later");
        if (!wrong.isEmpty()) {
            return wrong;
        }
        wrong = is(connection.run("SELECT 40 + 1"), "25P02", "", "", "");
        if (!wrong.isEmpty()) {
            return wrong;
        }
        var back = connection.rollback();
        return back.message().isEmpty() ? "" : "no ROLLBACK: " + back;
    }

    private String goesOn() throws IOException {
        var next = connection.run("SELECT 40 + 2");
        return next.value().equals("42") ? "" : "the connection does not go on: " + next;
    }

    private static String is(HeldDriver.Answer came, HeldDriver.Answer wanted) {
        return came.equals(wanted) ? "" : "came: " + came;
    }

    private static String is(
            HeldDriver.Answer came, String state, String message, String detail, String hint) {
        return came.state().equals(state)
                        && came.message().contains(message)
                        && came.detail().contains(detail)
                        && came.hint().contains(hint)
                ? ""
                : "no " + state + " came, but: " + came;
    }
}
