package ticketing.messages.venue;

/** The rule for the short names that are printed on tickets. */
final class Label {

    private static final int LONGEST = 40;

    private Label() {}

    static String check(String what, String label) {
        if (label == null
                || label.isBlank()
                || label.length() > LONGEST
                || label.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(what + " is 1 to " + LONGEST + " printable characters");
        }
        return label;
    }
}
