package dev.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `docs/policy-as-code.md`: each file on it is written as it stands there, each command is run,
/// and prints what the page says. `-Dcountersign.write=true` writes the answers anew.
class PolicyPageTest {
    private static final Path PAGE = Path.of("../../docs/policy-as-code.md");

    private static final Pattern FILE =
            Pattern.compile("```yaml\n# (\\S+)\n(.*?)\n```", Pattern.DOTALL);

    private static final Pattern COMMAND =
            Pattern.compile("```console\n\\$ countersign (.*?)\n(.*?)```", Pattern.DOTALL);

    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");

    @TempDir Path folder;

    @Test
    void what_the_page_shows_is_what_the_commands_print() throws IOException {
        var page = Files.readString(PAGE);
        FILE.matcher(page)
                .results()
                .forEach(file -> write(folder.resolve(file.group(1)), file.group(2) + "\n"));

        var printed =
                COMMAND.matcher(page)
                        .replaceAll(found ->
                                java.util.regex.Matcher.quoteReplacement(
                                        "```console\n$ countersign "
                                                + found.group(1)
                                                + "\n"
                                                + answer(words(found.group(1)))
                                                + "```"));
        if (Boolean.getBoolean("countersign.write")) {
            Files.writeString(PAGE, printed);
        }

        assertThat(COMMAND.matcher(page).results()).hasSize(3);
        assertThat(page).isEqualTo(printed);
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /// The names of files stand for those that were written.
    private List<String> words(String line) {
        var out = new ArrayList<String>();
        WORD.matcher(line)
                .results()
                .map(word -> word.group(1) == null ? word.group(2) : word.group(1))
                .map(word -> word.endsWith(".yaml") ? folder.resolve(word).toString() : word)
                .forEach(out::add);
        return out;
    }

    private String answer(List<String> words) {
        var out = new StringWriter();
        Countersign.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(out))
                .execute(words.toArray(String[]::new));
        return out.toString().replace(folder + "/", "").replaceAll("[ \t]+\n", "\n");
    }
}
