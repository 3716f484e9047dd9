package dev.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.settings.Binder;
import dev.countersign.settings.Documents;
import dev.countersign.settings.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DoubtsTest {
    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "false ~ is false whatever is asked",
                "stmt.writes && false ~ is false whatever is asked",
                "1 == 2 || 'a' in ['b'] ~ is false whatever is asked",
                "stmt.verb == 'write' && 'a' == 'b' ~ is false whatever is asked",
                "target.name.matches('^shop') ~ looks for a pattern",
                "stmt.tables.exists(t, t.matches('.*secret.*')) ~ looks for a pattern",
                "true ~ ``",
                "stmt.writes ~ ``",
                "stmt.writes && !stmt.writes ~ ``", // not certain by itself
                "target.labels.env == 'prod' ~ ``",
            })
    void what_is_hardly_meant_is_told_at_the_condition(String condition, String told)
            throws IOException {
        var file = folder.resolve("p.yaml");
        Files.writeString(
                file,
                "kind: Policy\nname: p\nrules:\n  - {name: r, on: [sql], deny: No., when: \""
                        + condition
                        + "\"}\n");
        var problems = new ArrayList<Problem>();
        var document = Documents.read(file).getFirst();
        var policy = new Binder(document, problems).bind(PolicyDocument.class).orElseThrow();

        var doubts = Doubts.of(List.of(new RuleBook.Bound(policy, document)));

        assertThat(problems).isEmpty();
        if (told.isEmpty()) {
            assertThat(doubts).isEmpty();
        } else {
            assertThat(doubts).hasSize(1);
            assertThat(doubts.getFirst().message()).contains("rule `r`").contains(told);
            assertThat(doubts.getFirst().line()).isEqualTo(4);
            assertThat(doubts.getFirst().column()).isEqualTo(43);
        }
    }
}
