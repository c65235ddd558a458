package ticketing.messages.show;

/** The kinds of shows the platform lists. */
public enum ShowType {
    CONCERT,
    SPORTS,
    THEATER,
    MOVIE,
    COMEDY,
    FAMILY,
    OTHER
}
