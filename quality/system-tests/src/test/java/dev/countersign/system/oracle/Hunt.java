package dev.countersign.system.oracle;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Runs questions past both oracles. What they find is asked again before it is believed: on new
/// sessions and tables as good as new, alone and then behind what was asked before it.
final class Hunt implements AutoCloseable {
    /// What tells nothing new, once there is so much.
    private static final int ENOUGH = 20;

    private final OracleHouse house;
    private final Oracles oracles;
    private final Twins twins;
    private final boolean ignoring;
    private final List<Find> finds = new ArrayList<>();
    private final List<String> unstable = new ArrayList<>();
    private final Set<KnownOpen> open = new HashSet<>();
    private final Set<String> shownOpen = new HashSet<>();
    private final List<String> ended = new ArrayList<>();

    int asked;
    int refused;
    int accepted;

    /// @param ask where it was found
    /// @param how `alone`, or behind what
    record Find(Ask ask, Oracles.Verdict verdict, String how, Twins.Heard heard) {
        @Override
        public String toString() {
            return "%s, %s: %s\n  %s\n  one twin:\n%s  the other:\n%s"
                    .formatted(
                            verdict.kind(),
                            how,
                            ask.shown(),
                            verdict.what(),
                            heard.left().shown(),
                            heard.right().shown());
        }
    }

    Hunt(OracleHouse house, Oracles oracles, OracleHouse.Masks masks) {
        this.house = house;
        this.oracles = oracles;
        this.ignoring = masks == OracleHouse.Masks.REDACTED;
        this.twins = new Twins(side -> house.door(masks, side));
    }

    /// All at once, without waiting.
    void pipeline(List<Ask> asks) throws IOException, SQLException {
        var heard = twins.pipeline(asks);
        for (int i = 0; i < heard.size(); i++) {
            count(heard.get(i));
            if (judged(heard.get(i), asks.get(i).shown()).isPresent() && finds.size() < ENOUGH) {
                confirm(asks, i);
            }
        }
    }

    /// Each when the one before it was answered.
    void oneByOne(List<Ask> asks) throws IOException {
        twins.renew();
        var all = asks.stream().map(Ask::shown).collect(Collectors.joining(" ;; "));
        for (var ask : asks) {
            var heard = twins.ask(ask);
            count(heard);
            judged(heard, all)
                    .ifPresent(verdict ->
                            finds.add(new Find(ask, verdict, "one by one of " + all, heard)));
        }
    }

    private void count(Twins.Heard heard) {
        asked++;
        refused += heard.left().refused() ? 1 : 0;
        if (!heard.left().end().isEmpty()) {
            ended.add(heard.ask().shown() + "\n" + heard.left().shown());
        }
        accepted += heard.left().accepted() ? 1 : 0;
    }

    /// What is wrong, unless it is known to be.
    private Optional<Oracles.Verdict> judged(Twins.Heard heard, String asked) {
        var verdict = oracles.verdict(heard, ignoring);
        if (verdict.isEmpty()) {
            return verdict;
        }
        var known = KnownOpen.of(asked);
        known.ifPresent(one -> {
            open.add(one);
            oracles.canaries(heard).forEach(found -> shownOpen.add(found.split(" ", 2)[0]));
        });
        return known.isPresent() ? Optional.empty() : verdict;
    }

    private void confirm(List<Ask> asks, int at) throws IOException, SQLException {
        var ask = asks.get(at);
        var alone = afresh(List.of(ask));
        var verdict = oracles.verdict(alone, ignoring);
        if (verdict.isPresent()) {
            finds.add(new Find(ask, verdict.get(), "alone", alone));
            return;
        }
        var behind = afresh(asks.subList(0, at + 1));
        verdict = oracles.verdict(behind, ignoring);
        if (verdict.isPresent()) {
            var before = asks.subList(0, at).stream().map(Ask::shown).toList();
            finds.add(
                    new Find(
                            ask, verdict.get(), "after\n  " + String.join("\n  ", before), behind));
            return;
        }
        unstable.add(ask.shown());
    }

    private Twins.Heard afresh(List<Ask> asks) throws IOException, SQLException {
        twins.leave();
        house.settle();
        return twins.pipeline(asks).getLast();
    }

    /// The same by fewer words.
    String shrunk(Trial trial, Oracles.Kind kind) throws IOException, SQLException {
        return Shrinking.of(
                trial.sql(),
                sql -> {
                    var heard = twins.ask(trial.with(sql).ask());
                    return oracles.verdict(heard, ignoring)
                            .filter(verdict -> verdict.kind() == kind)
                            .isPresent();
                });
    }

    List<Find> finds() {
        return finds;
    }

    /// What was found once and never again.
    List<String> unstable() {
        return unstable;
    }

    /// Where a session ended, alike in both.
    List<String> ended() {
        return ended;
    }

    /// Known ones that were met.
    Set<KnownOpen> open() {
        return open;
    }

    /// Canaries that known ones let out: recordings hold what clients saw.
    Set<String> shownOpen() {
        return shownOpen;
    }

    @Override
    public void close() throws IOException {
        twins.close();
    }
}
