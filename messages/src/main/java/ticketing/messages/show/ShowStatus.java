package ticketing.messages.show;

/** Where a show stands. */
public enum ShowStatus {
    DRAFT,
    PUBLISHED,
    CANCELLED
}
