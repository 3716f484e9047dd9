package dev.countersign.demo;

import dev.countersign.model.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The act in which the agent's UPDATE stands still until a person has decided: whoever sits at the
/// terminal, or somebody else by the printed command, or, unattended, a person of the demo by the
/// real control API.
final class HeldAct {
    private static final String SQL = "UPDATE orders SET status = 'refunded' WHERE id = 1042";

    /// How long a review is waited for, and a client that was let go.
    private static final int SECONDS = 20;

    /// How long a person may think.
    private static final int MINUTES = 10;

    private final PrintStream out;
    private final int gatewayPort;
    private final String agentToken;
    private final String api;
    private final String tokenFile;
    private final DemoReviewer reviewer;

    /// @param tokenFile holds the reviewer's token, for the printed command
    HeldAct(
            PrintStream out,
            int gatewayPort,
            String agentToken,
            String api,
            String tokenFile,
            DemoReviewer reviewer) {
        this.out = out;
        this.gatewayPort = gatewayPort;
        this.agentToken = agentToken;
        this.api = api;
        this.tokenFile = tokenFile;
        this.reviewer = reviewer;
    }

    /// What came of it.
    ///
    /// @param held the agent was still waiting when the review was seen
    /// @param ruling `approved`, `rejected`, or empty where nobody ruled
    /// @param sqlState that the agent got; empty where its statement ran
    record Came(boolean held, String ruling, String sqlState) {}

    /// @param unattended dana approves by herself
    Came play(boolean unattended) throws Exception {
        out.println("  eve  " + SQL);
        var agent = CompletableFuture.supplyAsync(this::update, Thread::startVirtualThread);
        var review = awaitReview(agent);
        var id = review.text("id").orElse("");
        boolean held = !agent.isDone();
        var whole = reviewer.show(id);
        out.println("       held: review " + id + " waits for " + whole.text("panels").orElse(""));
        out.println(
                "       who "
                        + text(whole, "who", "actor")
                        + " for "
                        + text(whole, "who", "on_behalf_of")
                        + " · plan "
                        + text(whole, "claims", "plan")
                        + " · rule "
                        + whole.get("because").map(Json::text).orElse("")
                        + " · changes rows: "
                        + whole.text("rows").orElse("")
                        + ", and no more");
        var ruling = unattended ? "approved" : ask(id, agent);
        if (!ruling.isEmpty()) {
            var now = reviewer.rule(id, ruling, ruling.equals("rejected") ? "not today" : "");
            out.println("  dana " + ruling + " it: " + now.text("state").orElse(""));
        }
        var state = state(agent);
        out.println("       " + (state.isEmpty() ? "UPDATE 1" : "the agent gets " + state));
        return new Came(held, ruling, state);
    }

    private String update() {
        try (var agent = DemoAgent.connect(gatewayPort, agentToken, "refund-1042")) {
            agent.rows(SQL);
            return "";
        } catch (SQLException refused) {
            return String.valueOf(refused.getSQLState());
        }
    }

    private Json.Obj awaitReview(CompletableFuture<String> agent)
            throws IOException, InterruptedException {
        for (int tries = 0; tries < SECONDS * 20 && !done(agent, 50); tries++) {
            var waiting = reviewer.waiting();
            if (waiting.isPresent()) {
                return waiting.get();
            }
        }
        throw new IOException("the UPDATE was not held within " + SECONDS + " s");
    }

    /// Waits a moment for the agent.
    private static boolean done(CompletableFuture<String> agent, int millis)
            throws IOException, InterruptedException {
        try {
            var _ = agent.get(millis, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IOException("the agent failed", e);
        }
    }

    /// @return what the person at the terminal says; empty where somebody ruled elsewhere
    private String ask(String id, CompletableFuture<String> agent)
            throws IOException, InterruptedException {
        out.println("       you are dana: [a]pprove or [r]eject, or in another terminal:");
        out.println(
                "         countersign reviews approve "
                        + id
                        + " --session --api "
                        + api
                        + " --token-file "
                        + tokenFile);
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(MINUTES);
        while (!done(agent, 100) && System.nanoTime() < end) {
            while (System.in.available() > 0) {
                switch (System.in.read()) {
                    case 'a', 'A' -> {
                        return "approved";
                    }
                    case 'r', 'R' -> {
                        return "rejected";
                    }
                    default -> {
                        // asked again by waiting
                    }
                }
            }
        }
        return "";
    }

    private static String state(CompletableFuture<String> agent)
            throws IOException, InterruptedException {
        try {
            return agent.get(SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new IOException("the agent was not let go within " + SECONDS + " s", e);
        }
    }

    private static String text(Json.Obj review, String key, String inner) {
        return review.object(key).flatMap(one -> one.text(inner)).orElse("");
    }
}
