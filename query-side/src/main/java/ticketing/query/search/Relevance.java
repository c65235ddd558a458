package ticketing.query.search;

/**
 * What makes one hit better than another, beside the words: that it is soon and that it is near. The same numbers for every index, so that the order
 * changes little when another one answers. The words' score is multiplied by {@code 1 + SOON_WEIGHT · ½^(days / SOON_DAYS) + NEAR_WEIGHT · ½^(km / NEAR_KM)}:
 * among equal names the nearest in time and space is first, but no nearness makes a worse name a better one by far.
 */
final class Relevance {

    /** After so many days being soon counts half. */
    static final int SOON_DAYS = 30;

    static final double SOON_WEIGHT = 0.5;

    /** After so many km being near counts half. */
    static final int NEAR_KM = 25;

    static final double NEAR_WEIGHT = 0.5;

    /** How near a point is when nobody says how near. */
    static final double DEFAULT_RADIUS_KM = 50;

    /** How many cities are counted, those with the most hits. */
    static final int MOST_CITIES = 50;

    private Relevance() {}
}
