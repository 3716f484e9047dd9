package dev.countersign.postgres;

import dev.countersign.postgres.Catalogue.Label;
import dev.countersign.sql.Lineage;
import dev.countersign.sql.Parsed;
import dev.countersign.sql.Schema;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Which relations are *cleared*, and the labels of views: each view is followed by its definition,
/// from the lowest up. What stands on something that is not cleared is not.
final class Cleared {
    private final Map<Long, DraftRelation> found;
    private final Map<String, DraftRelation> byName;
    private final Map<Long, Set<Long>> standsOn;
    private final Set<Long> callsUnknown;
    private final Map<Long, Parsed> definitions;

    /// @param standsOn what the rules of a view or table refer to
    /// @param callsUnknown those whose rules call what is no built-in
    /// @param definitions what views select
    Cleared(
            Map<Long, DraftRelation> found,
            Map<String, DraftRelation> byName,
            Map<Long, Set<Long>> standsOn,
            Set<Long> callsUnknown,
            Map<Long, Parsed> definitions) {
        this.found = found;
        this.byName = byName;
        this.standsOn = standsOn;
        this.callsUnknown = callsUnknown;
        this.definitions = definitions;
    }

    void judge() {
        found.values().stream()
                .filter(one -> one.kind != 'v' && one.kind != 'm')
                .forEach(one -> one.unclear = unclear(one));
        views();
    }

    private boolean sensitive(long oid) {
        var under = found.get(oid);
        return under == null || !under.labels.isEmpty();
    }

    private String unclear(DraftRelation relation) {
        if (!relation.unclear.isEmpty()) {
            return relation.unclear;
        }
        if (relation.system()) {
            return SystemRelations.cleared(relation.schema, relation.name)
                    ? ""
                    : "it shows data of others, or samples of data";
        }
        return switch (relation.kind) {
            case 'S' -> "";
            case 'r', 'p' -> rule(relation);
            default -> "it is no table or view of this database";
        };
    }

    /// What the rule of a table selects is the answer to an INSERT.
    private String rule(DraftRelation table) {
        boolean labelled =
                callsUnknown.contains(table.oid)
                        || standsOn.getOrDefault(table.oid, Set.of()).stream()
                                .anyMatch(this::sensitive);
        return labelled ? "it has a rule that may read labelled columns" : "";
    }

    /// Views from the lowest up: what stands on an unclear one is unclear.
    private void views() {
        var waiting = new TreeMap<Long, DraftRelation>();
        for (var one : found.values()) {
            if (one.kind == 'v' || one.kind == 'm') {
                if (one.system()) {
                    one.unclear = unclear(one);
                } else {
                    waiting.put(one.oid, one);
                }
            }
        }
        while (!waiting.isEmpty()) {
            var ready =
                    waiting.values().stream()
                            .filter(view ->
                                    standsOn.getOrDefault(view.oid, Set.of()).stream()
                                            .noneMatch(waiting::containsKey))
                            .toList();
            if (ready.isEmpty()) {
                waiting.values().forEach(view -> view.unclear = "it stands on itself");
                return;
            }
            ready.forEach(view -> {
                waiting.remove(view.oid);
                view.unclear = view(view);
            });
        }
    }

    private String view(DraftRelation view) {
        if (callsUnknown.contains(view.oid)) {
            return "its definition calls what is no built-in";
        }
        boolean above = false;
        for (var oid : standsOn.getOrDefault(view.oid, Set.of())) {
            var under = found.get(oid);
            if (under == null || !under.unclear.isEmpty()) {
                return "it stands on what cannot be cleared";
            }
            above |= !under.labels.isEmpty();
        }
        if (!above) {
            return "";
        }
        var definition = definitions.get(view.oid);
        var lineage = definition == null ? null : Lineage.of(definition, this::find).orElse(null);
        if (lineage == null) {
            return "its definition cannot be read";
        }
        if (!lineage.problem().isEmpty()) {
            return "in its definition " + lineage.problem();
        }
        if (lineage.more() || lineage.outputs().size() != view.columns.size()) {
            return "nobody can tell where its columns come from";
        }
        return labelled(view, lineage);
    }

    private String labelled(DraftRelation view, Lineage lineage) {
        int at = 0;
        for (int number : view.columns.keySet()) {
            var output = lineage.outputs().get(at++);
            if (output.columns().isEmpty()) {
                continue;
            }
            var path = output.columns().stream().sorted().findFirst().orElseThrow();
            var label = ofPath(path);
            if (label == null) {
                return "nobody can tell where its columns come from";
            }
            switch (output.origin()) {
                case HARMLESS -> {
                    // it has no columns
                }
                case LABELLED -> view.label(number, label, true);
                case DERIVED -> view.label(number, label.redacted(), false);
            }
            view.paths.put(number, path);
        }
        return "";
    }

    private @Nullable Label ofPath(String path) {
        var relation = byName.get(path.substring(0, path.lastIndexOf('.')));
        if (relation != null) {
            for (var label : relation.labels.entrySet()) {
                if (relation.path(label.getKey()).equals(path)) {
                    return label.getValue();
                }
            }
        }
        return null;
    }

    /// The relations as far as they are known by now; definitions name each with its schema, but
    /// for the system's own.
    private List<Schema.Relation> find(String schema, String name) {
        var one = byName.get((schema.isEmpty() ? "pg_catalog" : schema) + "." + name);
        if (one == null) {
            return List.of();
        }
        var relation =
                new Catalogue.Relation(
                        one.oid,
                        one.schema,
                        one.name,
                        one.kind,
                        one.columns(),
                        one.unclear,
                        Catalogue.Runs.MORE,
                        false);
        return List.of(relation.inSchema());
    }
}
