package dev.countersign.postgres;

import dev.countersign.postgres.CatalogueBuilder.Place;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;

/// Finds the columns of which a write tells whether a labelled value is there already.
final class Tested {
    private final Map<Long, DraftRelation> found;
    private final Map<Long, Set<Long>> inherits;
    private final Map<String, Set<Place>> keys;

    /// @param inherits parents and children of a relation, both ways
    /// @param keys columns of each constraint and unique index; of a condition its name begins with
    ///   `c`
    Tested(
            Map<Long, DraftRelation> found,
            Map<Long, Set<Long>> inherits,
            Map<String, Set<Place>> keys) {
        this.found = found;
        this.inherits = inherits;
        this.keys = keys;
    }

    /// A constraint over a labelled column is a question that a write asks. A condition on that
    /// column alone is none: the client knows what it writes.
    void find() {
        var todo = new ArrayDeque<Place>();
        keys.forEach((id, places) -> {
            boolean alone = id.startsWith("c") && places.size() == 1;
            if (!alone && places.stream().anyMatch(this::labelled)) {
                todo.addAll(places);
            }
        });
        for (var relation : found.values()) {
            // what is computed of a labelled column and of another may fail by both
            relation.generated.values().stream()
                    .filter(from -> from.size() > 1)
                    .filter(from -> from.stream().anyMatch(relation.labels::containsKey))
                    .forEach(from ->
                            from.forEach(number -> todo.add(new Place(relation.oid, number))));
            relation.labels.forEach((number, label) -> {
                if (label.says().comparable()) {
                    todo.add(new Place(relation.oid, number));
                }
            });
        }
        while (!todo.isEmpty()) {
            tested(todo.remove(), todo);
        }
    }

    private boolean labelled(Place place) {
        var holder = found.get(place.relation());
        return holder != null && holder.labels.containsKey(place.number());
    }

    /// A row that is written to a parent may be kept in a child, with its keys.
    private void tested(Place place, Deque<Place> todo) {
        var relation = found.get(place.relation());
        if (relation == null || !relation.tested.add(place.number())) {
            return;
        }
        var name = relation.columns.getOrDefault(place.number(), "");
        for (var oid : inherits.getOrDefault(relation.oid, Set.of())) {
            var kin = found.get(oid);
            if (kin != null) {
                kin.columns.forEach((number, called) -> {
                    if (called.equals(name)) {
                        todo.add(new Place(oid, number));
                    }
                });
            }
        }
    }
}
