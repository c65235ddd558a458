package ticketing.api.demo;

import java.util.Set;
import ticketing.messages.UserId;

/** Makes the accounts that exist from the start: the demo's people and the first administrator. */
public interface DemoAccounts {

    /**
     * Makes this account unless one with this e-mail exists; an existing one is left exactly as it is, its password and roles included, and found
     * without hashing a password.
     *
     * @param password in clear text; to be hashed and forgotten
     * @param roles of CUSTOMER, ORGANIZER, ANALYST and ADMIN
     * @return whose account it is
     */
    UserId ensure(String email, String password, String name, Set<String> roles);

    /** Whether this account has this role: one that existed before may be anybody's. */
    boolean has(UserId user, String role);
}
