package dev.countersign.postgres;

import dev.countersign.gate.Analyst;
import dev.countersign.gate.Asked;
import dev.countersign.gate.Gate;
import dev.countersign.model.Action;
import dev.countersign.model.Bytes;
import dev.countersign.model.Decision;
import dev.countersign.model.Effect;
import dev.countersign.model.Facts;
import dev.countersign.model.Obligations;
import dev.countersign.model.Preview;
import dev.countersign.model.Principal;
import dev.countersign.model.Refusal;
import dev.countersign.model.Session;
import dev.countersign.model.Target;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// An analyst and a policy that understand a few words, for conversations whose point is not the
/// grammar: `bad …` is denied, `ask …` needs an approval, `… few` may have two rows, `… two` would
/// change two and `… four` four, `… ssn …` lets the labelled column out. `execute NAME` is judged
/// by what the request says that the name stands for.
final class Judge {
    static final Analyst ANALYST =
            new Analyst() {
                @Override
                public CompletionStage<Analysis> analyse(Session session, Asked asked) {
                    return CompletableFuture.completedStage(analysis(session, asked));
                }

                @Override
                public Bytes invitation(Action action) {
                    var sql = action.request().command().text().orElse("");
                    return sql.contains("from stdin") ? CopyInvitation.of(sql, 3) : Bytes.EMPTY;
                }

                @Override
                public CompletionStage<Preview> preview(Action action) {
                    return CompletableFuture.completedStage(
                            action.shape().contains("two")
                                    ? Preview.of(2, OptionalLong.of(3))
                                    : action.shape().contains("four")
                                            ? Preview.of(4, OptionalLong.of(3))
                                            : Preview.unknown("nobody counts"));
                }
            };

    static final Gate.Policy POLICY =
            new Gate.Policy() {
                @Override
                public Decision decide(Action action) {
                    return Judge.decide(action);
                }

                @Override
                public boolean onlyReads(Principal who, Target where) {
                    return false;
                }
            };

    private static final Refusal NEVER = new Refusal(Refusal.Reason.NEVER, "never here", "");

    private Judge() {}

    private static Analyst.Analysis analysis(Session session, Asked asked) {
        var request = asked.request();
        var sql = request.command().text().orElse(SqlTexts.UNKNOWN);
        var effects = EnumSet.noneOf(Effect.class);
        var whole = new StringBuilder();
        boolean call =
                sql.equals(SqlTexts.FUNCTION_CALL + "952")
                        || sql.equals(SqlTexts.FUNCTION_CALL + "954");
        boolean never = sql.startsWith(SqlTexts.UNKNOWN) && !call;
        if (call) {
            effects.add(Effect.CALL);
        }
        for (var part : sql.split(";", -1)) {
            var text = part.strip();
            whole.append(text).append('\n');
            if (text.startsWith("execute ")) {
                var name = text.substring(8).strip();
                var meant =
                        request.names().stream().filter(one -> one.name().equals(name)).toList();
                never |= meant.isEmpty();
                for (var one : meant) {
                    var inner = one.text().text().orElse("");
                    whole.append(inner).append('\n');
                    effects.add(effect(inner));
                }
            }
            effects.add(effect(text.replaceFirst("^prepare \\w+ as ", "")));
        }
        boolean sensitive = whole.toString().contains("ssn");
        var facts =
                new Facts.Sql(
                        false,
                        request.prepare(),
                        List.of(),
                        sensitive ? List.of("public.people.ssn") : List.of(),
                        List.of(),
                        List.of(),
                        true,
                        false,
                        0,
                        sensitive,
                        outputs(whole.toString(), sensitive));
        var action =
                new Action(
                        asked.id(),
                        session,
                        request,
                        effects.isEmpty() ? Set.of(Effect.READ) : effects,
                        List.of(),
                        facts,
                        whole.toString());
        return new Analyst.Analysis(action, never ? NEVER : null);
    }

    /// `ssn` is labelled, and `lost ssn` was made of it.
    private static List<Facts.Outputs> outputs(String texts, boolean sensitive) {
        if (!sensitive) {
            return List.of();
        }
        return Arrays.stream(texts.split(";", -1))
                .map(text ->
                        text.contains("lost")
                                ? of(Facts.Origin.DERIVED)
                                : text.contains("id, ssn")
                                        ? of(Facts.Origin.HARMLESS, Facts.Origin.LABELLED)
                                        : text.contains("ssn")
                                                ? of(Facts.Origin.LABELLED)
                                                : Facts.Outputs.HARMLESS)
                .toList();
    }

    private static Facts.Outputs of(Facts.Origin... origins) {
        return new Facts.Outputs(
                Arrays.stream(origins).map(origin -> new Facts.Output(origin, "")).toList(),
                true,
                Facts.Form.ROWS);
    }

    private static Effect effect(String text) {
        return switch (text.split(" ", 2)[0]) {
            case "select", "" -> Effect.READ;
            case "update", "ask", "bad" -> Effect.UPDATE;
            case "create" -> Effect.DDL;
            case "listen" -> Effect.PRIVILEGE;
            default -> Effect.SESSION;
        };
    }

    private static Decision decide(Action action) {
        var because = List.of(new Decision.RuleRef("test", "rule"));
        var obligations =
                action.shape().contains("few")
                        ? new Obligations(List.of(), 2, Obligations.UNLIMITED)
                        : action.shape().contains(SqlTexts.FUNCTION_CALL + "954")
                                ? new Obligations(List.of(), Obligations.UNLIMITED, 100)
                                : Obligations.NONE;
        var lines = action.shape().lines().toList();
        if (lines.stream().anyMatch(line -> line.startsWith("bad"))) {
            return new Decision.Deny(because, "bad is denied");
        }
        if (lines.stream()
                .anyMatch(line -> line.startsWith("ask") || line.startsWith("copy ask"))) {
            return new Decision.Require(
                    because,
                    List.of(
                            new Decision.Requirement.Approval(
                                    "panel", 1, Duration.ofMinutes(1), false)),
                    obligations);
        }
        return new Decision.Allow(because, obligations);
    }
}
