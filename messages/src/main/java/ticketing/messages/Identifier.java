package ticketing.messages;

/**
 * An opaque, non-blank name of something. {@code toString} of every identifier is its value, because event streams are
 * named by it.
 */
public interface Identifier {

    /** The longest there may be, in characters. */
    int LONGEST = 80;

    /** The identifier as clients and event streams see it. */
    String value();

    /**
     * Whether this text can be an identifier at all; what cannot be one names nothing. Letters, digits and the separators used inside derived identifiers:
     * nothing that needs escaping anywhere.
     */
    static boolean isWellFormed(String value) {
        int length = value.length();
        if (length == 0 || length > LONGEST) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (!isAllowed(value.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAllowed(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "-_.".indexOf(c) >= 0;
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
