package dev.countersign.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MasksScanTest {
    private final StringWriter err = new StringWriter();
    private String out = "";

    private int scan(String in, String... options) {
        var args = new String[options.length + 2];
        args[0] = "masks";
        args[1] = "scan";
        System.arraycopy(options, 0, args, 2, options.length);
        var input = System.in;
        var output = System.out;
        var bytes = new ByteArrayOutputStream();
        try {
            System.setIn(new ByteArrayInputStream(in.getBytes(UTF_8)));
            System.setOut(new PrintStream(bytes, true, UTF_8));
            return Countersign.commandLine().setErr(new PrintWriter(err)).execute(args);
        } finally {
            System.setIn(input);
            System.setOut(output);
            out = bytes.toString(UTF_8);
        }
    }

    @Test
    void text_comes_out_masked_and_else_as_it_went_in() {
        assertThat(scan("card 4111 1111 1111 1111\r\n\nno end")).isZero();
        assertThat(out).isEqualTo("card [CREDIT_CARD]\r\n\nno end");
    }

    @Test
    void a_column_may_be_named() {
        assertThat(scan("536904399", "--column", "customer_ssn")).isZero();
        assertThat(out).isEqualTo("[US_SSN]");
    }

    @Test
    void each_line_is_answered_with_spans_in_code_points() {
        var in =
                """
                {"id": 7, "text": "\ud83d\ude00é 4111 1111 1111 1111", "content_type": null}

                {"text": "\\ud83d x \\"q\\"\\n", "id": "b", "more": {"a": [1, true, {}]}}
                """;
        assertThat(scan(in, "--ndjson")).isZero();
        assertThat(out)
                .isEqualTo(
                        """
                        {"id":7,"masked":"\ud83d\ude00é [CREDIT_CARD]","spans":[{"start":3,"end":22,"entity":"CREDIT_CARD"}]}
                        {"id":"b","masked":"\\ud83d x \\"q\\"\\u000a","spans":[]}
                        """);
    }

    @Test
    void a_line_that_is_none_is_told_by_its_number() {
        assertThat(scan("{\"id\":1,\"text\":\"a\"}\n{\"id\":2,\"text\":\n", "--ndjson"))
                .isEqualTo(1);
        assertThat(out).contains("\"id\":1");
        assertThat(err.toString()).contains("line 2").contains("expected more");
        assertThat(scan("{\"id\":1}", "--ndjson")).isEqualTo(1);
        assertThat(err.toString()).contains("the key `text` is missing");
        assertThat(scan("[1]", "--ndjson")).isEqualTo(1);
        assertThat(scan("{\"text\":\"\\u12\"}", "--ndjson")).isEqualTo(1);
    }

    @Test
    void detectors_may_be_configured(@TempDir Path folder) throws IOException {
        var file =
                Files.writeString(
                        folder.resolve("d.yaml"),
                        """
                        entities: {CREDIT_CARD: off}
                        custom: {EMPLOYEE: {pattern: 'E-[0-9]{6}'}}
                        """);
        assertThat(scan("4111111111111111 E-123456", "--config", file.toString())).isZero();
        assertThat(out).isEqualTo("4111111111111111 [EMPLOYEE]");
        Files.writeString(file, "entities: {CARD: off}\n");
        assertThat(scan("x", "--config", file.toString())).isEqualTo(1);
    }
}
