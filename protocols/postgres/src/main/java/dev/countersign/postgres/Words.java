package dev.countersign.postgres;

import dev.countersign.gate.Conversation.Effects;
import dev.countersign.gate.Frame;
import dev.countersign.gate.MalformedFrame;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What the target says beside its answers: errors, notices, and settings that it reports. Its own
/// words reach the client only where no labelled value can be in them, and with the detectors over
/// them.
final class Words {
    /// Settings that decide how the next statement is read; a session in which one changes is over.
    private static final Set<String> PINNED =
            Set.of(
                    "standard_conforming_strings",
                    "client_encoding",
                    "search_path",
                    "session_authorization",
                    "is_superuser",
                    "default_transaction_read_only");

    /// Settings that the target reports and that hold text of any kind.
    private static final Set<String> FREE = Set.of("application_name", "TimeZone");

    /// Values of such settings that are remembered as the client's own.
    private static final int MAX_TOLD = 256;

    private final RowMasks masks;
    private final Optional<Detecting> detecting;
    private final Map<String, String> reported;
    private final Set<String> told = new HashSet<>();

    /// @param detecting looks at texts one by one; empty where nobody wants that
    /// @param reported settings as the target told them at login
    Words(RowMasks masks, Optional<Detecting> detecting, Map<String, String> reported) {
        this.masks = masks;
        this.detecting = detecting;
        this.reported = reported;
        reported.forEach(masks::reported);
    }

    /// How a text of the target looks that is passed on: one value of its own.
    ///
    /// @param masked counts what was found, by detector
    String seen(String text, Map<String, Long> masked) {
        if (detecting.isEmpty()) {
            return text;
        }
        var utf8 = text.getBytes(StandardCharsets.UTF_8);
        var found = detecting.get().found(utf8, utf8.length, masked);
        return found == null ? text : new String(found, StandardCharsets.UTF_8);
    }

    /// How a setting that the target reports looks. What is pinned is no text of anybody's.
    String seen(String setting, String value, Map<String, Long> masked) {
        return PINNED.contains(setting) ? value : seen(value, masked);
    }

    /// @param open whether the target's own words may be passed on
    /// @param masked counts what was found in them, by detector
    /// @return the message as the client is sent it
    String error(ErrorTexts texts, Frame frame, boolean open, Map<String, Long> masked, Effects out)
            throws MalformedFrame {
        if (open) {
            pass(frame, masked, out);
            return seen(texts.message(), new HashMap<>());
        }
        out.toClient(texts.neutralError(out.allocator()));
        return texts.neutral();
    }

    /// @param open whether the target's own words may be passed on
    /// @param heard false where the client is not sent what belongs to this answer any more
    /// @param masked as for [#error]
    void notice(Frame frame, boolean open, boolean heard, Map<String, Long> masked, Effects out)
            throws MalformedFrame {
        var texts = ErrorTexts.read(frame);
        if (!open) {
            out.toClient(texts.neutralNotice(out.allocator()));
        } else if (heard) {
            pass(frame, masked, out);
        }
    }

    /// The target's own words; each field but the SQLSTATE is looked at as one value.
    private void pass(Frame frame, Map<String, Long> masked, Effects out) throws MalformedFrame {
        if (detecting.isEmpty()) {
            out.toClient(frame);
            return;
        }
        var fields = Fields.all(frame);
        var shown = fields.stream().map(field -> shown(field, masked)).toList();
        if (shown.equals(fields)) {
            out.toClient(frame);
        } else {
            out.toClient(Messages.report(out.allocator(), (char) frame.tag(), shown));
        }
    }

    private Fields.Field shown(Fields.Field field, Map<String, Long> masked) {
        return field.kind() == 'C'
                ? field
                : new Fields.Field(field.kind(), seen(field.text(), masked));
    }

    /// @param settings that the client has changed
    /// @param running the text that runs, empty where none does
    /// @param heard as for [#notice]
    /// @param masked as for [#error]
    void parameter(
            Frame frame,
            Map<String, String> settings,
            String running,
            boolean heard,
            Map<String, Long> masked,
            Effects out)
            throws MalformedFrame {
        var in = new Body(frame);
        var name = in.cstring();
        var value = in.cstring();
        in.done();
        if (PINNED.contains(name) && !value.equals(reported.getOrDefault(name, value))) {
            throw new MalformedFrame("the pinned setting " + name + " changed");
        }
        masks.reported(name, value);
        boolean passes =
                !masks.labelled() || !FREE.contains(name) || own(name, value, settings, running);
        if (passes && heard) {
            var seen = seen(name, value, masked);
            if (seen.equals(value)) {
                out.toClient(frame);
            } else {
                out.toClient(Messages.parameterStatus(out.allocator(), name, seen));
            }
        }
    }

    /// Whether the client itself has said this value, or was told it before: a function can put
    /// anything else there.
    private boolean own(String name, String value, Map<String, String> settings, String running) {
        var key = name.toLowerCase(Locale.ROOT);
        boolean said =
                value.equals(reported.get(name))
                        || settings.getOrDefault(key, "").contains(value)
                        || running.contains(value)
                        || told.contains(key + "=" + value);
        if (said && told.size() < MAX_TOLD) {
            told.add(key + "=" + value);
        }
        return said;
    }
}
