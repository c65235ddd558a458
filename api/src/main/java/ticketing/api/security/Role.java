package ticketing.api.security;

/** What an account may do. A person can have several. */
public enum Role {
    /** Books and pays. Everybody who registers is one. */
    CUSTOMER,
    /** Makes venues, performers and events, and touches only their own. */
    ORGANIZER,
    /** Reads sales, history and the state of the read models. */
    ANALYST,
    /** All of an organizer's and an analyst's, and gives roles. */
    ADMIN
}
