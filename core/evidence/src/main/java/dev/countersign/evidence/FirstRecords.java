package dev.countersign.evidence;

import dev.countersign.model.Bytes;
import dev.countersign.model.Evidence;
import dev.countersign.model.Hash;
import dev.countersign.model.Json;
import dev.countersign.model.ReviewId;
import dev.countersign.model.Ruling;
import java.util.ArrayList;
import java.util.List;

/// What an opened log writes before anything else: its beginning where it has none, the ends of
/// what a crash left open, and that it was started.
final class FirstRecords {
    private static final Hash NONE = new Hash(0, 0, 0, 0);

    private final Chains chains;
    private final Encoder encoder;
    private final RecordIds ids;

    FirstRecords(Chains chains, Encoder encoder, RecordIds ids) {
        this.chains = chains;
        this.encoder = encoder;
        this.ids = ids;
    }

    /// @param size records that are there
    /// @param lastKind of the last of them
    /// @param over reviews of earlier starts that end with this one: whoever asked must ask again,
    ///   and what was approved and not used is void
    List<Draft> drafts(
            String origin, LogKey key, long size, String lastKind, List<OpenReviews.Found> over) {
        var out = new ArrayList<Draft>();
        if (size == 0) {
            out.add(
                    encoder.plain(
                            "log.genesis",
                            encoder.body()
                                    .put("format", "cs.ev/1")
                                    .put("log_key", key.vkey())
                                    .put("origin", origin)));
        }
        chains.open().forEach((name, session) -> crashed(out, name, session));
        over.forEach(review -> out.add(withdrawn(review)));
        out.add(
                encoder.plain(
                        "log.start",
                        encoder.body()
                                .put(
                                        "after",
                                        size == 0
                                                ? "nothing"
                                                : lastKind.equals("log.stop") ? "stop" : "crash")
                                .put("size", size)));
        return out;
    }

    private Draft withdrawn(OpenReviews.Found review) {
        return encoder.draft(
                Evidence.Ruled.ended(
                        new ReviewId(review.name()),
                        review.request().leaf(),
                        Ruling.WITHDRAWN,
                        "the gateway was started anew"));
    }

    private void crashed(List<Draft> out, String name, Chains.OpenSession session) {
        var who =
                new Draft.Fragments(
                        name,
                        session.actorKey,
                        shared(session, "actor"),
                        shared(session, "src"),
                        shared(session, "tgt"),
                        shared(session, "work"));
        for (var action : session.intents.keySet()) {
            var body =
                    Json.object()
                            .put("action", action)
                            .put("bytes", 0)
                            .put("code", "crash")
                            .put("intent", session.intents.getOrDefault(action, NONE).toString())
                            .put("rows", 0)
                            .put("status", "unknown")
                            .put("took_us", 0)
                            .build();
            out.add(
                    new Draft(
                            "outcome",
                            ids.next(),
                            who,
                            Bytes.EMPTY,
                            "",
                            Bytes.owned(body.canonical()),
                            0,
                            Draft.Late.NONE,
                            null,
                            null));
        }
        out.add(
                new Draft(
                        "session.close",
                        ids.next(),
                        who,
                        Bytes.EMPTY,
                        "",
                        Bytes.EMPTY,
                        0,
                        new Draft.Late.Sum("crash"),
                        null,
                        null));
    }

    private static Bytes shared(Chains.OpenSession session, String name) {
        return session.shared.getOrDefault(name, Bytes.EMPTY);
    }
}
