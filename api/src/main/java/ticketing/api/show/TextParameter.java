package ticketing.api.show;

import org.jspecify.annotations.Nullable;
import ticketing.api.problem.Problem;

/** Texts that a request searches or compares with. */
final class TextParameter {

    /** More than anything that has a name here. */
    private static final int LONGEST = 200;

    private TextParameter() {}

    /**
     * The text without the space around it; null if nothing is left, because forms send a parameter without a value where they mean none.
     *
     * @throws Problem 400 naming the parameter, if it is too long or has a control character
     */
    static @Nullable String of(String parameter, @Nullable String value) {
        if (value == null) {
            return null;
        }
        String stripped = value.strip();
        check(parameter, stripped);
        return stripped.isEmpty() ? null : stripped;
    }

    /** @throws Problem 400 naming the parameter, if it is too long or has a control character, which no name has and not every store takes */
    static void check(String parameter, String value) {
        if (value.length() > LONGEST) {
            throw Problem.invalid(parameter, "must have at most " + LONGEST + " characters");
        }
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw Problem.invalid(parameter, "must not have control characters");
        }
    }
}
