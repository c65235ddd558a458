package ticketing.api.account;

import java.util.Set;
import ticketing.api.security.Role;
import ticketing.messages.UserId;

/** An account as its owner sees it. */
public record Profile(UserId userId, String email, String name, Set<Role> roles) {

    static Profile of(Person person) {
        return new Profile(person.id(), person.email(), person.name(), person.roles());
    }

    /** Not the person: it must not reach a log by accident. */
    @Override
    public String toString() {
        return "Profile[" + userId + "]";
    }
}
