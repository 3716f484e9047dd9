package dev.countersign.postgres;

import dev.countersign.gate.Framing;
import dev.countersign.gate.MalformedFrame;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/// One byte of tag, then a length that counts itself but not the tag (protocol page "Message
/// Formats"). Each direction knows its own tags, and a maximum for each; what is not listed does
/// not exist. Messages that only belong to what the gateway never asks for (CopyBothResponse,
/// NegotiateProtocolVersion of a target) are not listed.
final class PostgresFraming implements Framing {
    /// Tag and length.
    static final int HEADER = 5;

    /// The statement of a Query or Parse.
    static final int MAX_STATEMENT = 1 << 20;

    /// A Bind or a FunctionCall is held whole: its values are judged.
    static final int MAX_BIND = 16 << 20;

    /// Messages that carry little but a name: Execute, Describe, Close, CopyFail, CommandComplete.
    static final int MAX_NAMED = 16 << 10;

    /// A PasswordMessage: the longest token and its zero byte.
    static final int MAX_PASSWORD = 65_536;

    /// What a client says in a SASL exchange; PostgreSQL's own limit for it.
    static final int MAX_SASL = 1_024;

    /// A row, a piece of a copy, or what a FunctionCall gives. PostgreSQL itself makes none above 1
    /// GiB; it is handed on in pieces.
    static final int MAX_ROW = 1 << 30;

    /// What of the target is held whole: descriptions, errors, notices, parameters.
    static final int MAX_REPLY = 1 << 20;

    /// A NotificationResponse: the server's own limit is 8,000 bytes of payload and 63 of name, or
    /// four times that where its blocks are larger.
    static final int MAX_NOTIFICATION = 33 << 10;

    /// An authentication request: SCRAM's messages are far shorter.
    static final int MAX_AUTHENTICATION = 4 << 10;

    /// Bytes of a cancel key (protocol page "BackendKeyData").
    static final int MIN_KEY = 4;

    static final int MAX_KEY = 256;

    /// BackendKeyData: process and key.
    static final int MAX_KEY_DATA = 4 + MAX_KEY;

    private static final int UNKNOWN = -1;

    private static final PostgresFraming CLIENT =
            new PostgresFraming("client")
                    .take("QP", MAX_STATEMENT)
                    .take("BF", MAX_BIND)
                    .take("EDCf", MAX_NAMED)
                    .take("HSXc", 0)
                    .take("d", MAX_ROW);
    private static final PostgresFraming PASSWORD =
            new PostgresFraming("client").take("p", MAX_PASSWORD);
    private static final PostgresFraming SASL = new PostgresFraming("client").take("p", MAX_SASL);
    private static final PostgresFraming TARGET =
            new PostgresFraming("target")
                    .take("DdV", MAX_ROW)
                    .take("TtENSGH", MAX_REPLY)
                    .take("A", MAX_NOTIFICATION)
                    .take("C", MAX_NAMED)
                    .take("R", MAX_AUTHENTICATION)
                    .take("K", MAX_KEY_DATA)
                    .take("Z", 1)
                    .take("123sInc", 0);
    private static final PostgresFraming TARGET_LOGIN =
            new PostgresFraming("target")
                    .take("ENS", MAX_NAMED)
                    .take("R", MAX_AUTHENTICATION)
                    .take("K", MAX_KEY_DATA)
                    .take("Z", 1);

    private final String side;
    private final int[] most = new int[128];

    private PostgresFraming(String side) {
        this.side = side;
        Arrays.fill(most, UNKNOWN);
    }

    private PostgresFraming take(String tags, int body) {
        tags.chars().forEach(tag -> most[tag] = body);
        return this;
    }

    /// What a client sends once it is logged in.
    static Framing client() {
        return CLIENT;
    }

    /// What a client sends when it was asked for a password: nothing else may come.
    static Framing password() {
        return PASSWORD;
    }

    /// What a client sends when it was asked for a login by SASL: nothing else may come.
    static Framing sasl() {
        return SASL;
    }

    /// What a target sends from the startup packet to its first ReadyForQuery.
    static Framing targetLogin() {
        return TARGET_LOGIN;
    }

    /// What a target sends once the gateway is logged in.
    static Framing target() {
        return TARGET;
    }

    @Override
    public long peek(ByteBuf in, int at, int available) throws MalformedFrame {
        if (available == 0) {
            return INCOMPLETE;
        }
        int tag = in.getUnsignedByte(at);
        if (tag >= most.length || most[tag] == UNKNOWN) {
            throw new MalformedFrame(
                    "the "
                            + side
                            + " sent a message of a kind that is not expected: 0x"
                            + Integer.toHexString(tag));
        }
        if (available < HEADER) {
            return INCOMPLETE;
        }
        int length = in.getInt(at + 1);
        if (length < 4 || length - 4 > most[tag]) {
            throw new MalformedFrame(
                    "the "
                            + side
                            + " sent a message '"
                            + (char) tag
                            + "' of length "
                            + length
                            + "; allowed is 4 to "
                            + (most[tag] + 4));
        }
        return Framing.header(tag, length + 1);
    }

    @Override
    public boolean pieces(int tag) {
        return most[tag] == MAX_ROW;
    }
}
