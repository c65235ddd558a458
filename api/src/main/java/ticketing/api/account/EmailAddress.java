package ticketing.api.account;

import java.net.IDN;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** An e-mail address in the one form in which it is compared and kept: lower case, composed characters. */
record EmailAddress(String value) {

    /** As browsers take it for {@code <input type="email">}, and letters of other scripts. */
    private static final Pattern FORM = Pattern.compile(
            "[\\p{L}\\p{M}\\p{N}.!#$%&'*+/=?^_`{|}~-]{1,64}@[\\p{L}\\p{M}\\p{N}](?:[\\p{L}\\p{M}\\p{N}-]{0,61}[\\p{L}\\p{M}\\p{N}])?"
                    + "(?:\\.[\\p{L}\\p{M}\\p{N}](?:[\\p{L}\\p{M}\\p{N}-]{0,61}[\\p{L}\\p{M}\\p{N}])?)*");

    private static final int LONGEST = 254;

    /** Empty if the text is not an e-mail address. */
    static Optional<EmailAddress> of(String text) {
        if (text.length() > 2 * LONGEST) {
            return Optional.empty();
        }
        String normal = Normalizer.normalize(text.strip(), Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
        if (normal.length() > LONGEST
                || !FORM.matcher(normal).matches()
                || !isDomain(normal.substring(normal.lastIndexOf('@') + 1))) {
            return Optional.empty();
        }
        return Optional.of(new EmailAddress(normal));
    }

    private static boolean isDomain(String domain) {
        try {
            return !IDN.toASCII(domain).isEmpty();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Not the address: it must not reach a log by accident. */
    @Override
    public String toString() {
        return "EmailAddress[…]";
    }
}
