package dev.countersign.cli;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// What `countersign init` was told, and the configuration that says so.
///
/// @param address where clients connect: `host:port`
/// @param tls certificate and key, as references; empty on loopback
/// @param target where the first target is
/// @param secret reference of its password
/// @param ca PEM file of the target's authorities; empty for the machine's own
record InitAnswers(
        String address,
        Optional<Pair> tls,
        String issuer,
        String audience,
        String subjects,
        String dataDir,
        At target,
        String secret,
        boolean plainTarget,
        String ca,
        String reviewers) {

    record Pair(String certificate, String key) {}

    /// `role@host:port/database`
    record At(String role, String address, String database) {
        private static final Pattern FORM =
                Pattern.compile(
                        "([^@/\\s]+)@(\\[[0-9a-fA-F:.%]+]:\\d{1,5}|[^:/@\\s]+:\\d{1,5})/([^/\\s]+)");

        /// @throws IllegalArgumentException if it has another form
        static At parse(String text) {
            var found = FORM.matcher(text);
            if (!found.matches()) {
                throw new IllegalArgumentException(
                        "a target is ROLE@HOST:PORT/DATABASE, such as"
                                + " countersign_agent@db.internal:5432/shop");
            }
            return new At(found.group(1), found.group(2), found.group(3));
        }

        /// What clients will call it.
        String name() {
            var name = database.replaceAll("[^A-Za-z0-9_.-]", "-");
            return name.substring(0, Math.min(63, name.length()));
        }
    }

    /// Its host, without brackets.
    static String host(String address) {
        int colon = address.lastIndexOf(':');
        return (colon < 0 ? address : address.substring(0, colon)).replaceAll("[\\[\\]]", "");
    }

    private String origin() {
        var host = host(address).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.-]", "-");
        return host + "/countersign/" + target.name();
    }

    /// A whole configuration, with what to know of each line.
    String yaml() {
        return """
        # Written by countersign init. `countersign doctor --config THIS` looks for mistakes; docs/configuration.md has every key.
        listen:
          postgres:                              # where agents connect: psql "host=… port=… dbname=%1$s user=ME", the token as password
            at: %2$s
            %3$s
          api: {at: "127.0.0.1:8443"}            # where people see and decide; elsewhere than on loopback it needs tls
          monitor: {at: "127.0.0.1:9464"}        # probes and Prometheus; nothing secret is told there
        data-dir: %4$s
        # guard-file: /another/disk/checkpoint   # an old copy of data-dir is noticed then, and reviews outlive a restart
        origin: %5$s   # the log's name, for ever
        issuers:
          - issuer: %6$s
            audience: %7$s           # must stand in the agents' tokens
            review-audience: %8$s   # must stand in the tokens of people who decide, and in no agent's
            review-client: countersign-cli       # the client that people sign in with
            subjects: %9$s                     # whether `sub` is one person's for all clients: docs/connecting-an-issuer.md
        ---
        kind: Target
        name: %1$s                               # what clients give as database name
        protocol: postgres
        address: %10$s
        database: %11$s
        role: %12$s       # every session runs as it; give it as little as you can
        secret: %13$s         # a reference; never the secret itself
        tls: %14$s
        # columns:                               # what is sensitive, and what clients see in its place
        #   public.customers.email: {label: pii.email, mask: redact}
        detectors: {enabled: true}               # cards, e-mail, secrets and identifiers are masked wherever they stand
        ---
        kind: Panel                              # who decides
        name: reviewers
        groups: [%15$s]
        ---
        kind: Policy
        name: baseline
        rules:                                   # no allow is a denial; deny over require over allow
          - name: reads
            on: [sql]
            when: stmt.effects.all(e, e in ["read", "session"])
            allow: true
          - name: writes-need-people
            on: [sql]
            when: stmt.verb == "write"
            allow: true
            require: {approval: {panel: reviewers, within: 10m}}
          - name: no-unbounded-dml
            on: [sql]
            when: stmt.effects.exists(e, e in ["update", "delete"]) && (!stmt.has_where || stmt.where_is_tautology)
            deny: UPDATE and DELETE must be restricted.
        """
                .formatted(
                        target.name(),
                        quoted(address),
                        tls.map(pair ->
                                        "tls: {certificate: "
                                                + quoted(pair.certificate())
                                                + ", key: "
                                                + quoted(pair.key())
                                                + "}")
                                .orElse("plaintext: true                  # on loopback only"),
                        quoted(dataDir),
                        origin(),
                        quoted(issuer),
                        quoted(audience),
                        quoted(audience + "-reviews"),
                        subjects,
                        quoted(target.address()),
                        quoted(target.database()),
                        quoted(target.role()),
                        quoted(secret),
                        targetTls(),
                        quoted(reviewers));
    }

    private String targetTls() {
        return plainTarget
                ? "{mode: plain}                      # nothing on the way to it is encrypted"
                : ca.isEmpty()
                        ? "{mode: verify-full}"
                        : "{mode: verify-full, ca: " + quoted("file:" + ca) + "}";
    }

    /// In YAML's double quotes.
    private static String quoted(String text) {
        if (text.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            throw new IllegalArgumentException("no answer holds control characters");
        }
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
