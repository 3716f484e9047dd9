package dev.countersign.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// Many random sessions, the same ones at every run. [Talk] itself fails where something goes to
/// the target without a live permit, or where something that could do anything goes under the
/// session's own.
class ConversationFuzzTest {
    private static final int SCRIPTS = 12_000;

    private static final List<String> TEXTS =
            List.of(
                    "select name from things",
                    "select ssn from people",
                    "select lost ssn",
                    "select few",
                    "select fail ssn",
                    "select fail",
                    "update things",
                    "update ssn notice",
                    "bad",
                    "ask things",
                    "begin",
                    "commit",
                    "rollback",
                    "create table t",
                    "prepare a as select ssn from people",
                    "prepare b as ask things",
                    "deallocate a",
                    "execute a",
                    "execute b",
                    "",
                    "select name; update things; select ssn",
                    "select ssn; bad");

    private static final List<String> NAMES = List.of("", "a", "b");

    private static <T> T one(Random random, List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private static byte[] message(Random random) {
        return switch (random.nextInt(13)) {
            case 0, 1 -> Packet.query(one(random, TEXTS));
            case 2, 3 -> Packet.parse(one(random, NAMES), one(random, TEXTS));
            case 4, 5 -> Packet.bind(one(random, NAMES), one(random, NAMES));
            case 6, 7 -> Packet.execute(one(random, NAMES), random.nextInt(3));
            case 8 -> Packet.describe(random.nextBoolean() ? 'S' : 'P', one(random, NAMES));
            case 9 -> Packet.close(random.nextBoolean() ? 'S' : 'P', one(random, NAMES));
            case 11 ->
                    Packet.all(
                            Packet.sync(), // within a pipeline it is malformed
                            Packet.of('F')
                                    .int32(random.nextInt(3) == 0 ? 815 : 952)
                                    .int16(0)
                                    .int16(1)
                                    .int32(1)
                                    .text("x")
                                    .int16(0)
                                    .bytes());
            case 10 -> random.nextInt(4) == 0 ? Packet.flush() : Packet.sync();
            default -> Packet.sync();
        };
    }

    private static byte[] script(Random random) {
        var messages = new ArrayList<byte[]>();
        for (int left = 1 + random.nextInt(16); left > 0; left--) {
            messages.add(message(random));
        }
        messages.add(Packet.sync());
        return Packet.all(messages.toArray(byte[][]::new));
    }

    private static void seeds(int seeds, Consumer<Random> each) {
        for (int seed = 0; seed < seeds; seed++) {
            try {
                each.accept(new Random(seed));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    /// Client and target by turns, each in pieces that begin and end anywhere.
    private static void play(
            Random random, Talk talk, Pretender target, byte[] script, int hostility) {
        int at = 0;
        while (!talk.ended) {
            int before = at;
            if (at < script.length && (random.nextBoolean() || target.answers.isEmpty())) {
                int to = Math.min(script.length, at + 1 + random.nextInt(script.length));
                talk.client(java.util.Arrays.copyOfRange(script, at, to));
                at = to;
            }
            target.work(talk);
            int give = random.nextInt(target.answers.size() + 1);
            boolean gave = give > 0 || before < at;
            for (; give > 0 && !talk.ended; give--) {
                var answer = target.answers.remove();
                if (hostility > 0 && random.nextInt(hostility) == 0) {
                    answer = mutated(random, answer);
                }
                talk.target(answer);
                target.work(talk);
            }
            if (!gave && target.answers.isEmpty()) {
                return;
            }
        }
    }

    private static byte[] mutated(Random random, byte[] message) {
        var out = message.clone();
        switch (random.nextInt(4)) {
            case 0 -> out[random.nextInt(out.length)] = (byte) random.nextInt(256);
            case 1 -> out[0] = (byte) "DTC123sntIZENSAGHKRdcvV".charAt(random.nextInt(23));
            case 2 -> out = Packet.all(out, message);
            default -> out = new byte[0];
        }
        return out;
    }

    @Test
    void an_honest_target_only_runs_what_was_judged_and_no_labelled_value_comes_out() {
        seeds(
                SCRIPTS,
                random -> {
                    var talk = new Talk();
                    var target = new Pretender();
                    play(random, talk, target, script(random), 0);

                    assertThat(target.unjudged).isEmpty();
                    assertThat(talk.text()).doesNotContain(Talk.CANARY);
                    if (talk.malformed != null) {
                        throw new AssertionError(talk.malformed + " after " + talk.forwarded());
                    }
                    talk.close();
                });
    }

    @Test
    void everybody_gets_every_answer() {
        seeds(
                SCRIPTS / 4,
                random -> {
                    var talk = new Talk();
                    var target = new Pretender();
                    var script = script(random);
                    play(random, talk, target, script, 0);
                    if (talk.hungUp != null) {
                        return; // a limit
                    }
                    long asked =
                            Talk.messages(script).stream()
                                    .filter(one -> one[0] == 'S' || one[0] == 'Q' || one[0] == 'F')
                                    .count();
                    long answered =
                            Talk.messages(talk.said.toByteArray()).stream()
                                    .filter(one -> one[0] == 'Z')
                                    .count();

                    assertThat(answered)
                            .as(talk.forwarded() + " / " + talk.heard())
                            .isLessThanOrEqualTo(asked)
                            .isGreaterThan(0);
                    assertThat(talk.heard())
                            .endsWith("Z" + talk.heard().charAt(talk.heard().length() - 1));
                    assertThat(talk.conversation.listening()).isTrue();
                });
    }

    @Test
    void a_target_that_lies_now_and_then_breaks_nothing_but_its_session() {
        seeds(
                SCRIPTS,
                random -> {
                    var talk = new Talk();
                    var target = new Pretender();
                    play(random, talk, target, script(random), 6);

                    Talk.messages(talk.said.toByteArray());
                    assertThat(talk.malformed == null || talk.hungUp != null).isTrue();
                    talk.close();
                });
    }

    @Test
    void a_client_whose_bytes_are_spoiled_breaks_nothing_but_its_session() {
        seeds(
                SCRIPTS,
                random -> {
                    var talk = new Talk();
                    var target = new Pretender();
                    var script = script(random);
                    for (int spoiled = 1 + random.nextInt(3); spoiled > 0; spoiled--) {
                        script[random.nextInt(script.length)] = (byte) random.nextInt(256);
                    }
                    play(random, talk, target, script, 0);

                    assertThat(target.unjudged).isEmpty();
                    assertThat(talk.text()).doesNotContain(Talk.CANARY);
                    talk.close();
                });
    }
}
