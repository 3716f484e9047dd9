package dev.countersign.secrets;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// A secret that a program prints: the tool of a vault, say. It is started anew for each login to
/// the target, without a shell; what it says on its error stream is dropped, as it may hold what it
/// asked for. It has [#LIMIT] and may say [SecretSource#MAX_BYTES].
final class SecretProgram implements SecretSource {
    /// From its start to its end; also how long one waits for others to end.
    static final Duration LIMIT = Duration.ofSeconds(10);

    /// Programs at once, of all references together.
    static final int AT_ONCE = 8;

    private static final Semaphore SEATS = new Semaphore(AT_ONCE);
    private static final Duration LOOK = Duration.ofMillis(5);

    private final List<String> command;
    private final Duration limit;

    SecretProgram(List<String> command) {
        this(command, LIMIT);
    }

    SecretProgram(List<String> command, Duration limit) {
        this.command = List.copyOf(command);
        this.limit = limit;
    }

    /// Words with blanks between them; nothing is quoted, expanded or looked up.
    static List<String> command(String place) {
        var words = List.of(place.strip().split(" +"));
        if (!words.getFirst().startsWith(File.separator)) {
            throw new IllegalArgumentException(
                    "`exec:` needs a program by its whole path, and its arguments with blanks"
                            + " between; nothing is quoted or expanded");
        }
        return words;
    }

    @Override
    public char[] read() {
        try {
            if (!SEATS.tryAcquire(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw slow(AT_ONCE + " others are running");
            }
            try {
                return run();
            } finally {
                SEATS.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw slow("the gateway stops");
        }
    }

    private char[] run() throws InterruptedException {
        Process process;
        try {
            process =
                    new ProcessBuilder(command)
                            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
        } catch (IOException e) { // its message may hold the arguments
            throw new SecretUnavailable(
                    SecretUnavailable.UNREADABLE,
                    place() + " cannot be started; is it there, and may this process run it?");
        }
        var bytes = new byte[MAX_BYTES + 1];
        try {
            int length = output(process, bytes);
            if (length > MAX_BYTES) {
                throw new SecretUnavailable(
                        SecretUnavailable.TOO_LONG,
                        place() + " says more than " + MAX_BYTES + " bytes: is it the right one?");
            }
            int status = process.exitValue();
            if (status != 0) {
                throw new SecretUnavailable(
                        SecretUnavailable.UNREADABLE,
                        place() + " ended with status " + status + "; run it by hand to see why");
            }
            return SecretText.of(ByteBuffer.wrap(bytes, 0, length), place());
        } catch (IOException e) {
            throw new SecretUnavailable(
                    SecretUnavailable.UNREADABLE, "what " + place() + " says cannot be read");
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /// Never waits in a read: a child of the program may keep its output open for ever.
    private int output(Process process, byte[] into) throws IOException, InterruptedException {
        var in = process.getInputStream();
        long end = System.nanoTime() + limit.toNanos();
        int length = 0;
        while (length < into.length) {
            boolean over = !process.isAlive(); // asked before the look, so that nothing is missed
            int there = in.available();
            if (there > 0) {
                length += in.read(into, length, Math.min(there, into.length - length));
            } else if (over) {
                return length;
            } else if (System.nanoTime() - end > 0) {
                throw slow("it was killed");
            } else {
                TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
            }
        }
        return length;
    }

    private SecretUnavailable slow(String more) {
        return new SecretUnavailable(
                SecretUnavailable.TIMEOUT,
                place() + " has not answered within " + limit.toSeconds() + " s; " + more);
    }

    /// Its name without its arguments, which may be secret.
    private String place() {
        return "the program " + Path.of(command.getFirst()).getFileName();
    }

    @Override
    public String toString() {
        return "secret of a program";
    }
}
