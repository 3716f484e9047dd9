package dev.countersign.secrets;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Secrets on this machine, encrypted: one file each, and one key for all of them in a file that
/// lies apart. Who gets the folder without the key (a backup, say) gets names and lengths.
///
/// ```
/// NAME.secret = "CSS1" ‖ nonce (12) ‖ AES-256-GCM(key, nonce, secret, "cs.secret/1 NAME")
/// ```
///
/// The name is authenticated, so nobody without the key can put one secret in another's place. It
/// does not protect from who may read both, as this process may.
public final class SecretStore {
    private static final byte[] MAGIC = "CSS1".getBytes(StandardCharsets.US_ASCII);
    private static final String END = ".secret";
    private static final int NONCE = 12;
    private static final int TAG = 16;
    private static final int KEY = 32;
    private static final FileAttribute<Set<java.nio.file.attribute.PosixFilePermission>> OURS =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Path folder;
    private final Path key;

    /// @param folder of the files
    /// @param key 32 bytes; made by the first [#put]
    public SecretStore(Path folder, Path key) {
        this.folder = folder;
        this.key = key;
    }

    /// @throws IllegalArgumentException if no secret can have this name
    SecretSource source(String name) {
        var checked = checked(name);
        return new SecretSource() {
            @Override
            public char[] read() {
                return get(checked);
            }

            @Override
            public String toString() {
                return "secret in the store";
            }
        };
    }

    private static String checked(String name) {
        if (!name.matches("[a-z0-9][a-z0-9._-]{0,63}")) {
            throw new IllegalArgumentException(
                    "a secret's name in the store is up to 64 small letters, digits, dots, dashes"
                            + " and underscores");
        }
        return name;
    }

    /// The names of all that are there.
    public List<String> names() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(file -> file.endsWith(END))
                    .map(file -> file.substring(0, file.length() - END.length()))
                    .sorted()
                    .toList();
        }
    }

    /// Keeps a secret, in place of what had its name; durable when it returns.
    ///
    /// @param secret the caller wipes it
    /// @throws IllegalArgumentException if the name is none, or the secret empty or too long
    public void put(String name, byte[] secret) throws IOException {
        checked(name);
        if (secret.length == 0 || secret.length > SecretSource.MAX_BYTES) {
            throw new IllegalArgumentException(
                    "a secret has from 1 to " + SecretSource.MAX_BYTES + " bytes");
        }
        Files.createDirectories(
                folder,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        var nonce = new byte[NONCE];
        RANDOM.nextBytes(nonce);
        var keyBytes = keyOrNew();
        byte[] sealed;
        try {
            sealed = cipher(Cipher.ENCRYPT_MODE, keyBytes, nonce, name).doFinal(secret);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM is missing from this Java", e);
        } finally {
            Arrays.fill(keyBytes, (byte) 0);
        }
        var file = folder.resolve(name + END);
        var fresh = Files.createTempFile(folder, ".new", "", OURS);
        try (var out = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
            for (var part : new byte[][] {MAGIC, nonce, sealed}) {
                var buffer = ByteBuffer.wrap(part);
                while (buffer.hasRemaining()) {
                    out.write(buffer);
                }
            }
            out.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        try (var directory = FileChannel.open(folder, StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    /// @return whether there was such a one
    public boolean remove(String name) throws IOException {
        return Files.deleteIfExists(folder.resolve(checked(name) + END));
    }

    private char[] get(String name) {
        var place = "the secret " + name + " of the store";
        byte[] file;
        byte[] keyBytes;
        try {
            var path = folder.resolve(name + END);
            if (Files.size(path) > MAGIC.length + NONCE + SecretSource.MAX_BYTES + TAG) {
                throw new SecretUnavailable(
                        SecretUnavailable.TOO_LONG, place + " is longer than a secret can be");
            }
            file = Files.readAllBytes(path);
            keyBytes = key();
        } catch (NoSuchFileException e) {
            throw new SecretUnavailable(
                    SecretUnavailable.MISSING,
                    place
                            + " does not exist, or the store's key does not: countersign secrets set "
                            + name);
        } catch (IOException e) {
            throw new SecretUnavailable(
                    SecretUnavailable.UNREADABLE,
                    place + " or the store's key cannot be read; may this process read them?");
        }
        int head = MAGIC.length + NONCE;
        try {
            if (file.length < head + TAG
                    || !Arrays.equals(file, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
                throw tampered(place);
            }
            var nonce = Arrays.copyOfRange(file, MAGIC.length, head);
            var clear =
                    cipher(Cipher.DECRYPT_MODE, keyBytes, nonce, name)
                            .doFinal(file, head, file.length - head);
            try {
                return SecretText.of(ByteBuffer.wrap(clear), place);
            } finally {
                Arrays.fill(clear, (byte) 0);
            }
        } catch (GeneralSecurityException e) {
            throw tampered(place);
        } finally {
            Arrays.fill(keyBytes, (byte) 0);
        }
    }

    private static SecretUnavailable tampered(String place) {
        return new SecretUnavailable(
                SecretUnavailable.TAMPERED,
                place
                        + " was changed, or was encrypted with another key; set it again, or bring"
                        + " its key back");
    }

    private static Cipher cipher(int mode, byte[] key, byte[] nonce, String name)
            throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG * 8, nonce));
        cipher.updateAAD(("cs.secret/1 " + name).getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    private byte[] key() throws IOException {
        if (Files.size(key) != KEY) {
            throw new IOException("the key of the store has not " + KEY + " bytes");
        }
        return Files.readAllBytes(key);
    }

    private byte[] keyOrNew() throws IOException {
        try {
            var parent = key.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.createFile(key, OURS);
        } catch (FileAlreadyExistsException e) {
            return key();
        }
        var fresh = new byte[KEY];
        RANDOM.nextBytes(fresh);
        try (var out = FileChannel.open(key, StandardOpenOption.WRITE)) {
            var buffer = ByteBuffer.wrap(fresh);
            while (buffer.hasRemaining()) {
                out.write(buffer);
            }
            out.force(true);
        }
        return fresh;
    }
}
