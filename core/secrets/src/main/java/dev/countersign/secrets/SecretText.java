package dev.countersign.secrets;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// From bytes to a secret's characters, leaving no copy behind.
final class SecretText {
    private SecretText() {}

    /// Strict UTF-8 without one trailing line break (`\n` or `\r\n`, which editors and `echo` add).
    ///
    /// @param bytes the caller wipes them
    /// @param place names where they lie, for messages
    static char[] of(ByteBuffer bytes, String place) {
        var chars = CharBuffer.allocate(bytes.remaining());
        try {
            var decoder = StandardCharsets.UTF_8.newDecoder();
            var result = decoder.decode(bytes, chars, true);
            if (result.isError()) {
                result.throwException();
            }
            decoder.flush(chars);
            int length = withoutLineBreak(chars.array(), chars.position());
            if (length == 0) {
                throw new SecretUnavailable(
                        SecretUnavailable.EMPTY, place + " is empty; write the secret into it");
            }
            return Arrays.copyOf(chars.array(), length);
        } catch (CharacterCodingException e) {
            throw new SecretUnavailable(
                    SecretUnavailable.NOT_TEXT, place + " is not valid UTF-8 text");
        } finally {
            Arrays.fill(chars.array(), '\0');
        }
    }

    private static int withoutLineBreak(char[] chars, int length) {
        if (length > 0 && chars[length - 1] == '\n') {
            return length > 1 && chars[length - 2] == '\r' ? length - 2 : length - 1;
        }
        return length;
    }
}
