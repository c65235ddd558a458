package ticketing.messages;

import java.util.regex.Pattern;

/**
 * An opaque, non-blank name of something. {@code toString} of every identifier is its value, because event streams are
 * named by it.
 */
public interface Identifier {

    /** Letters, digits and the separators used inside derived identifiers; nothing that needs escaping anywhere. */
    Pattern FORM = Pattern.compile("[A-Za-z0-9_.-]{1,80}");

    /** The identifier as clients and event streams see it. */
    String value();

    /** Whether this text can be an identifier at all; what cannot be one names nothing. */
    static boolean isWellFormed(String value) {
        return FORM.matcher(value).matches();
    }

    /**
     * Guards the constructors.
     *
     * @throws IllegalArgumentException if the value is not of the form of an identifier
     */
    static String check(String value) {
        if (!isWellFormed(value)) {
            throw new IllegalArgumentException("not an identifier");
        }
        return value;
    }
}
