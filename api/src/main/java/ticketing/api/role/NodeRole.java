package ticketing.api.role;

/** What a process of this program can be for others. */
public enum NodeRole {
    /** Decides: aggregates, deadlines, payments. */
    COMMAND,
    /** Answers questions from the read models. */
    QUERY,
    /** Follows the events: fills the read models. */
    PROJECTION,
    /** Talks to clients: HTTP, live seat maps, accounts, limits, the pages. */
    EDGE
}
