package dev.countersign.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogReaderTest {
    @TempDir Path folder;

    @Test
    void every_record_is_given_as_it_is_stored() throws Exception {
        var tale = Tale.begun();
        while (tale.entries().size() < 300) {
            tale.alert("c");
        }
        HandLog.write(folder, tale);
        var seen = new ArrayList<String>();

        LogReader.read(
                folder,
                (index, leaf, json, members) -> {
                    var entry = tale.entries().get((int) index);
                    assertThat(leaf).isEqualTo(HexFormat.of().formatHex(HandLog.leaf(entry)));
                    assertThat(members).containsEntry("n", index);
                    seen.add(json);
                });

        assertThat(seen)
                .isEqualTo(
                        tale.entries().stream()
                                .map(entry -> new String(entry, StandardCharsets.UTF_8))
                                .toList());
    }

    @Test
    void what_cannot_be_read_is_said() throws Exception {
        assertThatThrownBy(this::read).isInstanceOf(IOException.class).hasMessageContaining("no");

        HandLog.write(folder, Tale.begun().raw(new byte[] {'!'}));
        assertThatThrownBy(this::read).hasMessageContaining("record 2 cannot be read");

        HandLog.write(folder, Tale.begun());
        var bundle = HandLog.tile(folder, "entries", 0, 2);
        Files.write(bundle, new byte[] {1, 0, 0});
        assertThatThrownBy(this::read).hasMessageContaining("too short");

        Files.delete(bundle);
        assertThatThrownBy(this::read).hasMessageContaining("missing");

        HandLog.put(HandLog.checkpoint(folder), "a\nb\nc\n");
        assertThatThrownBy(this::read).hasMessageContaining("no checkpoint that can be read");
    }

    private void read() throws IOException {
        LogReader.read(folder, (_, _, _, _) -> {});
    }
}
