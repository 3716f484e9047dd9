package dev.countersign.postgres;

import dev.countersign.gate.Dialer;
import dev.countersign.gate.Frame;
import dev.countersign.gate.Framed;
import dev.countersign.gate.Framing;
import dev.countersign.gate.MalformedFrame;
import dev.countersign.gate.Ready;
import dev.countersign.gate.TargetSettings;
import dev.countersign.model.Bytes;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The gateway's login to a PostgreSQL server. Whoever answers at that address is hostile until it
/// has shown, over TLS, a certificate that bears the configured name, and proven that it knows the
/// verifier of the password.
///
/// ```
///        SSLRequest        S           startup          AuthenticationSASL     client-first
///  NEW ───────────▶ ASKED ───▶ HANDSHAKE ──────▶ STARTED ────────────────────────────┐
///   │                 └─ N: failed        ▲                                          ▼
///   └──────────────── plain ──────────────┘                                      OFFERED
///                                                                server-first        │
///   ReadyForQuery, pins hold                AuthenticationOk    server-final         ▼  derive
///  READY ◀──────────────── ADMITTED ◀─────── VERIFIED ◀──────── PROVEN ◀──────── DERIVING
///             ParameterStatus, key
/// ```
///
/// ## What is refused
///
/// Anything but SCRAM-SHA-256: a password in clear or MD5 would hand the credential over, and an
/// AuthenticationOk that comes before the server's signature was verified would let anybody play
/// the target. `trust` is therefore no way to let the gateway in, on loopback neither.
///
/// ## What is pinned
///
/// What decides how a statement is read, and as whom it runs, is put into the startup packet, so
/// that a RESET restores it; what the target reports of it is checked before anybody is let
/// through. The startup packet asks for protocol 3.0: no newer feature is used on this leg.
///
/// The target's own words never leave this class. An error's SQLSTATE does.
final class PostgresDialer implements Dialer {
    /// Messages of a target up to its first ReadyForQuery; PostgreSQL 18 sends about 20.
    static final int MAX_MESSAGES = 256;

    /// Characters of all settings that a target reports.
    static final int MAX_REPORTED = 64 << 10;

    /// The schemas that a session sees where the client asked for none.
    private static final String DEFAULT_PATH = "public";

    private static final Logger LOG = LoggerFactory.getLogger(PostgresDialer.class);

    private enum State {
        NEW,
        ASKED,
        HANDSHAKE,
        STARTED,
        OFFERED,
        DERIVING,
        PROVEN,
        VERIFIED,
        ADMITTED,
        OVER
    }

    private final TargetSettings target;
    private final Supplier<char[]> secret;
    private final Framed.Terms terms;
    private final ScramKeys keys;
    private final ScramClient scram;
    private final Map<String, String> reported = new HashMap<>();
    private State state = State.NEW;
    private int messages;
    private int reportedLength;
    private @Nullable Bytes cancelRequest;

    /// @param secret gives the password's characters anew at each call
    PostgresDialer(
            TargetSettings target,
            Supplier<char[]> secret,
            Framed.Terms terms,
            ScramKeys keys,
            ScramClient scram) {
        this.target = target;
        this.secret = secret;
        this.terms = terms;
        this.keys = keys;
        this.scram = scram;
    }

    @Override
    public Framing framing() {
        return state == State.ASKED ? TlsAnswer.FRAMING : PostgresFraming.targetLogin();
    }

    @Override
    public void begin(Effects out) {
        switch (target.leg().tls()) {
            case VERIFY_FULL -> {
                state = State.ASKED;
                out.toTarget(Messages.sslRequest(out.allocator()));
            }
            case PLAIN -> start(out);
        }
    }

    @Override
    public void secured(Effects out) {
        if (state != State.HANDSHAKE) {
            throw new IllegalStateException("TLS in state " + state);
        }
        start(out);
    }

    private void start(Effects out) {
        state = State.STARTED;
        out.toTarget(Messages.startup(out.allocator(), Messages.VERSION_3_0, startup()));
    }

    private Map<String, String> startup() {
        var all = new LinkedHashMap<String, String>();
        all.put("user", target.target().role());
        all.put("database", target.target().namespace());
        all.putAll(terms.settings());
        all.put("application_name", terms.name());
        all.put("search_path", searchPath());
        all.put("client_encoding", "UTF8");
        all.put("standard_conforming_strings", "on");
        if (terms.readOnly()) {
            all.remove("transaction_read_only");
            all.put("default_transaction_read_only", "on");
        }
        return all;
    }

    /// Temporary objects last. `pg_catalog` is not named: the server then looks there first of all,
    /// and unqualified CREATEs still go to the client's schema
    /// (`docs/decisions/0007-the-pinned-path.md`).
    private String searchPath() {
        var asked = terms.settings().getOrDefault("search_path", DEFAULT_PATH);
        return asked + ", pg_temp";
    }

    @Override
    public void fromTarget(Frame frame, Effects out) throws MalformedFrame {
        if (state == State.OVER) {
            return;
        }
        if (state == State.ASKED) {
            tlsAnswer(frame, out);
            return;
        }
        if (++messages > MAX_MESSAGES) {
            throw new MalformedFrame("more than " + MAX_MESSAGES + " messages during login");
        }
        switch (frame.tag()) {
            case 'E' -> refused(Fields.read(frame), out);
            case 'N' -> Fields.read(frame);
            case 'R' -> authentication(new Body(frame), out);
            case 'S' -> parameter(new Body(frame));
            case 'K' -> keyData(new Body(frame));
            case 'Z' -> readyForQuery(new Body(frame), out);
            default -> throw unexpected("message '" + (char) frame.tag() + "'");
        }
    }

    private void tlsAnswer(Frame frame, Effects out) throws MalformedFrame {
        switch (frame.tag()) {
            case 'S' -> {
                state = State.HANDSHAKE;
                out.startTls();
            }
            case 'N' -> fail("the target offers no TLS", out);
            default -> throw new MalformedFrame("neither S nor N in answer to SSLRequest");
        }
    }

    // ---- authentication

    private void authentication(Body in, Effects out) throws MalformedFrame {
        int kind = in.int32();
        switch (kind) {
            case 0 -> admitted(in, out);
            case 10 -> offered(in, out);
            case 11 -> challenged(in, out);
            case 12 -> proven(in, out);
            case 3, 5 ->
                    fail(
                            "the target wants the password in "
                                    + (kind == 3 ? "clear" : "MD5")
                                    + "; the gateway gives it only to SCRAM-SHA-256: set it anew on"
                                    + " the target with password_encryption = scram-sha-256, and"
                                    + " say scram-sha-256 in its pg_hba.conf",
                            out);
            default -> fail("the target wants a login of a kind that is not served", out);
        }
    }

    private void offered(Body in, Effects out) throws MalformedFrame {
        expect(State.STARTED, "AuthenticationSASL");
        boolean found = false;
        for (var mechanism = in.cstring(); !mechanism.isEmpty(); mechanism = in.cstring()) {
            found |= mechanism.equals(ScramClient.MECHANISM);
        }
        in.done();
        if (!found) {
            fail("the target does not offer " + ScramClient.MECHANISM, out);
            return;
        }
        state = State.OFFERED;
        out.toTarget(
                Messages.saslInitialResponse(
                        out.allocator(), ScramClient.MECHANISM, scram.first()));
    }

    private void challenged(Body in, Effects out) throws MalformedFrame {
        expect(State.OFFERED, "AuthenticationSASLContinue");
        var challenge = scram.challenge(text(in));
        state = State.DERIVING;
        out.derive(() -> salted(challenge));
    }

    /// Runs away from the event loop.
    private Bytes salted(ScramClient.Challenge challenge) {
        try {
            return keys.salted(secret, challenge);
        } catch (RuntimeException e) {
            LOG.atError()
                    .addKeyValue("target", target.target().name())
                    .setCause(e)
                    .log("the credential of a target cannot be used");
            return Bytes.EMPTY;
        }
    }

    @Override
    public void derived(Bytes key, Effects out) throws MalformedFrame {
        if (state == State.OVER) {
            return;
        }
        expect(State.DERIVING, "a key");
        if (key.length() == 0) {
            fail("the gateway's credential for the target cannot be used", out);
            return;
        }
        state = State.PROVEN;
        out.toTarget(Messages.saslResponse(out.allocator(), scram.proof(key)));
    }

    private void proven(Body in, Effects out) throws MalformedFrame {
        expect(State.PROVEN, "AuthenticationSASLFinal");
        if (scram.verified(text(in))) {
            state = State.VERIFIED;
        } else {
            fail(
                    "the target cannot prove that it knows the credential: it is not who it says",
                    out);
        }
    }

    private void admitted(Body in, Effects out) throws MalformedFrame {
        in.done();
        if (state == State.VERIFIED) {
            state = State.ADMITTED;
        } else {
            fail(
                    "the target lets the gateway in without proof of who it is (trust); the gateway"
                            + " needs scram-sha-256 in its pg_hba.conf",
                    out);
        }
    }

    private static String text(Body in) throws MalformedFrame {
        return in.bytes(in.left())
                .text()
                .orElseThrow(() -> new MalformedFrame("a SCRAM message that is no text"));
    }

    // ---- what comes before the first ReadyForQuery

    private void parameter(Body in) throws MalformedFrame {
        expect(State.ADMITTED, "ParameterStatus");
        var name = in.cstring();
        var value = in.cstring();
        in.done();
        reportedLength += name.length() + value.length();
        if (reportedLength > MAX_REPORTED) {
            throw new MalformedFrame("settings of more than " + MAX_REPORTED + " characters");
        }
        reported.put(name, value);
    }

    private void keyData(Body in) throws MalformedFrame {
        expect(State.ADMITTED, "BackendKeyData");
        if (cancelRequest != null) {
            throw unexpected("second BackendKeyData");
        }
        int process = in.int32();
        int length = in.left();
        if (length < PostgresFraming.MIN_KEY || length > PostgresFraming.MAX_KEY) {
            throw new MalformedFrame("a cancel key of " + length + " bytes");
        }
        cancelRequest = Messages.cancelRequest(process, in.bytes(length));
    }

    private void readyForQuery(Body in, Effects out) throws MalformedFrame {
        expect(State.ADMITTED, "ReadyForQuery");
        if (in.int8() != 'I') {
            throw new MalformedFrame("a new session that is inside a transaction");
        }
        in.done();
        if (cancelRequest == null) {
            throw new MalformedFrame("a login without BackendKeyData");
        }
        var loose = loose();
        if (!loose.isEmpty()) {
            fail("the target does not hold the session at " + loose, out);
            return;
        }
        state = State.OVER;
        out.ready(new Ready(reported, cancelRequest));
    }

    /// The first pin that does not hold; empty where all do. What every version reports must be
    /// there, the rest must be right where it is reported.
    private String loose() {
        var asked = startup();
        for (var pin :
                Map.of("client_encoding", "UTF8", "standard_conforming_strings", "on").entrySet()) {
            if (!pin.getValue().equals(reported.get(pin.getKey()))) {
                return pin.getKey();
            }
        }
        if (terms.readOnly()
                && !reported.getOrDefault("default_transaction_read_only", "on").equals("on")) {
            return "default_transaction_read_only";
        }
        var path = asked.getOrDefault("search_path", "");
        if (!reported.getOrDefault("search_path", path).equals(path)) {
            return "search_path";
        }
        var role = target.target().role();
        return reported.getOrDefault("session_authorization", role).equals(role)
                ? ""
                : "session_authorization";
    }

    // ---- failure

    private void refused(Fields fields, Effects out) {
        fail("the target refuses the gateway's login: " + meaning(fields.code()), out);
    }

    private static String meaning(String code) {
        var words =
                switch (code) {
                    case "28P01", "28000" -> "it does not take the gateway's credential";
                    case "3D000" -> "it has no such database";
                    case "42501" -> "the role may not do what the session needs";
                    case "22023", "42704" -> "it does not take a setting that was asked for";
                    case "53300" -> "it has no connection left";
                    case "57P03" -> "it is starting up, shutting down or recovering";
                    default -> "it gives no reason that the gateway knows";
                };
        return words + " (SQLSTATE " + code + ")";
    }

    private void fail(String message, Effects out) {
        state = State.OVER;
        out.failed(message);
    }

    private void expect(State due, String what) throws MalformedFrame {
        if (state != due) {
            throw unexpected(what);
        }
    }

    private static MalformedFrame unexpected(String what) {
        return new MalformedFrame(what + " where none belongs in a login");
    }
}
