package dev.countersign.postgres;

import dev.countersign.model.Effect;
import dev.countersign.model.Request;
import dev.countersign.sql.Statement;
import java.util.List;
import java.util.Set;

/// Which statements are *proven* to have no effect, so that they may be forwarded while their
/// intent is being made durable.
///
/// The tree holds only SELECT, VALUES or SHOW; what it calls, as function, operator or cast, is a
/// built-in of our list, and nobody made another of that name; each relation is known, and reading
/// it runs nothing else (its views were looked through, no policy decides its rows, its types are
/// the system's own); its parameters are of the system's types. `pg_catalog` is always looked
/// through first, so a name that the list has and nobody used again is the built-in, whichever of
/// its overloads is meant: every one of them is harmless.
final class ProvenReads {
    /// Types with smaller oids come with the server.
    private static final long FIRST_MADE = 16_384;

    private ProvenReads() {}

    static boolean proven(Statement statement, List<Found> found, Catalogue.Code code) {
        boolean known = !code.types().isEmpty(); // a catalogue was read at all
        return known
                && statement.reads()
                && statement.effects().equals(Set.of(Effect.READ))
                && !statement.foreign()
                && statement.settings().isEmpty()
                && statement.uses().isEmpty()
                && statement.never().isEmpty()
                && statement.notServed().isEmpty()
                && !code.unnamedCasts()
                && code.types().containsAll(statement.reach().types())
                && found.stream().allMatch(ProvenReads::plain);
    }

    private static boolean plain(Found found) {
        var relation = found.relation();
        return relation != null && relation.runs() == Catalogue.Runs.BUILT_INS;
    }

    /// Whether Bind runs nothing but the system's own input functions.
    static boolean plainParameters(List<Request.Parameter> parameters) {
        return parameters.stream().allMatch(parameter -> parameter.type() < FIRST_MADE);
    }
}
