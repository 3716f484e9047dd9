package dev.countersign.postgres;

import dev.countersign.gate.CancelKey;
import dev.countersign.gate.Claim;
import dev.countersign.gate.Frame;
import dev.countersign.gate.Framing;
import dev.countersign.gate.Greeting;
import dev.countersign.gate.MalformedFrame;
import dev.countersign.gate.Reception;
import dev.countersign.gate.Token;
import dev.countersign.gate.Wanted;
import dev.countersign.model.Bytes;
import org.jspecify.annotations.Nullable;

/// The client's half of a PostgreSQL login (protocol page "Start-up").
///
/// ```
///                  ┌─ GSSENCRequest: N ─┐
///                  ▼                    │      startup           PasswordMessage
///  SSLRequest: N ▶ FIRST ───────────────┴────────────▶ PASSWORD ────────────────▶ IDENTIFYING
///              │    ▲ │                  CleartextPassword                             │
///              │ S  │ └─ CancelRequest ──▶ OVER ◀── refused, malformed, turnedAway ────┘
///              ▼    │ secured
///            HANDSHAKE
///
///      startup with a user name that the gateway gave out (SCRAM-SHA-256):
///
///      FIRST ──▶ SASL ──────────────▶ PROOF ─────────────▶ IDENTIFYING
///                 SASLInitialResponse  SASLResponse
/// ```
///
/// At most one SSLRequest and one GSSENCRequest, neither of them inside TLS, and exactly one
/// startup: each state knows only what may come in it, everything else is malformed. A token is
/// asked for only where it is protected, or where the listener's configuration says that it need
/// not be. Whoever comes with a minted credential shows no secret at all: it proves that it knows
/// the password, and a name that nobody was given is asked for the same, in as many messages.
/// Nothing that the client sent is repeated to it, but for the names of protocol extensions it
/// asked for, which the protocol demands.
///
/// A CancelRequest is taken in clear too: libpq before 17 knows no other way. What its sender can
/// do with the key is to cancel.
final class PostgresGreeting implements Greeting {
    private static final String PROTOCOL = "protocol";
    private static final String REFUSED = "refused";
    private static final String TURNED_AWAY = "turned-away";

    private enum State {
        FIRST,
        HANDSHAKE,
        PASSWORD,
        SASL,
        PROOF,
        IDENTIFYING,
        OVER
    }

    private State state = State.FIRST;
    private boolean tlsAsked;
    private boolean gssAsked;
    private boolean tls;
    private @Nullable Wanted wanted;
    private @Nullable ScramServer scram;

    @Override
    public Framing framing() {
        return switch (state) {
            case PASSWORD -> PostgresFraming.password();
            case SASL, PROOF -> PostgresFraming.sasl();
            case FIRST, HANDSHAKE, IDENTIFYING, OVER -> StartupFraming.FRAMING;
        };
    }

    @Override
    public void fromClient(Frame frame, Effects out) throws MalformedFrame {
        switch (state) {
            case FIRST -> packet(new Body(frame, 4), out);
            case PASSWORD -> password(new Body(frame), out);
            case SASL -> sasl(new Body(frame), out);
            case PROOF -> proof(new Body(frame), out);
            case HANDSHAKE, IDENTIFYING ->
                    throw new MalformedFrame("a message while none is waited for");
            case OVER -> {
                // what was still on its way
            }
        }
    }

    private void packet(Body in, Effects out) throws MalformedFrame {
        int code = in.int32();
        switch (code) {
            case Messages.SSL_REQUEST -> tls(in, out);
            case Messages.GSSENC_REQUEST -> gss(in, out);
            case Messages.CANCEL_REQUEST -> cancel(in, out);
            default -> startup(code, in, out);
        }
    }

    private void tls(Body in, Effects out) throws MalformedFrame {
        in.done();
        if (tlsAsked) {
            throw new MalformedFrame("a second SSLRequest");
        }
        tlsAsked = true;
        if (out.tlsOffered()) {
            state = State.HANDSHAKE;
            out.startTls(out.allocator().buffer(1).writeByte('S'));
        } else {
            out.toClient(out.allocator().buffer(1).writeByte('N'));
        }
    }

    @Override
    public void secured(String version, Effects out) {
        if (state != State.HANDSHAKE) {
            throw new IllegalStateException("TLS in state " + state);
        }
        state = State.FIRST;
        tls = true;
    }

    private void gss(Body in, Effects out) throws MalformedFrame {
        in.done();
        if (gssAsked || tls) {
            throw new MalformedFrame(tls ? "a GSSENCRequest inside TLS" : "a second GSSENCRequest");
        }
        gssAsked = true;
        out.toClient(out.allocator().buffer(1).writeByte('N'));
    }

    private void cancel(Body in, Effects out) throws MalformedFrame {
        int id = in.int32();
        int length = in.left();
        if (length < PostgresFraming.MIN_KEY || length > PostgresFraming.MAX_KEY) {
            throw new MalformedFrame("a cancel key of " + length + " bytes");
        }
        state = State.OVER;
        out.cancel(new CancelKey(id, in.bytes(length)));
    }

    private void startup(int code, Body in, Effects out) throws MalformedFrame {
        try {
            if (code >>> 16 != 3) {
                throw new StartupRefused(
                        SqlState.NOT_SERVED,
                        "this version of the protocol is not served",
                        "Version 3 is, as every client since PostgreSQL 7.4 speaks it.");
            }
            if (!tls && !out.plainAllowed()) {
                throw new StartupRefused(
                        SqlState.NOT_AUTHORISED,
                        "this listener lets clients in over TLS only",
                        "Connect with sslmode=verify-full, or at least sslmode=require.");
            }
            var startup = Startup.read(code, in);
            wanted = StartupTerms.read(startup);
            if (startup.negotiate()) {
                out.toClient(
                        Messages.negotiateProtocolVersion(
                                out.allocator(),
                                Messages.VERSION_3_0 | startup.served(),
                                startup.extensions()));
            }
            askWho(startup.parameters().getOrDefault("user", ""), out);
        } catch (StartupRefused e) {
            end(e.code(), e.message(), e.hint(), REFUSED, out);
        }
    }

    private void askWho(String user, Effects out) {
        var verifier = out.verifier(user);
        if (verifier.isPresent()) {
            state = State.SASL;
            scram = ScramServer.fresh(verifier.get());
            out.toClient(Messages.sasl(out.allocator(), ScramServer.MECHANISM));
        } else {
            state = State.PASSWORD;
            out.toClient(Messages.cleartextPassword(out.allocator()));
        }
    }

    private void sasl(Body in, Effects out) throws MalformedFrame {
        if (!in.cstring().equals(ScramServer.MECHANISM)) {
            throw new MalformedFrame(
                    "the client chose a SASL mechanism that was not offered; "
                            + ScramServer.MECHANISM
                            + " was");
        }
        int length = in.int32();
        if (length < 0) {
            throw new MalformedFrame("a SCRAM exchange begins with the client's first message");
        }
        var first = text(in.bytes(length));
        in.done();
        state = State.PROOF;
        out.toClient(Messages.saslContinue(out.allocator(), exchange().challenge(first)));
    }

    private void proof(Body in, Effects out) throws MalformedFrame {
        var proved = exchange().proved(text(in.bytes(in.left())));
        if (wanted == null) {
            throw new IllegalStateException("a proof before the startup packet");
        }
        state = State.IDENTIFYING;
        if (proved.isPresent()) {
            out.toClient(Messages.saslFinal(out.allocator(), ScramServer.verdict(proved.get())));
            out.identify(new Claim.Proved(proved.get()), wanted);
        } else {
            out.identify(new Claim.Unproved(), wanted);
        }
    }

    private ScramServer exchange() {
        if (scram == null) {
            throw new IllegalStateException("a SASL message without an exchange");
        }
        return scram;
    }

    private static String text(Bytes bytes) throws MalformedFrame {
        return bytes.text()
                .orElseThrow(() -> new MalformedFrame("a SASL message is not valid UTF-8"));
    }

    private void password(Body in, Effects out) throws MalformedFrame {
        var token = in.cstring();
        in.done();
        if (wanted == null) {
            throw new IllegalStateException("a password before the startup packet");
        }
        if (token.isEmpty()) {
            end(
                    SqlState.BAD_PASSWORD,
                    "no token was given",
                    "Give an access token as the password.",
                    REFUSED,
                    out);
            return;
        }
        state = State.IDENTIFYING;
        out.identify(new Claim.Shown(new Token(token)), wanted);
    }

    @Override
    public void turnedAway(Reception.Why why, String message, Effects out) {
        end(SqlState.of(why), message, "", TURNED_AWAY, out);
    }

    @Override
    public void malformed(String why, Effects out) {
        if (state == State.HANDSHAKE) {
            state = State.OVER; // in the middle of TLS there is no way to say anything
            out.hangUp(PROTOCOL);
        } else {
            end(SqlState.PROTOCOL_VIOLATION, why, "", PROTOCOL, out);
        }
    }

    private void end(String code, String message, String hint, String reason, Effects out) {
        if (state != State.OVER) {
            state = State.OVER;
            out.toClient(Messages.error(out.allocator(), "FATAL", code, message, "", hint));
            out.hangUp(reason);
        }
    }
}
