package dev.countersign.cli;

import dev.countersign.model.Decision;
import dev.countersign.model.Json;
import dev.countersign.model.Obligations;
import dev.countersign.policy.Trace;
import dev.countersign.policy.Trace.Match;
import dev.countersign.policy.Trace.Part;
import dev.countersign.policy.Trace.Said;
import dev.countersign.server.PolicyVerdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// A [PolicyVerdict], for people and for machines.
///
/// ```
/// deny by baseline/no-unbounded-dml
///   told: UPDATE and DELETE must be restricted.
///
/// rules
///   not matched  baseline/reads             allow
///                  `stmt.verb == "read"` is false: stmt.verb is "write"
///   matched      baseline/no-unbounded-dml  deny
///
/// facts
///   stmt.verb    "write"
/// ```
final class ExplainedPolicy {
    private ExplainedPolicy() {}

    static List<String> lines(PolicyVerdict verdict) {
        var out = new ArrayList<String>();
        out.add(verdict.outcome().word() + by(verdict));
        verdict.told().ifPresent(words -> out.add("  told: " + words));
        verdict.requirements().forEach(one -> out.add("  requires " + requirement(one)));
        var obligations = verdict.obligations();
        obligations
                .masks()
                .forEach(mask ->
                        out.add(
                                "  masks "
                                        + String.join(", ", mask.labels())
                                        + (mask.with().isEmpty() ? "" : " with " + mask.with())));
        if (obligations.maxRows() != Obligations.UNLIMITED) {
            out.add("  at most " + obligations.maxRows() + " rows");
        }
        if (obligations.maxBytes() != Obligations.UNLIMITED) {
            out.add("  at most " + obligations.maxBytes() + " bytes");
        }
        out.add("");
        out.add("rules");
        var rules = verdict.trace().rules();
        int wide = rules.stream().mapToInt(said -> said.rule().toString().length()).max().orElse(1);
        for (var said : rules) {
            out.add(
                    ("  %-12s %-" + wide + "s  %s")
                            .formatted(match(said), said.rule(), String.join(", ", said.says())));
            said.because().forEach(part -> out.add("               " + part(part)));
        }
        if (rules.isEmpty()) {
            out.add("  none speaks of this kind of action");
        }
        out.add("");
        out.add("facts");
        var facts = verdict.trace().facts();
        int longest = facts.keySet().stream().mapToInt(String::length).max().orElse(1);
        facts.forEach((name, value) ->
                out.add(("  %-" + longest + "s  %s").formatted(name, value.text())));
        return out.stream().map(Shown::of).toList();
    }

    private static String by(PolicyVerdict verdict) {
        return verdict.by().equals("gateway")
                ? " by the gateway, whatever the rules say"
                : verdict.rules().isEmpty()
                        ? ""
                        : " by "
                                + verdict.rules().stream()
                                        .map(Decision.RuleRef::toString)
                                        .collect(Collectors.joining(", "));
    }

    private static String requirement(Decision.Requirement one) {
        return switch (one) {
            case Decision.Requirement.Approval(var panel, var count, var within, var signed) ->
                    "approval by "
                            + count
                            + " of panel "
                            + panel
                            + " within "
                            + within.toSeconds()
                            + " s"
                            + (signed ? ", signed" : "");
            case Decision.Requirement.StepUp(var method, _) -> "a fresh sign-in by " + method;
            case Decision.Requirement.Justification(var min) ->
                    "a reason of at least " + min + " characters";
        };
    }

    private static String match(Said said) {
        return switch (said.match()) {
            case MATCHED -> "matched";
            case NOT_MATCHED -> "not matched";
            case FAILED -> said.counts() ? "failed: yes" : "failed: no";
        };
    }

    private static String part(Part part) {
        var text = part.text().replaceAll("\\s+", " ");
        var facts =
                part.facts().entrySet().stream()
                        .map(fact -> fact.getKey() + " is " + fact.getValue().text())
                        .collect(Collectors.joining(", "));
        return "`"
                + text
                + "` "
                + (part.value().equals("false") ? "is false" : part.value())
                + (facts.isEmpty() ? "" : ": " + facts);
    }

    // ---- for machines

    static Json json(PolicyVerdict verdict) {
        var facts = Json.object();
        verdict.trace().facts().forEach(facts::put);
        var obligations = verdict.obligations();
        return Json.object()
                .put("decision", verdict.outcome().word())
                .put("by", verdict.by())
                .put("because", Json.list(verdict.rules(), rule -> Json.of(rule.toString())))
                .put("told", verdict.told().map(Json::of))
                .put(
                        "requires",
                        Json.list(verdict.requirements(), one -> Json.of(requirement(one))))
                .put("panels", Json.strings(verdict.panels()))
                .put(
                        "masks",
                        Json.list(
                                obligations.masks(),
                                mask ->
                                        Json.object()
                                                .put("labels", Json.strings(mask.labels()))
                                                .putIfAny("with", mask.with())
                                                .build()))
                .put("rows_out", limit(obligations.maxRows()))
                .put("bytes_out", limit(obligations.maxBytes()))
                .put("rules", Json.list(verdict.trace().rules(), ExplainedPolicy::json))
                .put("facts", facts.build())
                .build();
    }

    /// 0 is no limit.
    private static long limit(long value) {
        return value == Obligations.UNLIMITED ? 0 : value;
    }

    private static Json json(Trace.Said said) {
        return Json.object()
                .put("rule", said.rule().toString())
                .put(
                        "match",
                        said.match() == Match.NOT_MATCHED
                                ? "not-matched"
                                : said.match().name().toLowerCase(Locale.ROOT))
                .put("counts", said.counts())
                .put("when", said.when())
                .put("says", Json.strings(said.says()))
                .put("because", Json.list(said.because(), ExplainedPolicy::json))
                .build();
    }

    private static Json json(Part part) {
        var facts = Json.object();
        part.facts().forEach(facts::put);
        return Json.object()
                .put("text", part.text())
                .put("value", part.value())
                .put("facts", facts.build())
                .build();
    }
}
