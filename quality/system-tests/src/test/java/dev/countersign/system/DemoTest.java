package dev.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.countersign.demo.Demo;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The README's first command.
class DemoTest {
    @TempDir Path directory;

    @Test
    void every_act_of_the_demo_comes_out_as_promised() throws Exception {
        var out = new ByteArrayOutputStream();
        try (var demo = new Demo(directory, new PrintStream(out, true, StandardCharsets.UTF_8))) {
            assertThat(demo.play()).as(out.toString(StandardCharsets.UTF_8)).isEmpty();
        }

        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("act 1")
                .contains("act 6")
                .contains("held: review apr_", "dana approved it: used")
                .doesNotContainPattern("\\d{3}-\\d{2}-\\d{4}");
    }

    @Test
    void a_directory_that_is_not_the_demos_is_left_as_it_is() throws Exception {
        var secret = Files.writeString(directory.resolve("shop.secret"), "real");
        try (var demo = new Demo(directory, new PrintStream(new ByteArrayOutputStream()))) {
            assertThatIllegalStateException()
                    .isThrownBy(demo::play)
                    .withMessageContaining("not the demo's");
        }

        assertThat(secret).hasContent("real");
    }
}
