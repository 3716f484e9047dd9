package dev.countersign.server;

import dev.countersign.bellwebhook.WebhookBell;
import dev.countersign.gate.Framed;
import dev.countersign.gate.Gate;
import dev.countersign.model.Action;
import dev.countersign.model.Decision;
import dev.countersign.model.Principal;
import dev.countersign.model.Target;
import dev.countersign.reviews.Bell;
import dev.countersign.settings.ConfigurationProblems;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// The configuration in force, and what is made of it: policy, targets, bells. It is exchanged as a
/// whole while sessions run.
///
/// Policies, panels and issuers count for every session at once. A session keeps the target's
/// settings that it began with (its columns, its address): it ends, or goes on so.
final class CurrentConfiguration implements Gate.Policy, Bell, AutoCloseable {
    private final Path file;
    private final Map<String, Framed> protocols;
    private final Clock clock;
    private volatile State state;

    private record State(
            Configuration configuration,
            Instant since,
            String by,
            Map<String, FrontDesk.Destination> destinations,
            Map<String, WebhookBell> bells) {}

    /// @throws ConfigurationProblems with all that is wrong in the files
    CurrentConfiguration(Path file, Map<String, Framed> protocols, Clock clock) {
        this.file = file;
        this.protocols = Map.copyOf(protocols);
        this.clock = clock;
        this.state = ready(read(), Map.of(), Map.of(), "");
    }

    private Configuration read() {
        return Configuration.read(file, protocols, clock);
    }

    private State ready(
            Configuration next,
            Map<String, FrontDesk.Destination> destinations,
            Map<String, WebhookBell> bells,
            String by) {
        return new State(
                next, clock.instant(), by, destinations(next, destinations), bells(next, bells));
    }

    private Map<String, FrontDesk.Destination> destinations(
            Configuration next, Map<String, FrontDesk.Destination> before) {
        var out = new HashMap<String, FrontDesk.Destination>();
        next.targets()
                .forEach((name, settings) -> {
                    var known = before.get(name);
                    if (known != null && known.settings().equals(settings)) {
                        out.put(name, known);
                        return;
                    }
                    var secret = next.secret(settings.secret());
                    var protocol =
                            Objects.requireNonNull(protocols.get(settings.target().protocol()));
                    var analyst = protocol.analyst(settings, secret::read);
                    out.put(name, new FrontDesk.Destination(settings, secret, analyst));
                });
        return Map.copyOf(out);
    }

    /// By the names that panels call them by.
    private Map<String, WebhookBell> bells(Configuration next, Map<String, WebhookBell> before) {
        var out = new HashMap<String, WebhookBell>();
        var where = Server.reviewSettings(next.server()).where();
        for (var channel : next.channels()) {
            var known = before.get(channel.name());
            if (known != null && known.channel().equals(channel)) {
                out.put(channel.name(), known);
                continue;
            }
            var secret = next.secret(channel.webhook().secret());
            out.put(channel.name(), new WebhookBell(channel, secret, where, clock));
        }
        return Map.copyOf(out);
    }

    // ---- what others ask of it while it is in force

    Configuration now() {
        return state.configuration();
    }

    Optional<FrontDesk.Destination> destination(String protocol, String target) {
        return Optional.ofNullable(state.destinations().get(target))
                .filter(one -> one.settings().target().protocol().equals(protocol));
    }

    Optional<Target> target(String name) {
        return Optional.ofNullable(now().targets().get(name)).map(found -> found.target());
    }

    Set<String> administrators() {
        return Set.copyOf(now().server().administrators());
    }

    @Override
    public Decision decide(Action action) {
        return now().rules().decide(action);
    }

    @Override
    public boolean onlyReads(Principal who, Target where) {
        return now().rules().onlyReads(who, where);
    }

    @Override
    public void ring(Ring ring) {
        for (var name : ring.review().channels()) {
            var bell = state.bells().get(name);
            if (bell != null) {
                bell.ring(ring);
            }
        }
    }

    // ---- its exchange

    /// All that the files ask for, made ready and not in force.
    ///
    /// @param by who will have put it in force
    /// @throws ConfigurationProblems with all that is wrong in the files
    Ready readAnew(String by) {
        var before = state;
        return new Ready(before, ready(read(), before.destinations(), before.bells(), by));
    }

    /// What was read, on its way to be in force. Closed without that, it leaves nothing behind.
    final class Ready implements AutoCloseable {
        private final State before;
        private final State next;
        private boolean counts;

        private Ready(State before, State next) {
            this.before = before;
            this.next = next;
        }

        Configuration configuration() {
            return next.configuration();
        }

        /// From now on it counts. Bells that it has no more are silent.
        void putInForce() {
            state = next;
            counts = true;
            silence(before.bells(), next.bells());
        }

        @Override
        public void close() {
            if (!counts) {
                silence(next.bells(), before.bells());
            }
        }
    }

    private static void silence(Map<String, WebhookBell> before, Map<String, WebhookBell> kept) {
        before.values()
                .forEach(bell -> {
                    if (!kept.containsValue(bell)) {
                        bell.close();
                    }
                });
    }

    Instant since() {
        return state.since();
    }

    /// Who put it in force; empty for the start.
    String by() {
        return state.by();
    }

    @Override
    public void close() {
        silence(state.bells(), Map.of());
    }
}
