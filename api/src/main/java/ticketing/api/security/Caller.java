package ticketing.api.security;

import java.util.Arrays;
import java.util.Set;
import ticketing.api.problem.Problem;
import ticketing.api.problem.ProblemCode;
import ticketing.messages.UserId;

/**
 * Who sent the request, as the access token says. A controller method takes one as an argument; {@code @Nullable Caller} or
 * {@code Optional<Caller>} where the path is public.
 */
public record Caller(UserId id, Set<Role> roles) {

    public Caller {
        roles = Set.copyOf(roles);
    }

    public boolean has(Role role) {
        return roles.contains(role);
    }

    public boolean isAdmin() {
        return has(Role.ADMIN);
    }

    /**
     * For rules finer than those of the path.
     *
     * @throws Problem 403 {@code forbidden} if the caller has none of these roles
     */
    public void requireAny(Role... wanted) {
        if (Arrays.stream(wanted).noneMatch(this::has)) {
            throw new Problem(ProblemCode.FORBIDDEN, "Your account does not have the role for this.");
        }
    }
}
