package dev.countersign.evidence;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.Provider;
import java.security.SecureRandomSpi;
import java.security.Security;

/// While it is open, every new `SecureRandom` of this process gives the same bytes: SHA-256 over a
/// name and a counter. So the writer itself needs no seam for a test that wants fixed keys, nonces
/// and ids.
final class FixedRandom implements AutoCloseable {
    private static final String NAME = "CountersignGolden";

    FixedRandom() {
        Security.insertProviderAt(new Fixed(), 1);
    }

    @Override
    public void close() {
        Security.removeProvider(NAME);
    }

    private static final class Fixed extends Provider {
        private static final long serialVersionUID = 1L;

        Fixed() {
            super(NAME, "1", "random bits that are none");
            putService(
                    new Service(this, "SecureRandom", "Fixed", Stream.class.getName(), null, null) {
                        @Override
                        public Object newInstance(
                                @org.jspecify.annotations.Nullable Object parameter) {
                            return new Stream();
                        }
                    });
        }
    }

    private static final class Stream extends SecureRandomSpi {
        private static final long serialVersionUID = 1L;
        private static final byte[] SEED = "countersign golden".getBytes(StandardCharsets.US_ASCII);

        private transient ByteBuffer block = ByteBuffer.allocate(0);
        private long counter;

        @Override
        protected void engineSetSeed(byte[] seed) {
            // it stays as it is
        }

        @Override
        protected void engineNextBytes(byte[] bytes) {
            for (int at = 0; at < bytes.length; at++) {
                if (!block.hasRemaining()) {
                    var number = ByteBuffer.allocate(Long.BYTES).putLong(counter++).array();
                    block =
                            ByteBuffer.wrap(
                                    dev.countersign.model.Hash.sha256(SEED, number).bytes());
                }
                bytes[at] = block.get();
            }
        }

        @Override
        protected byte[] engineGenerateSeed(int length) {
            var out = new byte[length];
            engineNextBytes(out);
            return out;
        }
    }
}
