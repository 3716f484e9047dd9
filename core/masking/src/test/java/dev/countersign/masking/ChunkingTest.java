package dev.countersign.masking;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/// A text is the same however it is cut.
final class ChunkingTest {
    private static final String[] PIECES = {
        "4111 1111 1111 1111",
        "4111111111111111",
        "536-90-4399",
        "john.doe@example.com",
        "+1 415-555-2671",
        "\n",
        "\n",
        "\r\n",
        "GB82 WEST 1234 5698 7654 32",
        "ssn=536904399",
        "\"ssn\": \"536904399\"",
        "{\"card\": 4111111111111111, \"order_id\": 12345}\n",
        "password=hunter22",
        "postgres://u:p4ss@db/x",
        "AKIAIOSFODNN7EXAMPLE",
        "\u200b",
        "\uff14\uff11\uff11\uff11",
        "\\u0034111111111111111",
        "%34111111111111111",
        "&#52;111111111111111",
        "\n-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\nabcd\n",
        "-----END RSA PRIVATE KEY-----",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcDEF123",
        " ",
        " ",
        ",",
        ": ",
        "=",
        "(",
        "[",
        "{",
        "}",
        "\"",
        "\\",
        "\\\\",
        "'",
        "<",
        ">",
        "the quick brown fox",
        "order 1234567890",
        "\u00e9\u00e8",
        "\u65e5\u672c\u8a9e",
        "id,ssn,city\n1,536904399,Rome\n",
        "| ssn | x |\n| 536904399 | y |\n",
        "INSERT INTO t (a, ssn) VALUES (1, '536904399');\n",
        "TlBJOiAxNTkwMjAzNzAz",
        "550e8400-e29b-41d4-a716-446655440000",
        "2024-01-15T10:00:00Z",
        "\ud83d\ude00"
    };

    private static byte[] text(Random random, int pieces) {
        var out = new StringBuilder();
        for (int i = 0; i < pieces; i++) {
            out.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return out.toString().getBytes(UTF_8);
    }

    @Test
    void a_text_cut_at_any_border_is_masked_as_the_whole_one() {
        var random = new Random(7);
        for (int round = 0; round < 300; round++) {
            byte[] text = text(random, 1 + random.nextInt(14));
            var whole = Masked.whole(Masked.STANDARD, text, ValueName.NONE);
            for (int cut = 0; cut <= text.length; cut++) {
                same(Masked.pieces(Masked.STANDARD, text, ValueName.NONE, cut), whole, text);
            }
        }
    }

    @Test
    void a_text_that_comes_byte_by_byte_is_masked_as_the_whole_one() {
        var random = new Random(8);
        for (int round = 0; round < 1000; round++) {
            byte[] text = text(random, 1 + random.nextInt(30));
            var cuts = new int[text.length];
            for (int i = 0; i < cuts.length; i++) {
                cuts[i] = i;
            }
            same(
                    Masked.pieces(Masked.STANDARD, text, ValueName.NONE, cuts),
                    Masked.whole(Masked.STANDARD, text, ValueName.NONE),
                    text);
        }
    }

    @Test
    void a_mixture_of_signs_neither_breaks_anything_nor_differs() {
        var random = new Random(10);
        var signs =
                "0123456789411111 -./:=@_+(){}[]<>\"'\\,;|&%#$?\n\tAaBbxXPpeyJssnIBANGB82 password=";
        var names =
                new String[] {"", "ssn", "password", "phone", "order", "cookie", "authorization"};
        for (int round = 0; round < 30_000; round++) {
            var out = new StringBuilder();
            for (int i = random.nextInt(60); i > 0; i--) {
                if (random.nextInt(3) == 0) {
                    out.append(PIECES[random.nextInt(PIECES.length)]);
                } else {
                    out.append(signs.charAt(random.nextInt(signs.length())));
                }
            }
            byte[] text = out.toString().getBytes(UTF_8);
            if (text.length > 0 && random.nextInt(4) == 0) {
                text[random.nextInt(text.length)] = (byte) random.nextInt(256);
            }
            var name = ValueName.of(names[random.nextInt(names.length)]);
            var cuts = random.ints(random.nextInt(6), 0, text.length + 1).sorted().toArray();
            var whole = Masked.whole(Masked.STANDARD, text, name);
            same(Masked.pieces(Masked.STANDARD, text, name, cuts), whole, text);
            if (whole.spans.isEmpty()) {
                assertThat(whole.bytes()).isEqualTo(text);
            }
        }
    }

    @Test
    void lines_longer_than_a_window_are_masked_as_the_whole_ones() {
        var random = new Random(9);
        for (int round = 0; round < 40; round++) {
            var out = new StringBuilder();
            if (round % 4 == 1) {
                out.append("{\"note\": \"");
            } else if (round % 4 == 2) {
                out.append("[");
            }
            while (out.length() < 3 * Scanner.WINDOW) {
                var piece = PIECES[random.nextInt(PIECES.length)];
                if (random.nextInt(2000) == 0) {
                    out.append("eyJhbGciOiJIUzI1NiJ9.eyJ").append("aB3".repeat(30_000));
                } else if (round % 4 == 2) {
                    out.append("{\"ssn\": \"536904399\", \"n\": ")
                            .append(random.nextInt())
                            .append("}, ");
                } else if (!piece.contains("\n") && !(round % 4 == 1 && piece.contains("\""))) {
                    out.append(piece);
                }
            }
            byte[] text = out.toString().getBytes(UTF_8);
            var whole = Masked.whole(Masked.STANDARD, text, ValueName.NONE);
            for (int times = 0; times < 3; times++) {
                var cuts = random.ints(1 + random.nextInt(20), 0, text.length).sorted().toArray();
                same(Masked.pieces(Masked.STANDARD, text, ValueName.NONE, cuts), whole, text);
            }
        }
    }

    @Test
    void a_card_is_found_wherever_it_lies_in_a_long_line() {
        for (int at = Scanner.WINDOW - 5_000; at < Scanner.WINDOW + 100; at += 7) {
            var text = "x y ".repeat(at / 4) + "4111 1111 1111 1111" + " z".repeat(40_000);
            var masked = Masked.whole(Masked.STANDARD, text.getBytes(UTF_8), ValueName.NONE);
            assertThat(masked.spans).hasSize(1);
            assertThat(masked.text()).doesNotContain("1111 1111").contains("y [CREDIT_CARD] z");
        }
    }

    @Test
    void no_more_than_a_window_is_held_back() {
        var out = new long[1];
        var scanner = Masked.STANDARD.scanner();
        scanner.begin(
                ValueName.NONE,
                new MaskSink() {
                    @Override
                    public void bytes(byte[] b, int from, int to) {
                        out[0] += to - from;
                    }

                    @Override
                    public void span(String detector, long from, long to) {}
                });
        byte[] piece = "lorem ipsum dolor sit amet, consetetur ".getBytes(UTF_8);
        long fed = 0;
        for (int i = 0; i < 20_000; i++) {
            scanner.feed(piece, 0, piece.length);
            fed += piece.length;
            assertThat(fed - out[0]).isLessThanOrEqualTo(Scanner.WINDOW);
        }
        scanner.finish();
        assertThat(out[0]).isEqualTo(fed);
    }

    @Test
    void a_token_of_many_megabytes_is_swallowed_in_flat_memory() {
        var masked = new Masked();
        var scanner = Masked.STANDARD.scanner();
        scanner.begin(ValueName.NONE, masked);
        byte[] head = "bearer eyJhbGciOiJIUzI1NiJ9.".getBytes(UTF_8);
        scanner.feed(head, 0, head.length);
        byte[] piece = "abCD12_-".repeat(1000).getBytes(UTF_8);
        for (int i = 0; i < 2_000; i++) {
            scanner.feed(piece, 0, piece.length);
        }
        byte[] rest = " and more".getBytes(UTF_8);
        scanner.feed(rest, 0, rest.length);
        scanner.finish();
        assertThat(masked.text()).isEqualTo("bearer [JWT] and more");
        assertThat(masked.spans).containsExactly("JWT 7-" + (head.length + 16_000_000));
    }

    private static void same(Masked pieces, Masked whole, byte[] text) {
        assertThat(pieces.text()).as(() -> new String(text, UTF_8)).isEqualTo(whole.text());
        assertThat(pieces.spans).as(() -> new String(text, UTF_8)).isEqualTo(whole.spans);
    }
}
