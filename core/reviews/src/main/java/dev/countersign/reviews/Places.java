package dev.countersign.reviews;

import dev.countersign.model.Decision.Requirement.Approval;
import dev.countersign.model.Reviewer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The places that people must fill before something may run: as many of each panel as the rules
/// and the panel itself ask for. One person fills one place, however many panels they sit in.
///
/// Whether all places can be filled at once by those who said yes is a matching of people to places
/// (augmenting paths: there are few of both).
final class Places {
    private final List<Panel> places;
    private final List<Approval> needs;

    private Places(List<Panel> places, List<Approval> needs) {
        this.places = places;
        this.needs = needs;
    }

    /// @return null where a panel is not known
    static @Nullable Places of(List<Approval> asked, Map<String, Panel> panels) {
        var needs = merged(asked);
        var places = new ArrayList<Panel>();
        for (var need : needs) {
            var panel = panels.get(need.panel());
            if (panel == null) {
                return null;
            }
            for (int i = Math.max(need.count(), panel.quorum()); i > 0; i--) {
                places.add(panel);
            }
        }
        return places.isEmpty() ? null : new Places(List.copyOf(places), needs);
    }

    /// Several rules may ask the same panel: the stricter counts.
    private static List<Approval> merged(List<Approval> asked) {
        var out = new LinkedHashMap<String, Approval>();
        for (var one : asked) {
            out.merge(
                    one.panel(),
                    one,
                    (a, b) ->
                            new Approval(
                                    a.panel(),
                                    Math.max(a.count(), b.count()),
                                    shorter(a.within(), b.within()),
                                    a.signed() || b.signed()));
        }
        return List.copyOf(out.values());
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }

    List<Approval> needs() {
        return needs;
    }

    /// Who is told, once each.
    List<String> channels() {
        return places.stream().flatMap(panel -> panel.channels().stream()).distinct().toList();
    }

    /// How many people must say yes.
    int count() {
        return places.size();
    }

    /// The shortest time that any rule gives people.
    Duration within() {
        return needs.stream().map(Approval::within).reduce(Places::shorter).orElseThrow();
    }

    /// Whether each person must sign in for this one ruling.
    boolean signed() {
        return needs.stream().anyMatch(Approval::signed);
    }

    boolean mayDecide(Reviewer somebody) {
        return places.stream().anyMatch(panel -> panel.has(somebody.groups()));
    }

    /// How many of the places these people fill at most.
    int filled(Collection<Reviewer> people) {
        var heldBy = new Reviewer[places.size()];
        int filled = 0;
        for (var somebody : people) {
            if (seat(somebody, heldBy, new boolean[places.size()])) {
                filled++;
            }
        }
        return filled;
    }

    private boolean seat(Reviewer somebody, @Nullable Reviewer[] heldBy, boolean[] tried) {
        for (int at = 0; at < heldBy.length; at++) {
            if (tried[at] || !places.get(at).has(somebody.groups())) {
                continue;
            }
            tried[at] = true;
            var holder = heldBy[at];
            if (holder == null || seat(Objects.requireNonNull(holder), heldBy, tried)) {
                heldBy[at] = somebody;
                return true;
            }
        }
        return false;
    }

    /// `dba`, `finance-owners and dba (2)`, for people's eyes.
    @Override
    public String toString() {
        var out = new StringBuilder();
        for (var need : needs) {
            long count = places.stream().filter(panel -> panel.name().equals(need.panel())).count();
            out.append(out.isEmpty() ? "" : " and ").append(need.panel());
            if (count > 1) {
                out.append(" (").append(count).append(')');
            }
        }
        return out.toString();
    }
}
