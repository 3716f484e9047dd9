package dev.countersign.verifier;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Signed notes and checkpoints as C2SP has them.
class NotesTest {
    private static final NoteKey KEY = HandLog.KEY;
    private static final String BODY = NoteKey.body(KEY.name, 7, new byte[32]);

    private static Checkpoint verify(String note) throws Checkpoint.Refused {
        return Checkpoint.verify(note, KEY.vkey());
    }

    private static void refused(Code code, String note) {
        refused(code, note, KEY.vkey());
    }

    private static void refused(Code code, String note, String vkey) {
        assertThatThrownBy(() -> Checkpoint.verify(note, vkey))
                .asInstanceOf(type(Checkpoint.Refused.class))
                .extracting(refused -> refused.code)
                .isEqualTo(code);
    }

    @Test
    void a_checkpoint_says_its_origin_size_and_root() throws Exception {
        var checkpoint = verify(KEY.sign(BODY));

        assertThat(checkpoint.origin()).isEqualTo(KEY.name);
        assertThat(checkpoint.size()).isEqualTo(7);
        assertThat(checkpoint.root()).isEqualTo(new byte[32]);
    }

    /// The example of the package golang.org/x/mod/sumdb/note. It is signed, and no checkpoint.
    @Test
    void a_note_that_somebody_else_published_is_signed_by_whom_it_says() {
        var vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        var text =
                """
                If you think cryptography is the answer to your problem,
                then you don't know what your problem is.
                """;
        var line =
                "\n\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZ"
                        + "SNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

        refused(Code.UNREADABLE, text + line, vkey); // signed, as the next one shows
        refused(Code.BAD_SIGNATURE, text.replace("think", "thank") + line, vkey);
    }

    @Test
    void signatures_of_others_are_passed_over() throws Exception {
        var witness = NoteKey.fresh("witness.example/w1");
        var note = BODY + "\n" + witness.line(BODY) + KEY.line(BODY) + witness.line(BODY);

        assertThat(verify(note).size()).isEqualTo(7);
    }

    @Test
    void a_signature_under_the_same_name_of_another_key_or_type_is_passed_over() throws Exception {
        var other = NoteKey.fresh(KEY.name);
        var longer = NoteKey.line(KEY.name, new byte[4], new byte[2_420]);
        var note = BODY + "\n" + other.line(BODY) + longer + KEY.line(BODY);

        assertThat(verify(note).size()).isEqualTo(7);
    }

    @Test
    void sixteen_signatures_before_ours_are_not_too_many() throws Exception {
        var note = new StringBuilder(BODY + "\n");
        for (int i = 0; i < 16; i++) {
            note.append(NoteKey.fresh("witness.example/" + i).line(BODY));
        }

        assertThat(verify(note.append(KEY.line(BODY)).toString()).size()).isEqualTo(7);
    }

    @Test
    void a_wrong_signature_of_ours_is_refused_even_beside_a_right_one() {
        var wrong = KEY.line(NoteKey.body(KEY.name, 8, new byte[32]));

        refused(Code.BAD_SIGNATURE, BODY + "\n" + KEY.line(BODY) + wrong);
        refused(Code.BAD_SIGNATURE, BODY + "\n" + wrong + KEY.line(BODY));
    }

    @Test
    void only_signatures_of_others_are_none() {
        refused(Code.BAD_SIGNATURE, NoteKey.fresh("witness.example/w1").sign(BODY));
    }

    @Test
    void the_right_key_under_another_name_is_another_key() {
        refused(Code.BAD_SIGNATURE, KEY.sign(BODY), KEY.called("example.com/other").vkey());
    }

    @Test
    void a_checkpoint_of_another_origin_is_refused_though_our_key_signed_it() {
        refused(Code.UNREADABLE, KEY.sign(NoteKey.body("example.com/other", 7, new byte[32])));
    }

    /// RFC 4648, section 3.5: a signature has one spelling.
    @Test
    void spare_bits_in_base64_are_refused() {
        var note = KEY.sign(BODY);
        int at = note.lastIndexOf('=') - 1;
        var alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        char spare = alphabet.charAt(alphabet.indexOf(note.charAt(at)) ^ 1);

        refused(Code.BAD_SIGNATURE, note.substring(0, at) + spare + note.substring(at + 1));
        refused(Code.BAD_SIGNATURE, note.replace("=\n", "\n"));
    }

    /// The text of a note ends at its last empty line; a reader that stops at the first would see
    /// another text than one that does not.
    @Test
    void a_second_empty_line_is_refused() {
        refused(Code.BAD_SIGNATURE, KEY.sign(BODY) + "\n\u2014 who knows\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "\n\n",
                "a\n\nb",
                "origin\n7\nroot\n",
                "\n\n\n\n\n\n",
                "\u2014 a b\n\n\u2014 a b\n"
            })
    void what_is_no_note_is_refused(String note) {
        assertThatThrownBy(() -> verify(note)).isInstanceOf(Checkpoint.Refused.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-1",
                "+7",
                "07",
                "7.0",
                "",
                " 7",
                "7 ",
                "0x7",
                "99999999999999999",
                "9223372036854775808",
                "\u0667"
            })
    void a_size_that_is_none_is_refused_though_it_is_signed(String size) {
        var root = Base64.getEncoder().encodeToString(new byte[32]);

        refused(Code.UNREADABLE, KEY.sign(KEY.name + "\n" + size + "\n" + root + "\n"));
    }

    @Test
    void a_root_of_another_length_or_lines_behind_it_are_refused() {
        refused(Code.UNREADABLE, KEY.sign(NoteKey.body(KEY.name, 7, new byte[31])));
        refused(Code.UNREADABLE, KEY.sign(NoteKey.body(KEY.name, 7, new byte[33])));
        refused(Code.UNREADABLE, KEY.sign(KEY.name + "\n7\n!\n"));
        refused(Code.UNREADABLE, KEY.sign(KEY.name + "\n7\n"));
        refused(Code.UNREADABLE, KEY.sign(BODY + "extension\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "+",
                "++",
                "name",
                "name+00000000",
                "name+00000000+",
                "name+00000000+AAAA",
                "name+zz+!!!!"
            })
    void what_is_no_verifier_key_is_refused(String vkey) {
        refused(Code.UNREADABLE, KEY.sign(BODY), vkey);
    }

    @Test
    void a_verifier_key_whose_id_is_not_its_own_is_refused() {
        var parts = KEY.vkey().split("\\+", 3);

        refused(Code.UNREADABLE, KEY.sign(BODY), parts[0] + "+00000000+" + parts[2]);
        refused(Code.UNREADABLE, KEY.sign(BODY), "x" + KEY.vkey());
    }

    /// Numbers that are no point of the curve, or one that anybody can sign for.
    @ParameterizedTest
    @ValueSource(bytes = {0, 1, 2, 127, -1})
    void a_key_that_is_no_key_signs_nothing(byte fill) {
        var typed = new byte[33];
        Arrays.fill(typed, fill);
        typed[0] = 1;
        var id = Arrays.copyOf(NoteKey.sha256("n\n".getBytes(UTF_8), typed), 4);
        var vkey = "n+" + HexFormat.of().formatHex(id) + "+" + NoteKey.base64(typed);

        var note = BODY + "\n" + NoteKey.line("n", id, new byte[64]);

        assertThatThrownBy(() -> Checkpoint.verify(note, vkey))
                .isInstanceOf(Checkpoint.Refused.class);
    }

    @Test
    void bytes_that_are_no_utf8_are_not_taken_for_others(@TempDir Path folder) throws Exception {
        // a name with the character that lenient readers put in the place of what they cannot read
        var odd = KEY.called("example.com/\uFFFD");
        HandLog.tree(folder, List.of());
        HandLog.put(folder.resolve("evidence/log.vkey"), odd.vkey());
        var note = odd.sign(NoteKey.body(odd.name, 0, NoteKey.sha256()));
        HandLog.put(HandLog.checkpoint(folder), note);
        assertThat(HandLog.codes(folder)).isEmpty();

        var latin = new String(note.getBytes(UTF_8), ISO_8859_1);
        HandLog.put(
                HandLog.checkpoint(folder),
                latin.replace("\u00EF\u00BF\u00BD", "\u00FF").getBytes(ISO_8859_1));

        assertThat(HandLog.codes(folder)).containsExactly(Code.UNREADABLE);
    }
}
