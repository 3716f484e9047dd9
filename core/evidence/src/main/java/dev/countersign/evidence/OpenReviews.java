package dev.countersign.evidence;

import dev.countersign.model.Hash;
import dev.countersign.model.Json;
import dev.countersign.model.Ruling;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The reviews that a log leaves open, and those whose rejection may still hold: a projection of
/// its records, which are shown to it one after the other when the log is opened.
final class OpenReviews {
    /// Where nothing was found.
    static final long NOWHERE = -1;

    private final Map<String, Login> sessions = new HashMap<>();
    private final Map<String, Found> open = new LinkedHashMap<>();
    private final Map<String, Found> rejected = new LinkedHashMap<>();

    /// An open session: where its `auth.ok` stands, and its intents that need people.
    private record Login(long index, Map<String, Long> intents) {}

    /// @param index of the record
    /// @param leaf of the record
    record At(long index, Json.Obj record, Hash leaf) {
        Json.Obj body() {
            return record.object("x").orElse(Json.object().build());
        }
    }

    /// @param login index of the `auth.ok` of whoever asked
    /// @param intent index of the intent that people are asked about
    /// @param rulings of people, in order
    record Found(At request, long login, long intent, List<At> rulings) {
        String name() {
            return request.body().text("review").orElse("");
        }

        /// It was said when people were asked that a restart does not end it.
        boolean goesOn() {
            return request.body().get("goes_on").isPresent();
        }

        /// Whether all that people said of it is among the first `size` records.
        boolean saidWithin(long size) {
            return rulings.stream().allMatch(ruling -> ruling.index() < size);
        }

        private boolean overAt(Instant when) {
            return time(request.body(), "expires").isBefore(when);
        }
    }

    /// @throws IllegalArgumentException if it is no record of ours
    void replay(long index, Json.Obj record, Hash leaf) {
        var x = record.object("x").orElseThrow(IllegalArgumentException::new);
        var session = record.text("sess").orElse("");
        switch (record.text("k").orElse("")) {
            case "auth.ok" -> sessions.put(session, new Login(index, new HashMap<>()));
            case "session.close" -> sessions.remove(session);
            case "intent" -> {
                var login = sessions.get(session);
                var verdict = x.object("decision").flatMap(decision -> decision.text("verdict"));
                if (login != null && verdict.orElse("").equals("require")) {
                    login.intents().put(record.text("id").orElse(""), index);
                }
            }
            case "approval.request" ->
                    requested(new At(index, record, leaf), sessions.get(session));
            case "approval.ruling" -> ruled(new At(index, record, leaf));
            case "approval.consume" -> open.remove(x.text("review").orElse(""));
            default -> {
                // nothing else is part of a review
            }
        }
    }

    private void requested(At request, @Nullable Login login) {
        var action = request.body().text("action").orElse("");
        var found =
                new Found(
                        request,
                        login == null ? NOWHERE : login.index(),
                        login == null ? NOWHERE : login.intents().getOrDefault(action, NOWHERE),
                        new ArrayList<>());
        open.put(found.name(), found);
    }

    private void ruled(At ruling) {
        var name = ruling.body().text("review").orElse("");
        var found = open.get(name);
        if (found == null) {
            return;
        }
        var how = ruling.body().text("ruling").orElse("");
        if (how.equals(Ruling.APPROVED.word())) {
            found.rulings().add(ruling);
            return;
        }
        open.remove(name);
        if (how.equals(Ruling.REJECTED.word())) {
            found.rulings().add(ruling);
            var now = time(ruling.record(), "t");
            rejected.values().removeIf(one -> one.overAt(now));
            rejected.put(name, found);
        }
    }

    /// Long ago where it does not say.
    private static Instant time(Json.Obj json, String name) {
        try {
            return Instant.parse(json.text(name).orElse(""));
        } catch (DateTimeParseException e) {
            return Instant.EPOCH;
        }
    }

    /// Reviews without an end, the oldest first.
    List<Found> open() {
        return List.copyOf(open.values());
    }

    /// Reviews that ended by a rejection, the oldest first; of those that would have expired by now
    /// some are left out.
    List<Found> rejected() {
        return List.copyOf(rejected.values());
    }
}
