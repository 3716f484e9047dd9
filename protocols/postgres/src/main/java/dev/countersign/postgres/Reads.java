package dev.countersign.postgres;

import dev.countersign.postgres.Catalogue.Runs;
import dev.countersign.sql.Schema;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// What happens when a relation is read, through all that it stands on.
final class Reads {
    private final Map<Long, DraftRelation> found;
    private final Map<Long, Set<Long>> standsOn;
    private final Set<Long> callsUnknown;
    private final Set<Long> secured;
    private final Set<Long> outside;

    /// What was found before.
    private final Map<Long, Runs> known = new HashMap<>();

    private final Map<Long, Boolean> labelled = new HashMap<>();

    /// @param inherits parents and children of a relation, both ways
    /// @param standsOn relations that a view's rule refers to
    /// @param callsUnknown views that call what is no built-in
    /// @param secured relations of which a policy decides what rows are seen
    Reads(
            Map<Long, DraftRelation> found,
            Map<Long, Set<Long>> inherits,
            Map<Long, Set<Long>> standsOn,
            Set<Long> callsUnknown,
            Set<Long> secured) {
        this.found = found;
        this.standsOn = standsOn;
        this.callsUnknown = callsUnknown;
        this.secured = secured;
        this.outside = outside(found, inherits);
    }

    /// A view that stands on itself calls nobody knows what.
    Runs of(long oid) {
        var before = known.putIfAbsent(oid, Runs.CALLS);
        if (before != null) {
            return before;
        }
        var relation = found.get(oid);
        var worst = relation == null ? Runs.CALLS : of(relation);
        known.put(oid, worst);
        return worst;
    }

    /// Whether it is, or as a view stands on, something with labels.
    boolean labelled(long oid) {
        var before = labelled.putIfAbsent(oid, false);
        if (before != null) {
            return before;
        }
        var relation = found.get(oid);
        boolean any =
                relation == null
                        || !relation.labels.isEmpty()
                        || (relation.kind == 'v'
                                && standsOn.getOrDefault(oid, Set.of()).stream()
                                        .anyMatch(this::labelled));
        labelled.put(oid, any);
        return any;
    }

    private Runs of(DraftRelation relation) {
        boolean foreign = relation.kinds.containsValue(Schema.Kind.FOREIGN);
        var worst =
                secured.contains(relation.oid) || foreign || outside.contains(relation.oid)
                        ? Runs.MORE
                        : Runs.BUILT_INS;
        return switch (relation.kind) {
            case 'r', 'p', 'm', 'S' -> worst; // what is stored is read
            case 'v' -> {
                if (relation.system()) {
                    yield Runs.MORE;
                }
                if (callsUnknown.contains(relation.oid)) {
                    yield Runs.CALLS;
                }
                for (var under : standsOn.getOrDefault(relation.oid, Set.of())) {
                    var its = of(under);
                    worst = its.compareTo(worst) > 0 ? its : worst;
                }
                yield worst;
            }
            default -> Runs.MORE;
        };
    }

    /// Tables of which a part, however deep, may lie on another server.
    private static Set<Long> outside(
            Map<Long, DraftRelation> found, Map<Long, Set<Long>> inherits) {
        var out = new HashSet<Long>();
        var todo = new ArrayDeque<Long>();
        found.values().stream().filter(one -> one.kind == 'f').forEach(one -> todo.add(one.oid));
        inherits.keySet().stream().filter(oid -> !found.containsKey(oid)).forEach(todo::add);
        out.addAll(todo);
        while (!todo.isEmpty()) {
            for (var next : inherits.getOrDefault(todo.remove(), Set.of())) {
                if (out.add(next)) {
                    todo.add(next);
                }
            }
        }
        return out;
    }
}
