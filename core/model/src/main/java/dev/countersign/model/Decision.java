package dev.countersign.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/// What the policy says to an action. Every answer names the rules that gave it, so that evidence
/// can quote them.
public sealed interface Decision {
    List<RuleRef> because();

    record Allow(List<RuleRef> because, Obligations obligations) implements Decision {
        public Allow {
            because = List.copyOf(because);
        }
    }

    record Require(List<RuleRef> because, List<Requirement> requirements, Obligations obligations)
            implements Decision {
        public Require {
            because = List.copyOf(because);
            requirements = List.copyOf(requirements);
        }
    }

    /// @param toTheAgent what the client is told; no policy internals, no values
    record Deny(List<RuleRef> because, String toTheAgent) implements Decision {
        public Deny {
            because = List.copyOf(because);
        }
    }

    /// `policy/rule`
    record RuleRef(String policy, String rule) {
        @Override
        public String toString() {
            return policy + "/" + rule;
        }
    }

    /// What must be there before an action may run.
    sealed interface Requirement {
        /// @param panel whose people decide
        /// @param count how many of them at least; the panel's quorum may be more
        /// @param within how long they may be waited for
        /// @param signed each must sign in for this one ruling
        record Approval(String panel, int count, Duration within, boolean signed)
                implements Requirement {}

        record StepUp(String method, Duration maxAge) implements Requirement {}

        record Justification(int min) implements Requirement {}
    }

    /// The lattice: deny over require over allow, whatever the order of the rules. Requirements of
    /// several rules are all needed; obligations accumulate by the stricter value.
    static Decision stricter(Decision a, Decision b) {
        return switch (a) {
            case Deny(var because, var words) ->
                    b instanceof Deny(var more, _) ? new Deny(both(because, more), words) : a;
            case Require(var because, var requirements, var obligations) ->
                    switch (b) {
                        case Deny _ -> b;
                        case Require(var more, var others, var also) ->
                                new Require(
                                        both(because, more),
                                        both(requirements, others),
                                        obligations.and(also));
                        case Allow(var more, var also) ->
                                new Require(
                                        both(because, more), requirements, obligations.and(also));
                    };
            case Allow(var because, var obligations) ->
                    switch (b) {
                        case Deny _ -> b;
                        case Require(var more, var others, var also) ->
                                new Require(both(because, more), others, obligations.and(also));
                        case Allow(var more, var also) ->
                                new Allow(both(because, more), obligations.and(also));
                    };
        };
    }

    private static <T> List<T> both(List<T> a, List<T> b) {
        var all = new LinkedHashSet<>(a);
        all.addAll(b);
        return new ArrayList<>(all);
    }
}
