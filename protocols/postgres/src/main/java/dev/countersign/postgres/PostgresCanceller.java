package dev.countersign.postgres;

import dev.countersign.gate.Dialer;
import dev.countersign.gate.Frame;
import dev.countersign.gate.Framing;
import dev.countersign.gate.Leg;
import dev.countersign.gate.MalformedFrame;
import dev.countersign.gate.Ready;
import dev.countersign.model.Bytes;

/// Sends one CancelRequest over a connection of its own, by the same rules of TLS as a login: on a
/// leg that is verified the target's key is never sent in clear, nor to anybody else. A target does
/// not answer, it closes.
final class PostgresCanceller implements Dialer {
    private final Leg.Tls tls;
    private final Ready login;
    private boolean asked;
    private boolean handshake;

    PostgresCanceller(Leg.Tls tls, Ready login) {
        this.tls = tls;
        this.login = login;
    }

    @Override
    public Framing framing() {
        return asked ? TlsAnswer.FRAMING : PostgresFraming.targetLogin();
    }

    @Override
    public void begin(Effects out) {
        switch (tls) {
            case VERIFY_FULL -> {
                asked = true;
                out.toTarget(Messages.sslRequest(out.allocator()));
            }
            case PLAIN -> cancel(out);
        }
    }

    @Override
    public void fromTarget(Frame frame, Effects out) throws MalformedFrame {
        if (!asked) {
            throw new MalformedFrame("an answer to a CancelRequest");
        }
        asked = false;
        switch (frame.tag()) {
            case 'S' -> {
                handshake = true;
                out.startTls();
            }
            case 'N' -> out.failed("the target offers no TLS for a cancel request");
            default -> throw new MalformedFrame("neither S nor N in answer to SSLRequest");
        }
    }

    @Override
    public void secured(Effects out) {
        if (!handshake) {
            throw new IllegalStateException("TLS that was not asked for");
        }
        handshake = false;
        cancel(out);
    }

    @Override
    public void derived(Bytes key, Effects out) {
        throw new IllegalStateException("a cancel request needs no key");
    }

    private void cancel(Effects out) {
        out.toTarget(out.allocator().buffer().writeBytes(login.cancelRequest().view()));
        out.ready(login);
    }
}
