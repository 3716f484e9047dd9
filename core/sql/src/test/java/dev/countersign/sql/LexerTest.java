package dev.countersign.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LexerTest {
    private static String tokens(String sql) throws UnreadableSql {
        return Lexer.read(sql).stream()
                .map(token -> sql.substring(token.start(), token.end()))
                .collect(Collectors.joining("¦"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            textBlock =
                    """
                    a/* b /* c */ d */e         ~ a¦e
                    a--b                        ~ a
                    'it''s'                     ~ 'it''s'
                    'a\\'                       ~ 'a\\'
                    E'a\\'b'                    ~ E'a\\'b'
                    $$a;b$$                     ~ $$a;b$$
                    $x$ $y$ $x$                 ~ $x$ $y$ $x$
                    "a""b"                      ~ "a""b"
                    U&"d\\0061t"                ~ U&"d\\0061t"
                    1..2                        ~ 1¦..¦2
                    1.5e-3                      ~ 1.5e-3
                    1_000                       ~ 1_000
                    0xFF                        ~ 0xFF
                    $1::int                     ~ $1¦::¦int
                    a<-1                        ~ a¦<¦-¦1
                    a@-1                        ~ a¦@-¦1
                    a*/*c*/b                    ~ a¦*¦b
                    x'1F'                       ~ x'1F'
                    a:=b                        ~ a¦:=¦b
                    """)
    void tokens_are_postgresqls_own(String sql, String expected) throws UnreadableSql {
        assertThat(tokens(sql)).isEqualTo(expected);
    }

    @Test
    void strings_on_two_lines_are_one() throws UnreadableSql {
        assertThat(Lexer.read("'a'\n 'b'")).hasSize(1);
        assertThat(Lexer.read("'a' 'b'")).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"'a", "\"a", "/* a", "$$a", "$x$ $y$", "1a", "$1a", "a)", "\"\"", "\0"})
    void what_postgresql_would_not_read_is_refused(String sql) {
        assertThatThrownBy(() -> Lexer.read(sql)).isInstanceOf(UnreadableSql.class);
    }
}
