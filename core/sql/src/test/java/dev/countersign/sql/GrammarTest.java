package dev.countersign.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.model.Bytes;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class GrammarTest {
    @Test
    void the_grammar_is_the_file_it_says_it_is() throws Exception {
        assertThat(Bytes.of(Files.readAllBytes(Path.of("src/main/wasm/libpg-query.wasm"))).sha256())
                .hasToString("378b64e6182f65c71ad5dbd2c31c81e9dfed7d2f2debfb4b51c0d0de8fa2ae36");
    }

    @Test
    void an_error_of_the_grammar_leaves_it_usable() throws Exception {
        var grammar = new Grammar();
        assertThat(grammar.parse("SELEC 1")).isInstanceOf(Grammar.Result.SyntaxError.class);
        assertThat(grammar.parse("SELECT 'ä€😀'")).isInstanceOf(Grammar.Result.Parsed.class);
    }
}
