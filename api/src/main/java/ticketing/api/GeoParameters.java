package ticketing.api;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import ticketing.api.problem.Problem;
import ticketing.messages.venue.VenueDetails.GeoPoint;

/** Points and distances as request parameters. */
public final class GeoParameters {

    private static final Pattern POINT =
            Pattern.compile("\\s*(-?\\d{1,3}(?:\\.\\d{1,15})?)\\s*,\\s*(-?\\d{1,3}(?:\\.\\d{1,15})?)\\s*");
    private static final Pattern NUMBER = Pattern.compile("\\d{1,5}(?:\\.\\d{1,15})?");

    /** Half way round the globe. */
    private static final double FARTHEST_KM = 20_040;

    private GeoParameters() {}

    /**
     * Reads {@code LAT,LON}.
     *
     * @throws Problem 400 naming {@code near}
     */
    public static GeoPoint near(String value) {
        Matcher matcher = POINT.matcher(value);
        if (!matcher.matches()) {
            throw Problem.invalid("near", "must be LAT,LON in degrees, such as 52.52,13.405");
        }
        try {
            return new GeoPoint(Double.parseDouble(matcher.group(1)), Double.parseDouble(matcher.group(2)));
        } catch (IllegalArgumentException e) {
            throw Problem.invalid("near", "must be a point on earth: " + e.getMessage());
        }
    }

    /**
     * Reads a distance, if there is one.
     *
     * @throws Problem 400 naming {@code radiusKm}
     */
    public static @Nullable Double radiusKm(@Nullable String value) {
        if (value == null) {
            return null;
        }
        double radius = NUMBER.matcher(value).matches() ? Double.parseDouble(value) : -1;
        if (radius <= 0 || radius > FARTHEST_KM) {
            throw Problem.invalid("radiusKm", "must be a number above 0 and up to 20040");
        }
        return radius;
    }
}
