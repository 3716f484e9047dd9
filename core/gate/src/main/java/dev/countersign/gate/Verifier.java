package dev.countersign.gate;

import dev.countersign.model.Bytes;
import dev.countersign.model.CredentialId;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// What is kept of a password that the gateway itself gave out, for SCRAM-SHA-256 (RFC 5802, 3; RFC
/// 7677): enough to recognise that a client knows it, too little to log in with. A protocol hands a
/// client's proof to [#check] and gets a [Proved], which nobody else can make.
///
/// A name that nobody was given has a mock one, with a salt and a number of iterations like any
/// other, and nothing proves against it: whether a name exists cannot be told from outside.
public final class Verifier {
    private static final String HMAC = "HmacSHA256";

    private final @Nullable CredentialId who;
    private final Bytes salt;
    private final int iterations;
    private final byte[] storedKey;
    private final byte[] serverKey;

    private Verifier(
            @Nullable CredentialId who,
            Bytes salt,
            int iterations,
            byte[] storedKey,
            byte[] serverKey) {
        this.who = who;
        this.salt = salt;
        this.iterations = iterations;
        this.storedKey = storedKey;
        this.serverKey = serverKey;
    }

    /// @param storedKey SHA-256 of the client key
    /// @param serverKey by which the gateway proves in its turn that it knows the verifier
    public static Verifier of(
            CredentialId who, Bytes salt, int iterations, Bytes storedKey, Bytes serverKey) {
        return new Verifier(who, salt, iterations, storedKey.toArray(), serverKey.toArray());
    }

    /// Of nobody.
    public static Verifier mock(Bytes salt, int iterations) {
        return new Verifier(null, salt, iterations, new byte[32], new byte[32]);
    }

    public Bytes salt() {
        return salt;
    }

    public int iterations() {
        return iterations;
    }

    /// Whether a client knows the password. Takes the same time whatever is wrong with a proof.
    ///
    /// @param message AuthMessage of RFC 5802
    /// @param proof ClientProof: the client key, and over it HMAC(StoredKey, AuthMessage)
    public Optional<Proved> check(byte[] message, byte[] proof) {
        var signature = hmac(storedKey, message);
        var clientKey = new byte[signature.length];
        for (int i = 0; i < clientKey.length; i++) {
            clientKey[i] = (byte) (signature[i] ^ (i < proof.length ? proof[i] : 0));
        }
        boolean right =
                proof.length == signature.length // which is no secret
                        && MessageDigest.isEqual(sha256(clientKey), storedKey);
        var mine = Bytes.owned(hmac(serverKey, message));
        var name = who;
        return right && name != null ? Optional.of(new Proved(name, mine)) : Optional.empty();
    }

    /// That a client knows the password of a credential, in this one exchange.
    public static final class Proved {
        private final CredentialId who;
        private final Bytes serverSignature;

        private Proved(CredentialId who, Bytes serverSignature) {
            this.who = who;
            this.serverSignature = serverSignature;
        }

        public CredentialId who() {
            return who;
        }

        /// What the gateway answers, to prove that it knows the verifier.
        public Bytes serverSignature() {
            return serverSignature;
        }
    }

    /// Without the keys.
    @Override
    public String toString() {
        return "verifier";
    }

    private static byte[] sha256(byte[] data) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(data);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static byte[] hmac(byte[] key, byte[] data) {
        try {
            var mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return mac.doFinal(data);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + HMAC, e);
        }
    }
}
