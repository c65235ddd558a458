package ticketing.query;

import ticketing.messages.venue.VenueDetails.GeoPoint;

/** Distances on the globe, for SQL over columns {@code lat} and {@code lon}. */
public final class Geography {

    private static final double KM_PER_DEGREE = 111.195;

    private Geography() {}

    /** The great-circle distance in km from the point :lat, :lon (haversine, mean radius). */
    public static final String DISTANCE_KM = """
            (12742 * asin(sqrt(least(1, power(sin(radians(lat - :lat) / 2), 2)
                + cos(radians(:lat)) * cos(radians(lat)) * power(sin(radians(lon - :lon) / 2), 2)))))""";

    /** The same distance as {@link #DISTANCE_KM}. */
    public static double distanceKm(GeoPoint from, GeoPoint to) {
        double up = Math.sin(Math.toRadians(to.lat() - from.lat()) / 2);
        double aside = Math.sin(Math.toRadians(to.lon() - from.lon()) / 2);
        double part =
                up * up + Math.cos(Math.toRadians(from.lat())) * Math.cos(Math.toRadians(to.lat())) * aside * aside;
        return 12_742 * Math.asin(Math.sqrt(Math.min(1, part)));
    }

    /** To ten metres, as answers tell distances. */
    public static double rounded(double km) {
        return Math.round(km * 100) / 100.0;
    }

    /** Degrees that a circle around a point surely lies in: what an index can answer before distances are computed. */
    public record Box(double south, double north, double west, double east) {

        /** Whether it goes round the date line, so that west is greater than east. */
        public boolean crossesDateLine() {
            return west > east;
        }

        /** The condition over the columns lat and lon and the parameters :south, :north, :west and :east. */
        public String condition() {
            return "lat BETWEEN :south AND :north AND "
                    + (crossesDateLine() ? "(lon >= :west OR lon <= :east)" : "lon BETWEEN :west AND :east");
        }
    }

    public static Box around(GeoPoint point, double radiusKm) {
        double up = radiusKm / KM_PER_DEGREE + 0.01;
        double south = Math.max(-90, point.lat() - up);
        double north = Math.min(90, point.lat() + up);
        double widest = Math.cos(Math.toRadians(Math.max(Math.abs(south), Math.abs(north))));
        double aside = widest <= 0 ? 180 : up / widest;
        if (aside >= 180) {
            return new Box(south, north, -180, 180);
        }
        return new Box(south, north, around(point.lon() - aside), around(point.lon() + aside));
    }

    private static double around(double lon) {
        return lon < -180 ? lon + 360 : lon > 180 ? lon - 360 : lon;
    }
}
