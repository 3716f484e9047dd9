package dev.countersign.cli;

import dev.countersign.model.Json;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/// What the control API has of one session, one thing after the other; a page is asked for when the
/// one before is used up.
final class Pages implements Player.Source {
    private final ApiClient api;
    private final String path;
    private final boolean exact;
    private final String name;
    private final Deque<Json.Obj> items = new ArrayDeque<>();
    private long from;
    private boolean more = true;

    /// @param part of the session's path: empty, `/exact`, `/recording`
    /// @param name of the list in the answer
    Pages(ApiClient api, String session, String part, String name) {
        this.api = api;
        this.path = "/v1/sessions/" + ApiClient.encoded(session) + part;
        this.exact = part.equals("/exact");
        this.name = name;
    }

    @Override
    public Optional<Json.Obj> next() throws IOException, InterruptedException, ApiClient.Refused {
        while (items.isEmpty() && more) {
            var at = path + "?from=" + from;
            var page = exact ? api.post(at, Json.object().build()) : api.get(at);
            items.addAll(Asking.items(page, name));
            var next = page.integer("next");
            more = next.isPresent() && next.get() > from;
            from = next.orElse(from);
        }
        return Optional.ofNullable(items.poll());
    }
}
