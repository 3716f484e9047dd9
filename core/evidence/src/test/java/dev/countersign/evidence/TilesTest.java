package dev.countersign.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is written of a tree, and written again.
class TilesTest {
    @TempDir Path folder;

    @Test
    void a_folder_that_could_not_be_made_is_made_when_it_can() throws IOException {
        // given
        var tiles = new Tiles(folder, new Disk.Real());
        var entry = "one".getBytes(StandardCharsets.UTF_8);
        tiles.append(entry, Frontier.leaf(entry), true);
        tiles.edge();
        Files.createFile(folder.resolve("tile"));
        assertThatThrownBy(tiles::write).isInstanceOf(IOException.class);

        // when
        Files.delete(folder.resolve("tile"));
        tiles.write();

        // then
        assertThat(folder.resolve("tile/entries/000.p/1")).exists();
        assertThat(folder.resolve("tile/0/000.p/1")).exists();
    }
}
