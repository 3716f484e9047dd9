package dev.countersign.evidence;

import dev.countersign.evidence.OpenReviews.At;
import dev.countersign.evidence.OpenReviews.Found;
import dev.countersign.model.ActionId;
import dev.countersign.model.Decision.Requirement.Approval;
import dev.countersign.model.Decision.RuleRef;
import dev.countersign.model.Effect;
import dev.countersign.model.Json;
import dev.countersign.model.Principal;
import dev.countersign.model.ReviewId;
import dev.countersign.model.Ruling;
import dev.countersign.model.Session;
import dev.countersign.model.SessionId;
import dev.countersign.model.Work;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads what a log tells of the reviews that it left open, with the payloads of their records.
/// Everything must have been published.
final class OpenReviewReader {
    private static final Logger LOG = LoggerFactory.getLogger(OpenReviewReader.class);

    private final EvidenceSettings settings;
    private final long size;
    private final PayloadReader payloads;

    /// @param size of the published log
    OpenReviewReader(EvidenceSettings settings, long size) {
        this.settings = settings;
        this.size = size;
        this.payloads = PayloadReader.open(settings.directory(), settings.payloadKey());
    }

    List<OpenReview> read(List<Found> open, List<Found> rejected) {
        var out = new ArrayList<OpenReview>();
        var now = settings.clock().instant();
        open.forEach(found -> out.add(read(found, false)));
        rejected.forEach(found -> out.add(read(found, true)));
        out.removeIf(review -> review.rejected() && !review.expires().isAfter(now));
        return List.copyOf(out);
    }

    /// What the log itself has of it, it has in the form that it was written in: anything else is
    /// damage, and refuses the start.
    private OpenReview read(Found found, boolean rejected) {
        var x = found.request().body();
        return new OpenReview(
                new ReviewId(found.name()),
                found.request().leaf(),
                Instant.parse(text(x, "expires")),
                rejected,
                told(found));
    }

    private Optional<OpenReview.Told> told(Found found) {
        try {
            return Optional.of(all(found));
        } catch (IOException | EvidenceFailure | IllegalArgumentException | DateTimeException e) {
            LOG.atWarn()
                    .addKeyValue("review", found.name())
                    .setCause(e)
                    .log("what people were asked before the restart cannot be read");
            return Optional.empty();
        }
    }

    private OpenReview.Told all(Found found) throws IOException {
        var request = found.request();
        var x = request.body();
        var intent = entry(found.intent());
        var asked = intent.body();
        var shape = text(asked, "shape");
        return new OpenReview.Told(
                intent.leaf(),
                new ActionId(text(x, "action")),
                new SessionId(text(request.record(), "sess")),
                source(object(request.record(), "src")),
                request.record()
                        .object("work")
                        .map(work -> Work.Assurance.valueOf(text(work, "assurance")))
                        .orElse(Work.Assurance.B0),
                payloads.read(entry(found.login()).record()),
                payloads.read(intent.record()),
                new HashSet<>(list(asked, "effects", OpenReviewReader::effect)),
                shape,
                shape.length() >= Encoder.MAX_SHAPE,
                x.get("in_transaction").isPresent(),
                list(object(asked, "decision"), "because", OpenReviewReader::rule),
                list(x, "needs", OpenReviewReader::approval),
                Math.toIntExact(number(x, "people")),
                Instant.parse(text(request.record(), "t")),
                rows(text(x, "rows")),
                rulings(found.rulings()));
    }

    private At entry(long index) throws IOException {
        if (index == OpenReviews.NOWHERE) {
            throw wrong("the record before it");
        }
        var entry = Bundles.entry(settings.evidence(), index, size);
        var json = Json.parse(new String(entry, StandardCharsets.UTF_8));
        return new At(index, (Json.Obj) json, Frontier.leaf(entry));
    }

    private List<OpenReview.Said> rulings(List<At> rulings) {
        var out = new ArrayList<OpenReview.Said>();
        for (var ruling : rulings) {
            out.add(said(ruling));
        }
        return out;
    }

    private OpenReview.Said said(At ruling) {
        var x = ruling.body();
        var by = object(x, "reviewer");
        var words =
                (Json.Obj)
                        Json.parse(
                                new String(
                                        payloads.read(ruling.record()).toArray(),
                                        StandardCharsets.UTF_8));
        boolean signed = text(x, "assurance").equals(Ruling.Assurance.SIGNED.word());
        return new OpenReview.Said(
                ruling.leaf(),
                new Principal.Party(text(by, "iss"), text(by, "sub")),
                text(x, "ruling").equals(Ruling.APPROVED.word())
                        ? Ruling.APPROVED
                        : Ruling.REJECTED,
                signed ? Ruling.Assurance.SIGNED : Ruling.Assurance.SESSION,
                object(x, "statement"),
                words.text("reason").orElse(""),
                words.text(signed ? "id_token" : "access_token").orElse(""),
                Instant.parse(text(ruling.record(), "t")));
    }

    private static Session.Source source(Json.Obj src) {
        return new Session.Source(
                text(src, "peer"), text(src, "listener"), src.text("tls").orElse(""));
    }

    private static OptionalLong rows(String text) {
        return text.equals("unknown")
                ? OptionalLong.empty()
                : OptionalLong.of(Long.parseLong(text));
    }

    private static Effect effect(Json word) {
        return Arrays.stream(Effect.values())
                .filter(effect -> word.equals(Json.of(effect.word())))
                .findFirst()
                .orElseThrow(() -> wrong("effects"));
    }

    private static RuleRef rule(Json json) {
        if (json instanceof Json.Str(var name) && name.contains("/")) {
            int at = name.lastIndexOf('/');
            return new RuleRef(name.substring(0, at), name.substring(at + 1));
        }
        throw wrong("rules");
    }

    private static Approval approval(Json json) {
        if (json instanceof Json.Obj need) {
            return new Approval(
                    text(need, "approval"),
                    Math.toIntExact(number(need, "count")),
                    Duration.ofSeconds(number(need, "within_s")),
                    need.get("signed").isPresent());
        }
        throw wrong("needs");
    }

    // ---- the subset of JSON, strictly

    private static <T> List<T> list(Json.Obj json, String name, Function<Json, T> each) {
        if (json.get(name).orElse(json) instanceof Json.Arr(var items)) {
            return items.stream().map(each).toList();
        }
        throw wrong(name);
    }

    private static Json.Obj object(Json.Obj json, String name) {
        return json.object(name).orElseThrow(() -> wrong(name));
    }

    private static String text(Json.Obj json, String name) {
        return json.text(name).orElseThrow(() -> wrong(name));
    }

    private static long number(Json.Obj json, String name) {
        return json.integer(name).orElseThrow(() -> wrong(name));
    }

    private static IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException("a record without its " + what);
    }
}
