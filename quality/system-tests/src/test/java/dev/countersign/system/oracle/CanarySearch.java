package dev.countersign.system.oracle;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Looks for canaries in what left: as they are, in every form of [Canary#forms], and put together
/// again from pieces: letters and digits with anything between them, code points, pairs of hex
/// digits.
final class CanarySearch {
    private final Needles whole = new Needles();
    private final Needles windows = new Needles();
    private final Needles digits = new Needles();
    private final Needles bare = new Needles();

    CanarySearch(Collection<Canary> canaries) {
        for (var canary : canaries) {
            canary.forms().forEach(form -> whole.add(form, canary.where()));
            canary.windows().forEach(six -> windows.add(six, canary.where()));
            if (canary.digits().length() >= Canary.FEWEST_APART) {
                digits.add(canary.digits(), canary.where());
            }
            if (canary.bare().length() >= Canary.FEWEST_APART) {
                bare.add(canary.bare(), canary.where());
                bare.add(new StringBuilder(canary.bare()).reverse().toString(), canary.where());
            }
        }
    }

    /// What nobody meets by chance.
    Set<String> certain(Reply reply) {
        return certain(reply.bytes());
    }

    /// In bytes of any kind.
    Set<String> certain(String bytes) {
        var found = new TreeSet<String>();
        whole.find(bytes, needle -> found.add(needle.means() + " as " + shown(needle.text())));
        return found;
    }

    /// Six digits of one, or one put together from pieces: to be believed only if the same is not
    /// in what the other twin says, whose values are others.
    ///
    /// @return what was found, and what it means
    Map<String, String> doubtful(Reply reply) {
        var found = new TreeMap<String, String>();
        windows.find(
                reply.bytes(),
                needle ->
                        found.put(needle.text(), needle.means() + ": six digits " + needle.text()));
        var text = reply.text();
        digits.find(
                only(text, one -> one >= '0' && one <= '9'),
                needle -> found.put(needle.text(), needle.means() + " in pieces of digits"));
        pieces(only(text, Character::isLetterOrDigit), "in pieces", found);
        pieces(only(codePoints(text), Character::isLetterOrDigit), "by code points", found);
        pieces(only(hexPairs(text), Character::isLetterOrDigit), "by pairs of hex digits", found);
        return found;
    }

    private void pieces(CharSequence text, String how, Map<String, String> found) {
        bare.find(text, needle -> found.put(needle.text(), needle.means() + " " + how));
    }

    private interface Kept {
        boolean test(char one);
    }

    private static CharSequence only(CharSequence text, Kept kept) {
        var out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            if (kept.test(text.charAt(i))) {
                out.append(text.charAt(i));
            }
        }
        return out;
    }

    /// `53, 51 54` is `536`.
    private static CharSequence codePoints(String text) {
        var out = new StringBuilder();
        int number = -1;
        for (int i = 0; i <= text.length(); i++) {
            char one = i < text.length() ? text.charAt(i) : ' ';
            if (one >= '0' && one <= '9') {
                number = Math.min(1000, Math.max(number, 0) * 10 + one - '0');
            } else if (number >= 0) {
                if (number >= ' ' && number <= '~') {
                    out.append((char) number);
                }
                number = -1;
            }
        }
        return out;
    }

    /// `35 33\n36` is `536`.
    private static CharSequence hexPairs(String text) {
        var out = new StringBuilder();
        int from = 0;
        for (int i = 0; i <= text.length(); i++) {
            if (i < text.length() && Character.digit(text.charAt(i), 16) >= 0) {
                continue;
            }
            if (i - from == 2) {
                out.append((char) Integer.parseInt(text.substring(from, i), 16));
            }
            from = i + 1;
        }
        return out;
    }

    private static String shown(String form) {
        var out = new StringBuilder();
        for (int i = 0; i < form.length(); i++) {
            char one = form.charAt(i);
            out.append(
                    one >= ' ' && one <= '~'
                            ? String.valueOf(one)
                            : "\\x%02x".formatted((int) one));
        }
        return out.toString();
    }
}
