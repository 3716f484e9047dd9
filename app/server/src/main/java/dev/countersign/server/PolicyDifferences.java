package dev.countersign.server;

import dev.countersign.model.Decision.RuleRef;
import dev.countersign.model.Obligations;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Where what became of a statement is not what a test expects.
final class PolicyDifferences {
    private PolicyDifferences() {}

    /// A sentence each; none where all is as expected.
    static List<String> of(PolicyTests.Expected expect, PolicyVerdict is) {
        var out = new ArrayList<String>();
        differ("decision", expect.decision().word(), is.outcome().word(), out);
        expect.by().ifPresent(by -> differ("by", by, is.by(), out));
        expect.rules()
                .ifPresent(names -> {
                    if (!same(names, is.rules())) {
                        differ("rules", new TreeSet<>(names), named(is.rules()), out);
                    }
                });
        expect.panels()
                .ifPresent(names ->
                        differ("panels", new TreeSet<>(names), new TreeSet<>(is.panels()), out));
        expect.masks()
                .ifPresent(labels ->
                        differ("masks", new TreeSet<>(labels), masks(is.obligations()), out));
        expect.limit()
                .ifPresent(limit -> {
                    differ(
                            "limit.rows-out",
                            limit.rowsOut(),
                            shown(is.obligations().maxRows()),
                            out);
                    differ(
                            "limit.bytes-out",
                            limit.bytesOut(),
                            shown(is.obligations().maxBytes()),
                            out);
                });
        expect.told()
                .ifPresent(words -> {
                    if (!is.told().orElse("").contains(words)) {
                        differ("told", words, is.told().orElse("nothing"), out);
                    }
                });
        return out;
    }

    private static long shown(long limit) {
        return limit == Obligations.UNLIMITED ? 0 : limit;
    }

    private static Set<String> masks(Obligations obligations) {
        return obligations.masks().stream()
                .flatMap(mask -> mask.labels().stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> named(List<RuleRef> rules) {
        return rules.stream().map(RuleRef::toString).collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean same(List<String> names, List<RuleRef> rules) {
        return names.stream().allMatch(name -> rules.stream().anyMatch(rule -> means(name, rule)))
                && rules.stream()
                        .allMatch(rule -> names.stream().anyMatch(name -> means(name, rule)));
    }

    private static boolean means(String name, RuleRef rule) {
        return name.equals(rule.rule()) || name.equals(rule.toString());
    }

    private static void differ(String what, Object expected, Object is, List<String> out) {
        if (!expected.equals(is)) {
            out.add(what + ": expected " + expected + ", is " + is);
        }
    }
}
