package dev.countersign.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One bit of every byte of every file, and every bit of the short ones.
///
/// What cannot matter, and so is not here: `wal/` and `lock`, which are the gateway's own, and
/// `blobs/keys/`, which no record speaks of (a wrapped key that was changed no longer opens:
/// AES-GCM says so to whoever holds the payload key). Of the files that are here one bit cannot
/// matter: the line end of `log.vkey` may be any white space.
class FlippedBitsTest {
    @TempDir Path folder;

    private final Tale tale =
            Tale.begun()
                    .open("1")
                    .intent("1", "a")
                    .chunk("1", "{\"at\":1}\n")
                    .outcome("1", "a")
                    .close("1");

    @Test
    void no_flipped_bit_of_a_short_file_is_good() throws IOException {
        HandLog.write(folder, tale);
        var good = new ArrayList<String>();
        for (var name :
                List.of(
                        "log/checkpoint",
                        "log.vkey",
                        "log/tile/0/000.p/" + tale.entries().size(),
                        "blobs/00000000")) {
            good.addAll(goodFlips(name, new int[] {0, 1, 2, 3, 4, 5, 6, 7}));
        }

        int end = HandLog.KEY.vkey().length();
        assertThat(good).containsExactly("log.vkey byte " + end + " bit 0");
    }

    @Test
    void no_flipped_bit_of_an_entry_is_good() throws IOException {
        HandLog.write(folder, tale);

        assertThat(goodFlips("log/tile/entries/000.p/" + tale.entries().size(), new int[] {-1}))
                .isEmpty();
    }

    /// @param bits -1 stands for another one at each byte
    private List<String> goodFlips(String name, int[] bits) throws IOException {
        assertThat(HandLog.codes(folder)).isEmpty();
        var file = folder.resolve("evidence").resolve(name);
        var right = Files.readAllBytes(file);
        var good = new ArrayList<String>();
        for (int at = 0; at < right.length; at++) {
            for (int some : bits) {
                int bit = some < 0 ? at % 8 : some;
                var wrong = right.clone();
                wrong[at] ^= (byte) (1 << bit);
                Files.write(file, wrong);
                if (HandLog.verify(folder).exitCode() == 0) {
                    good.add(name + " byte " + at + " bit " + bit);
                }
            }
        }
        Files.write(file, right);
        return good;
    }
}
