package dev.countersign.masking;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// How numbers are written with signs between their groups: `ddd-dd-dddd`. A number that is written
/// as its issuer writes it needs no further word, where the format is strong.
final class Formats {
    static final int LONGEST = 26;

    private static final String SIGNS = "-. /+";

    /// The place of each byte in them, one more; 0 for what is none.
    private static final byte[] SIGN = signs();

    private static final int MOST = 16;

    /// By how long the first two groups are, by the sign between them, and by whether a digit
    /// stands behind it.
    private static final Format[][] BY_START = new Format[MOST * MOST * 16][0];

    static {
        var all = new ArrayList<Format>();
        add(all, Entity.US_SSN, true, "ddd-dd-dddd");
        add(all, Entity.US_ITIN, true, "ddd-dd-dddd");
        add(all, Entity.US_SSN, false, "ddd dd dddd", "ddd.dd.dddd");
        add(all, Entity.US_ITIN, false, "ddd dd dddd", "ddd.dd.dddd");
        add(all, Entity.US_EIN, false, "dd-ddddddd");
        add(all, Entity.CA_SIN, true, "ddd-ddd-ddd", "ddd ddd ddd");
        add(all, Entity.AU_TFN, false, "ddd ddd ddd", "ddd-ddd-ddd");
        add(all, Entity.NL_BSN, false, "ddd.ddd.ddd", "ddd ddd ddd", "dddd.dd.ddd", "dddd dd ddd");
        add(all, Entity.PT_NIF, false, "ddd ddd ddd", "ddd.ddd.ddd");
        add(all, Entity.UK_NHS, true, "ddd ddd dddd", "ddd-ddd-dddd");
        add(all, Entity.PHONE, true, "ddd-ddd-dddd", "ddd.ddd.dddd");
        add(all, Entity.PHONE, false, "ddd ddd dddd");
        add(all, Entity.IN_AADHAAR, true, "dddd dddd dddd", "dddd-dddd-dddd");
        add(all, Entity.JP_MY_NUMBER, false, "dddd dddd dddd", "dddd-dddd-dddd");
        add(all, Entity.AU_MEDICARE, false, "dddd ddddd d", "dddd-ddddd-d");
        add(all, Entity.DE_STEUER_ID, true, "dd ddd ddd ddd");
        add(all, Entity.AU_ABN, false, "dd ddd ddd ddd");
        add(all, Entity.BR_CPF, true, "ddd.ddd.ddd-dd");
        add(all, Entity.BR_CNPJ, true, "xx.xxx.xxx/xxxx-dd");
        add(all, Entity.BE_NN, true, "dd.dd.dd-ddd.dd", "dd.dd.dd-ddd-dd", "dd.dd.dd ddd.dd");
        add(all, Entity.BE_NN, true, "dddddd-ddd-dd", "dddddd ddd dd", "dd.dd.dd ddd-dd");
        add(all, Entity.CH_AHV, true, "ddd.dddd.dddd.dd", "ddd dddd dddd dd", "ddd-dddd-dddd-dd");
        add(all, Entity.FR_NIR, true, "d dd dd dx ddd ddd dd", "d-dd-dd-dx-ddd-ddd-dd");
        add(all, Entity.FR_NIR, true, "d dd dd dx ddd ddd-dd", "d.dd.dd.dx.ddd.ddd.dd");
        add(all, Entity.FR_NIR, true, "dddddxddddddd dd");
        add(all, Entity.SE_PERSONNUMMER, true, "dddddd-dddd", "dddddd+dddd", "dddddddd-dddd");
        add(all, Entity.SE_PERSONNUMMER, false, "dddddd dddd", "dddddddd dddd");
        add(all, Entity.DK_CPR, false, "dddddd-dddd", "dddddd dddd");
        add(all, Entity.NO_FNR, true, "dddddd ddddd", "dddddd-ddddd");
        add(all, Entity.KR_RRN, true, "dddddd-ddddddd");
        add(all, Entity.ZA_ID, true, "dddddd dddd ddd", "dddddd dddd dd d", "dddddd dddd d d d");
        add(all, Entity.TH_TNIN, true, "d-dddd-ddddd-dd-d", "d dddd ddddd dd d");
        add(all, Entity.IL_ID, false, "d-ddddddd-d", "dddddddd-d", "ddd-ddddd-d");
        add(all, Entity.IMEI, false, "dd-dddddd-dddddd-d", "dd dddddd dddddd d");
        add(all, Entity.CREDIT_CARD, true, "dddd dddd dddd dddd", "dddd-dddd-dddd-dddd");
        add(all, Entity.CREDIT_CARD, true, "dddd.dddd.dddd.dddd");
        add(all, Entity.CREDIT_CARD, true, "dddd dddddd ddddd", "dddd-dddddd-ddddd");
        add(all, Entity.CREDIT_CARD, true, "dddd dddddd dddd", "dddd-dddddd-dddd");
        add(all, Entity.CREDIT_CARD, true, "dddd dddd dddd dddd ddd", "dddd-dddd-dddd-dddd-ddd");
        add(all, Entity.CREDIT_CARD, false, "dddd dddd dddd", "dddd dddd ddddd");
        add(all, Entity.CREDIT_CARD, false, "dddddddd dddddddd", "dddddd dddddddddd");
        add(all, Entity.CREDIT_CARD, true, "dddd dddd dddd d", "dddd-dddd-dddd-d");
        add(all, Entity.CN_RIC, true, "dddddd dddddddd dddx", "dddddd-dddddddd-dddx");
        add(all, Entity.DE_RVNR, true, "dd dddddd L ddd", "dd-dddddd-L-ddd", "dd dddddd Lddd");
        add(all, Entity.US_MBI, true, "dLxd-Lxd-LLdd", "dLxd Lxd LLdd");
        add(all, Entity.ES_DNI, true, "dd.ddd.ddd-L", "dddddddd-L", "dd.ddd.dddL", "dd ddd ddd L");
        add(all, Entity.ES_DNI, true, "dddddddd L", "dd.ddd.ddd L");
        add(all, Entity.IE_PPS, true, "ddddddd L", "ddddddd LL", "ddddddd-L");
        add(all, Entity.FI_HETU, true, "dddddd-dddx", "dddddd+dddx");
        for (var format : all) {
            byte behind = format.shape[format.run() + 1];
            if (behind != 'L') {
                put(format, slot(format.run(), format.sign(), format.second(), true));
            }
            if (behind != 'd') {
                put(format, slot(format.run(), format.sign(), format.second(), false));
            }
        }
    }

    private Formats() {}

    /// One way to write one kind of number.
    static final class Format {
        private final Entity entity;
        private final boolean strong;

        /// `d` a digit, `L` a capital, `x` either, anything else itself.
        private final byte[] shape;

        /// Where its last sign stands, at which most of what it is not is known.
        private final int last;

        Format(Entity entity, boolean strong, String shape) {
            this.entity = entity;
            this.strong = strong;
            this.shape = shape.getBytes(US_ASCII);
            int at = shape.length() - 1;
            while (letter(this.shape[at])) {
                at--;
            }
            last = at;
        }

        Entity entity() {
            return entity;
        }

        /// Whether no word is needed.
        boolean strong() {
            return strong;
        }

        /// What stands behind the first group.
        int sign() {
            return shape[run()];
        }

        /// How many letters and digits stand before the first sign.
        int run() {
            int run = 0;
            while (letter(shape[run])) {
                run++;
            }
            return run;
        }

        /// How many stand behind the first sign.
        int second() {
            int from = run() + 1;
            int to = from;
            while (to < shape.length && letter(shape[to])) {
                to++;
            }
            return to - from;
        }

        static boolean letter(int c) {
            return c == 'd' || c == 'L' || c == 'x';
        }

        /// Where it ends if it stands at `i`; -1 where it does not.
        int end(byte[] b, int i, int hi) {
            int n = shape.length;
            if (i + n > hi || b[i + last] != shape[last]) {
                return -1;
            }
            for (int k = 0; k < n; k++) {
                int c = b[i + k];
                boolean fits =
                        switch (shape[k]) {
                            case 'd' -> Checks.digit(c);
                            case 'L' -> Checks.upper(c);
                            case 'x' -> Checks.digit(c) || Checks.upper(c);
                            default -> c == shape[k];
                        };
                if (!fits) {
                    return -1;
                }
            }
            return i + n;
        }
    }

    /// Those that begin with groups as long as these, with this sign between them, and with a digit
    /// or with none behind it.
    static Format[] starting(int run, int sign, int second, boolean digit) {
        return run < MOST && second < MOST && SIGN[sign & 0xFF] > 0
                ? BY_START[slot(run, sign, second, digit)]
                : BY_START[0];
    }

    private static int slot(int run, int sign, int second, boolean digit) {
        return (run * MOST + second) * 16 + 2 * SIGN[sign & 0xFF] - (digit ? 1 : 2);
    }

    private static void put(Format format, int slot) {
        var formats = Arrays.copyOf(BY_START[slot], BY_START[slot].length + 1);
        formats[formats.length - 1] = format;
        BY_START[slot] = formats;
    }

    private static byte[] signs() {
        var out = new byte[256];
        for (int i = 0; i < SIGNS.length(); i++) {
            out[SIGNS.charAt(i)] = (byte) (i + 1);
        }
        return out;
    }

    private static void add(List<Format> all, Entity entity, boolean strong, String... shapes) {
        for (var shape : shapes) {
            all.add(new Format(entity, strong, shape));
        }
    }
}
