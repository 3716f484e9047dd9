package dev.countersign.sql;

import dev.countersign.model.Effect;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What one statement does, as far as its text tells.
///
/// @param effects over all its nodes, data-modifying common table expressions included
/// @param tables every relation named, common table expressions left out
/// @param functions every function called, as written
/// @param foreign whether any function called is not on the list of built-ins
/// @param restricted every UPDATE, DELETE and MERGE in it has a condition
/// @param tautology any such condition is always true
/// @param mentions every column named
/// @param settings that it changes
/// @param reach what may reach further than it looks
/// @param uses names of prepared statements and cursors that it runs
/// @param prepares the name it gives to `inner`, by PREPARE or DECLARE; empty where it does not
/// @param temporary it makes a temporary object
/// @param never why it must not run whatever policy says; empty where policy decides
/// @param notServed the part of the protocol it needs that is not served; empty where none
/// @param parsed its tree; empty where nothing is known
public record Statement(
        Set<Effect> effects,
        List<Table> tables,
        List<String> functions,
        boolean foreign,
        boolean restricted,
        boolean tautology,
        List<Mention> mentions,
        List<SettingChange> settings,
        Reach reach,
        List<String> uses,
        String prepares,
        boolean temporary,
        String never,
        String notServed,
        Optional<Parsed> parsed) {

    public Statement {
        effects = Set.copyOf(effects);
        tables = List.copyOf(tables);
        functions = List.copyOf(functions);
        mentions = List.copyOf(mentions);
        settings = List.copyOf(settings);
        uses = List.copyOf(uses);
    }

    /// A statement of which nothing is known.
    static Statement unknown() {
        return new Statement(
                Set.of(Effect.UNKNOWN),
                List.of(),
                List.of(),
                true,
                false,
                true,
                List.of(),
                List.of(),
                Reach.NOTHING,
                List.of(),
                "",
                false,
                "",
                "",
                Optional.empty());
    }

    /// Whether it asks for a plan.
    public boolean explains() {
        return parsed.filter(Parsed::explains).isPresent();
    }

    /// Whether it is a SELECT, VALUES, TABLE or SHOW, whatever may be inside.
    public boolean reads() {
        return parsed.filter(Parsed::reads).isPresent();
    }

    /// The COPY that it is, if it is one.
    public Optional<Copy> copy() {
        return parsed.flatMap(Parsed::copy);
    }

    /// The channel that it listens to or notifies, if it does.
    public Optional<Channel> channel() {
        return parsed.flatMap(Parsed::channel);
    }

    /// Whether its result is that of a text which a name stands for: EXECUTE, FETCH.
    public boolean executes() {
        return parsed.filter(Parsed::executes).isPresent();
    }

    /// @param schema empty where none was written
    /// @param alias empty where none was written
    /// @param renames the alias renames columns too, so that mentions of it say nothing
    public record Table(String schema, String name, String alias, boolean renames) {}

    /// @param qualifier empty where none was written
    /// @param column `*` for all columns
    public record Mention(String qualifier, String column) {}

    /// @param name as the server has it: folded and cut
    /// @param listens by LISTEN; otherwise by NOTIFY
    public record Channel(String name, boolean listens) {}

    /// @param value empty where it is reset, or no literal
    public record SettingChange(String name, String value) {}
}
