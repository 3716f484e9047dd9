package dev.countersign.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.gate.Claim;
import dev.countersign.gate.MalformedFrame;
import dev.countersign.gate.Reception;
import dev.countersign.gate.Verifier;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// A client that comes with a minted credential, byte by byte.
class MintedGreetingTest {
    private static final String USER = Minted.ID.value();
    private static final byte[] STARTUP =
            Packet.startup(Messages.VERSION_3_0, "user", USER, "database", "shop");
    private static final byte[] ASKS_SASL =
            Packet.of('R').int32(10).cstring("SCRAM-SHA-256").int8(0).bytes();

    private final ScramClient scram = ScramClient.fresh();

    private static Caller caller(Verifier verifier) {
        var caller = new Caller();
        caller.minted.put(USER, verifier);
        return caller;
    }

    private static byte[] initial(String mechanism, String first) {
        var bytes = first.getBytes(StandardCharsets.UTF_8);
        return Packet.of('p').cstring(mechanism).int32(bytes.length).raw(bytes).bytes();
    }

    private static byte[] response(String last) {
        return Packet.of('p').text(last).bytes();
    }

    /// What the gateway said behind its last request.
    private static String data(Caller caller, int behind) {
        var all = caller.bytes();
        return new String(
                Arrays.copyOfRange(all, behind + 9, all.length), StandardCharsets.US_ASCII);
    }

    private byte[] proof(Caller caller, String password) throws MalformedFrame {
        var challenge = scram.challenge(data(caller, ASKS_SASL.length));
        return response(scram.proof(new ScramKeys().salted(password::toCharArray, challenge)));
    }

    @Test
    void whoever_knows_the_password_is_proved_and_never_shows_it() throws MalformedFrame {
        var caller = caller(Minted.of("sesame")).send(STARTUP);
        assertThat(caller.bytes()).isEqualTo(ASKS_SASL);
        caller.send(initial("SCRAM-SHA-256", scram.first()));
        int challenged = caller.bytes().length;

        caller.send(proof(caller, "sesame"));

        assertThat(((Claim.Proved) Objects.requireNonNull(caller.claim)).proof().who())
                .isEqualTo(Minted.ID);
        assertThat(scram.verified(data(caller, challenged))).isTrue();
        assertThat(Objects.requireNonNull(caller.wanted).target()).isEqualTo("shop");
        assertThat(caller.hungUp).isNull();
    }

    @Test
    void a_wrong_password_and_a_name_of_nobody_go_the_same_way() throws MalformedFrame {
        for (var verifier :
                new Verifier[] {Minted.of("other"), Verifier.mock(Minted.SALT, 4_096)}) {
            var client = ScramClient.fresh();
            var caller = caller(verifier).send(STARTUP);
            caller.send(initial("SCRAM-SHA-256", client.first()));
            int challenged = caller.bytes().length;
            var challenge = client.challenge(data(caller, ASKS_SASL.length));

            caller.send(
                    response(
                            client.proof(
                                    new ScramKeys().salted("sesame"::toCharArray, challenge))));

            assertThat(caller.claim).isInstanceOf(Claim.Unproved.class);
            assertThat(caller.bytes()).as("nothing is said before the verdict").hasSize(challenged);
            caller.greeting.turnedAway(Reception.Why.IDENTITY, "no", caller);
            assertThat(caller.text()).contains("28P01");
        }
    }

    @Test
    void everybody_else_is_asked_for_a_token() {
        var caller =
                caller(Minted.of("sesame"))
                        .send(Packet.startup(Messages.VERSION_3_0, "user", "eve"));

        assertThat(caller.bytes()).isEqualTo(Packet.of('R').int32(3).bytes());
    }

    @Test
    void it_does_not_matter_where_the_bytes_are_cut() throws MalformedFrame {
        var caller = caller(Minted.of("sesame")).byteByByte(STARTUP);
        caller.byteByByte(initial("SCRAM-SHA-256", scram.first()));

        caller.byteByByte(proof(caller, "sesame"));

        assertThat(caller.claim).isInstanceOf(Claim.Proved.class);
    }

    @Test
    void a_listener_with_tls_wants_tls_for_it_too() {
        var caller = Caller.overTls();
        caller.minted.put(USER, Minted.of("sesame"));

        caller.send(STARTUP);

        assertThat(caller.text()).contains("28000", "over TLS only");
    }

    @Test
    void what_is_no_sasl_of_ours_is_malformed() {
        for (var message :
                new byte[][] {
                    initial("SCRAM-SHA-256-PLUS", scram.first()),
                    initial("SCRAM-SHA-1", scram.first()),
                    initial("", scram.first()),
                    initial("SCRAM-SHA-256", "p=tls-server-end-point,,n=,r=abc"),
                    Packet.of('p').cstring("SCRAM-SHA-256").int32(-1).bytes(),
                    Packet.of('p').cstring("SCRAM-SHA-256").int32(400).text("n,,").bytes(),
                    Packet.of('p').cstring("SCRAM-SHA-256").int32(1).text("n,,").bytes(),
                    Packet.of('p').cstring("eyJhbGciOiJub25lIn0.e30.").bytes(),
                    Packet.of('p').cstring("SCRAM-SHA-256").int32(2).int8(0xC3).int8(0x28).bytes(),
                    initial("SCRAM-SHA-256", "n,,n=,r=" + "x".repeat(PostgresFraming.MAX_SASL)),
                    Packet.query("SELECT 1")
                }) {
            var caller = caller(Minted.of("sesame")).send(STARTUP, message);

            assertThat(caller.malformed).isNotNull().doesNotContain("eyJ");
            assertThat(caller.claim).isNull();
            assertThat(caller.text()).contains("08P01");
        }
    }

    @Test
    void a_second_message_that_is_too_long_or_another_exchanges_is_malformed() {
        for (var last :
                new String[] {"x".repeat(1_025), "c=biws,r=abc,p=" + "A".repeat(43) + "="}) {
            var caller = caller(Minted.of("sesame")).send(STARTUP);

            caller.send(initial("SCRAM-SHA-256", scram.first()), response(last));

            assertThat(caller.malformed).isNotNull();
            assertThat(caller.claim).isNull();
        }
    }
}
