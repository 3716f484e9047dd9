package dev.countersign.masking;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/// Addresses of wallets: Bitcoin in base58 with its checksum and in bech32, Ethereum with the
/// capitals of EIP-55 or under a name that says so.
final class Wallets {
    /// What each byte counts; -1 for what is none.
    private static final byte[] BASE58 =
            values("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz");

    private static final String BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    private static final int[] GENERATOR = {
        0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3
    };

    private Wallets() {}

    private static byte[] values(String digits) {
        var out = new byte[256];
        Arrays.fill(out, (byte) -1);
        for (int i = 0; i < digits.length(); i++) {
            out[digits.charAt(i)] = (byte) i;
        }
        return out;
    }

    /// @return behind it; -1 where there is none
    static int at(Scan s, int from, int to) {
        byte[] b = s.b;
        int n = to - from;
        boolean found =
                switch (b[from]) {
                    case '1', '3' -> n >= 26 && n <= 35 && base58(s, from, to);
                    case 'b', 'B' -> n >= 42 && n <= 90 && bech32(b, from, to);
                    case '0' -> n == 42 && b[from + 1] == 'x' && ethereum(s, from);
                    default -> false;
                };
        return found && s.hit(Entity.CRYPTO, from, to) ? to : -1;
    }

    private static boolean base58(Scan s, int from, int to) {
        for (int i = from; i < to; i++) {
            if (BASE58[s.b[i] & 0xFF] < 0) {
                return false; // most often there is one, and no number need be reckoned
            }
        }
        // the number that it writes, lowest part first
        var number = new int[7];
        for (int i = from; i < to; i++) {
            long carry = BASE58[s.b[i] & 0xFF];
            for (int k = 0; k < number.length; k++) {
                carry += (number[k] & 0xFFFF_FFFFL) * 58;
                number[k] = (int) carry;
                carry >>>= 32;
            }
            if (carry != 0) {
                return false;
            }
        }
        int version = number[6];
        if (version != 0 && version != 5) {
            return false;
        }
        var payload = new byte[21];
        for (int i = 0; i < payload.length; i++) {
            payload[i] = (byte) (number[(24 - i) / 4] >>> (8 * ((24 - i) % 4)));
        }
        var twice = s.sha256.digest(s.sha256.digest(payload));
        int check = twice[0] << 24 | (twice[1] & 0xFF) << 16 | (twice[2] & 0xFF) << 8;
        return (check | (twice[3] & 0xFF)) == number[0];
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /// BIP-173 and BIP-350, of the main network.
    private static boolean bech32(byte[] b, int from, int to) {
        if ((b[from + 1] | 0x20) != 'c' || b[from + 2] != '1') {
            return false;
        }
        int check = 1;
        for (int c : new int[] {3, 3, 0, 2, 3}) {
            check = polymod(check, c);
        }
        int version = BECH32.indexOf(b[from + 3] | 0x20);
        for (int i = from + 3; i < to; i++) {
            int value = BECH32.indexOf(Checks.letter(b[i]) ? b[i] | 0x20 : b[i]);
            if (value < 0) {
                return false;
            }
            check = polymod(check, value);
        }
        return check == 1 || (check == 0x2bc830a3 && version != 0);
    }

    private static int polymod(int check, int value) {
        int top = check >>> 25;
        int next = (check & 0x1ffffff) << 5 ^ value;
        for (int i = 0; i < 5; i++) {
            next ^= (top >> i & 1) == 0 ? 0 : GENERATOR[i];
        }
        return next;
    }

    private static boolean ethereum(Scan s, int from) {
        byte[] b = s.b;
        var lower = new byte[40];
        boolean upper = false;
        boolean small = false;
        for (int i = 0; i < 40; i++) {
            int c = b[from + 2 + i];
            if (!Checks.hex(c)) {
                return false;
            }
            upper |= Checks.upper(c);
            small |= c >= 'a';
            lower[i] = (byte) (Checks.letter(c) ? c | 0x20 : c);
        }
        if (!upper || !small) {
            return (s.context(from, from + 42) & Entity.CRYPTO.bit()) != 0;
        }
        var hash = Keccak.hash(lower);
        for (int i = 0; i < 40; i++) {
            if (Checks.letter(lower[i])) {
                boolean capital = (hash[i / 2] >> (4 - i % 2 * 4) & 15) > 7;
                if (capital != Checks.upper(b[from + 2 + i])) {
                    return false;
                }
            }
        }
        return true;
    }
}
