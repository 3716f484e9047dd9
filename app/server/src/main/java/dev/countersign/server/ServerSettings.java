package dev.countersign.server;

import dev.countersign.decisionhttp.DecisionSettings;
import dev.countersign.identity.IssuerSettings;
import dev.countersign.secrets.SecretStore;
import dev.countersign.settings.Default;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The gateway's own document, the one without a `kind`.
///
/// ```yaml
/// listen:
///   postgres: {at: "127.0.0.1:6432", tls: {certificate: file:gw.crt, key: file:gw.key}}
/// data-dir: /var/lib/countersign
/// origin: example.com/countersign/prod/gw1
/// issuers:
///   - {issuer: https://idp.example/realms/x, audience: countersign}
/// ```
///
/// @param listen by protocol; `api` is where people see and decide, on loopback or with `tls`;
///   `monitor` is where machines ask how the gateway is, plain, for it shows nothing secret
/// @param dataDir everything the gateway writes lies under it
/// @param origin the log's name, for ever: `<domain>/countersign/<deployment>/<node>`
/// @param guardFile the last signed checkpoint, outside of `data-dir`, so that an old copy of it is
///   noticed
/// @param keys where the log's own keys lie; made on the first start
/// @param secrets where `store:NAME` looks
/// @param reviews how long clients are held while people decide
/// @param decisions a decision service that is asked too, and can only forbid
/// @param issuers who may say who somebody is
/// @param administrators groups of people who may see and end every session and credential, beside
///   those whom these act for
/// @param traces where spans of actions go; nowhere unless said
public record ServerSettings(
        Map<String, ListenSettings> listen,
        Path dataDir,
        String origin,
        Optional<Path> guardFile,
        Optional<KeySettings> keys,
        Optional<StoreSettings> secrets,
        Optional<HoldSettings> reviews,
        Optional<DecisionSettings> decisions,
        List<IssuerSettings> issuers,
        List<String> administrators,
        Optional<TraceSettings> traces) {

    /// @param otlp a collector of OpenTelemetry's, by HTTP: `http://127.0.0.1:4318`; no statement
    ///   and no value is ever sent there
    public record TraceSettings(String otlp) {
        public TraceSettings {
            if (!otlp.matches("https?://[^/\\s?#]+(/[^\\s?#]*)?")) {
                throw new IllegalArgumentException(
                        "`otlp` is the URL of a collector, such as http://127.0.0.1:4318");
            }
        }
    }

    /// How long a client's statement stands still while people decide; its review goes on after
    /// that.
    ///
    /// @param hold outside of a transaction
    /// @param holdInTransaction inside of one, all its holds together: it keeps locks
    /// @param where people find the console or the API: `https://gw.example:8443`; made of
    ///   `listen.api` where nothing stands here
    public record HoldSettings(
            @Default("10m") Duration hold,
            @Default("30s") Duration holdInTransaction,
            @Default("") String where) {
        /// Nobody is held any longer.
        static final Duration LONGEST = Duration.ofHours(1);

        /// Everything at its default.
        static final HoldSettings STANDARD =
                new HoldSettings(Duration.ofMinutes(10), Duration.ofSeconds(30), "");

        public HoldSettings {
            for (var one : List.of(hold, holdInTransaction)) {
                if (!one.isPositive() || one.compareTo(LONGEST) > 0) {
                    throw new IllegalArgumentException(
                            "`hold` and `hold-in-transaction` are longer than 0s and at most 1h");
                }
            }
        }
    }

    /// @param at `host:port`; port 0 takes any free one
    /// @param tls its certificate; nobody but loopback is served without
    /// @param plaintext takes tokens in clear: on loopback only
    public record ListenSettings(
            String at, Optional<TlsSettings> tls, @Default("false") boolean plaintext) {
        public ListenSettings {
            if (!at.matches("(\\[[0-9a-fA-F:.%]+]|[^:\\s]+):\\d{1,5}")
                    || Integer.parseInt(at.substring(at.lastIndexOf(':') + 1)) > 65_535) {
                throw new IllegalArgumentException("`at` must be `host:port`");
            }
        }

        String host() {
            return at.substring(0, at.lastIndexOf(':')).replaceAll("[\\[\\]]", "");
        }

        int port() {
            return Integer.parseInt(at.substring(at.lastIndexOf(':') + 1));
        }
    }

    /// PEM files: `file:gw.crt`.
    ///
    /// @param certificate the server's own first, then those that it hangs on
    /// @param key its private key, unencrypted
    public record TlsSettings(String certificate, String key) {}

    /// @param log signs the log's checkpoints
    /// @param payload encrypts what must not stand in a record
    public record KeySettings(
            @Default("file:keys/log") String log, @Default("file:keys/payload") String payload) {}

    /// The local encrypted store of secrets.
    ///
    /// @param store its folder; `secrets` under `data-dir` where nothing stands here
    /// @param key its key, which is best kept elsewhere; `keys/secrets` under `data-dir`
    public record StoreSettings(Optional<Path> store, Optional<Path> key) {}

    /// Where `store:NAME` looks.
    SecretStore store() {
        return new SecretStore(
                secrets.flatMap(StoreSettings::store).orElse(dataDir.resolve("secrets")),
                secrets.flatMap(StoreSettings::key).orElse(dataDir.resolve("keys/secrets")));
    }

    public ServerSettings {
        var wrong = new ArrayList<String>();
        if (OWN.containsAll(listen.keySet())) {
            wrong.add("`listen` names no protocol, so nobody could connect");
        }
        listen.forEach((protocol, at) -> {
            if (protocol.equals(MONITOR) && at.tls().isPresent()) {
                wrong.add(
                        "`listen.monitor` has no `tls`: it is plain and shows nothing secret; put it"
                                + " on an address that only your probes and Prometheus reach");
            }
            if (!OWN.contains(protocol) && at.tls().isPresent() == at.plaintext()) {
                wrong.add(
                        "`listen."
                                + protocol
                                + "` needs one of `tls:` and, on loopback only,"
                                + " `plaintext: true`");
            }
        });
        if (!origin.matches("[a-zA-Z0-9._~/-]{3,255}") || origin.startsWith("/")) {
            wrong.add(
                    "`origin` is the log's name: letters, digits and . _ ~ / -, such as"
                            + " example.com/countersign/prod/gw1");
        }
        if (administrators.stream().anyMatch(String::isBlank)) {
            wrong.add("`administrators` names groups, and none of them is empty");
        }
        if (issuers.stream().map(IssuerSettings::issuer).distinct().count() < issuers.size()) {
            wrong.add("`issuers` names the same issuer twice");
        }
        if (issuers.isEmpty()) {
            wrong.add("`issuers` names none, so nobody could prove who they are");
        }
        if (!wrong.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", wrong));
        }
    }

    /// Where people see and decide.
    static final String API = "api";

    /// Where machines ask how the gateway is.
    static final String MONITOR = "monitor";

    /// Listeners that take in no clients of a protocol.
    static final Set<String> OWN = Set.of(API, MONITOR);
}
