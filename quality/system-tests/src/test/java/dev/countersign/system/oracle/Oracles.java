package dev.countersign.system.oracle;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What both oracles say of what the twins answered.
final class Oracles {
    private final List<CanarySearch> searches;

    /// @param kind what is wrong
    /// @param what of it
    record Verdict(Kind kind, String what) {}

    enum Kind {
        /// A labelled value came out.
        CANARY,

        /// The twins can be told apart.
        DIFFERENCE,

        /// No answer came.
        SILENCE
    }

    Oracles(OracleHouse house) {
        searches =
                List.of(new CanarySearch(house.canaries(0)), new CanarySearch(house.canaries(1)));
    }

    CanarySearch search(int side) {
        return searches.get(side);
    }

    /// A canary in it, by either twin; empty if there is none.
    Set<String> canaries(Twins.Heard heard) {
        var found = new TreeSet<String>();
        for (int side = 0; side < 2; side++) {
            var search = searches.get(side);
            var certain = search.certain(heard.of(side));
            if (heard.alike()) {
                // a date that both show stands in the statement: no value does in both
                certain.removeIf(Canary::guessable);
            }
            found.addAll(certain);
            if (!heard.alike()) {
                var by = search.doubtful(heard.of(side));
                // digits that the other twin shows as well are not of a value that it has not
                by.keySet().removeAll(search.doubtful(heard.of(1 - side)).keySet());
                found.addAll(by.values());
            }
        }
        return found;
    }

    /// @param ignoring whether the masks ignore the value, so that nothing may tell the twins apart
    Optional<Verdict> verdict(Twins.Heard heard, boolean ignoring) {
        if (heard.left().end().equals("silent") || heard.right().end().equals("silent")) {
            return Optional.of(new Verdict(Kind.SILENCE, "no answer in time"));
        }
        var canaries = canaries(heard);
        if (!canaries.isEmpty()) {
            return Optional.of(new Verdict(Kind.CANARY, String.join("; ", canaries)));
        }
        if (ignoring && !heard.alike()) {
            return Optional.of(new Verdict(Kind.DIFFERENCE, difference(heard)));
        }
        return Optional.empty();
    }

    /// The first message that is not the same.
    private static String difference(Twins.Heard heard) {
        var left = heard.left().messages();
        var right = heard.right().messages();
        for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
            if (!left.get(i).equals(right.get(i))) {
                return "message %d:\n%s%s"
                        .formatted(i + 1, shown(left.get(i)), shown(right.get(i)));
            }
        }
        return "%d messages and %d%s%s"
                .formatted(left.size(), right.size(), heard.left().end(), heard.right().end());
    }

    private static String shown(Reply.Message message) {
        return new Reply(Frames.message(message.tag(), message.body()), "").shown();
    }
}
