package dev.countersign.postgres;

import dev.countersign.gate.Conversation.Effects;
import dev.countersign.gate.Frame;
import dev.countersign.gate.MalformedFrame;
import dev.countersign.model.ActionId;
import dev.countersign.model.Effect;
import dev.countersign.model.Seen;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What the target says without being asked: that somebody notified a channel.
///
/// Only what a LISTEN of this very session asked for is passed on: one that was judged, on a
/// channel that the target's settings list. Anything else may be a row that a trigger published,
/// and ends the session as everything does that nobody expects. What is passed on counts, in the
/// recording, as seen by that LISTEN.
final class Notifications {
    /// Bytes of one session that a recording keeps: as much as of one answer.
    static final int MAX_RECORDED = 256 * 1024;

    private final Channels channels;
    private final SqlTexts texts;
    private final Words words;

    /// Listed channels only, so there are never many.
    private final Map<String, ActionId> heard = new HashMap<>();

    private long recorded;

    /// @param listed in the target's settings
    /// @param process by which the target knows this session
    /// @param told what the client was told in its place
    record Channels(Set<String> listed, int process, int told) {
        Channels {
            listed = Set.copyOf(listed);
        }
    }

    Notifications(Channels channels, SqlTexts texts, Words words) {
        this.channels = channels;
        this.texts = texts;
        this.words = words;
    }

    /// An admitted text is being sent to the target: its notifications may come before its answer
    /// ends.
    void sent(Tally tally, String sql) {
        var action = tally.permit.action();
        if (channels.listed().isEmpty() || !action.effects().contains(Effect.PRIVILEGE)) {
            return; // no LISTEN is without it
        }
        listens(sql, action.id());
        action.request()
                .names()
                .forEach(named -> listens(named.text().text().orElse(""), action.id()));
    }

    private void listens(String sql, ActionId by) {
        for (var change : texts.changes(sql)) {
            if (change instanceof SqlTexts.Change.Listen(var channel)
                    && channels.listed().contains(channel)) {
                heard.put(channel, by);
            }
        }
    }

    /// Passes it on, or says by whom it was not asked for.
    ///
    /// @return false where the client must not see it
    boolean pass(Frame frame, Effects out) throws MalformedFrame {
        var in = new Body(frame);
        int process = in.int32();
        var channel = in.cstring();
        var payload = in.cstring();
        in.done();
        var by = Optional.ofNullable(heard.get(channel));
        if (by.isEmpty()) {
            return false;
        }
        var seen = words.seen(payload, new HashMap<>());
        out.toClient(Messages.notification(out.allocator(), shown(process), channel, seen));
        if (recorded <= MAX_RECORDED) {
            recorded += frame.size();
            out.record(
                    by.get(),
                    recorded <= MAX_RECORDED
                            ? new Seen.Text("notification", channel + ": " + seen)
                            : new Seen.Text("notification", "(later ones are not kept)"));
        }
        return true;
    }

    /// A client may know its own notifications; nobody else's process is its business.
    private int shown(int process) {
        return process == channels.process() ? channels.told() : 0;
    }
}
