package dev.countersign.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShownActionTest {
    private final ShownAction shown = new ShownAction();

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    @Test
    void the_statement_its_values_names_and_settings_are_looked_at_and_nothing_else() {
        var opened =
                """
                {"actor":{"sub":"eve@example.org"},\
                "command":{"text":"EXECUTE \\"ada@example.org\\" ('4111 1111 1111 1111')"},\
                "kind":"sql",\
                "names":[{"name":"ada@example.org","text":{"text":"SELECT 'ada@example.org'"},"types":[]}],\
                "parameters":[{"format":0,"type":25,"value":{"text":"to ada@example.org"}},\
                {"format":0,"null":true,"type":25},{"format":1,"type":17,"value":{"base64":"%s"}}],\
                "settings":{"application_name":"of ada@example.org"},"v":"cs.action/1"}\
                """
                        .formatted(base64("ada@example.org"));

        assertThat(shown.of(opened))
                .isEqualTo(
                        """
                        {"actor":{"sub":"eve@example.org"},\
                        "command":{"text":"EXECUTE \\"[EMAIL]\\" ('[CREDIT_CARD]')"},\
                        "kind":"sql",\
                        "names":[{"name":"[EMAIL]","text":{"text":"SELECT '[EMAIL]'"},"types":[]}],\
                        "parameters":[{"format":0,"type":25,"value":{"text":"to [EMAIL]"}},\
                        {"format":0,"null":true,"type":25},{"format":1,"type":17,"value":{"base64":"%s"}}],\
                        "settings":{"application_name":"of [EMAIL]"},"v":"cs.action/1"}\
                        """
                                .formatted(base64("[EMAIL]")));
    }

    @Test
    void what_holds_nothing_stays_as_it_was() {
        var opened =
                "{\"command\":{\"text\":\"SELECT 'Ada', $1 -- \\u0000\"},\"kind\":\"sql\",\"parameters\":"
                        + "[{\"format\":1,\"type\":20,\"value\":{\"base64\":\"AAAOm6qRcMc=\"}}]}";

        assertThat(shown.of(opened)).isEqualTo(opened);
    }

    @Test
    void a_command_that_is_no_statement_is_one_value() {
        assertThat(
                        shown.of(
                                "{\"command\":{\"text\":\"mail 'ada@' example.org ada@example.org\"},\"kind\":\"exec\"}"))
                .contains("[EMAIL]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ada@example.org", "{\"a\": ada@example.org", "[\"ada@example.org\"]"})
    void what_is_no_action_is_one_value(String opened) {
        assertThat(shown.of(opened)).contains("[EMAIL]").doesNotContain("ada@");
    }
}
