package ticketing.api.account;

import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;
import ticketing.api.demo.DemoAccounts;
import ticketing.api.security.Role;
import ticketing.messages.UserId;

/** The demo's people are accounts like all others. */
@Component
class DemoPeople implements DemoAccounts {

    private final Accounts accounts;

    DemoPeople(Accounts accounts) {
        this.accounts = accounts;
    }

    @Override
    public UserId ensure(String email, String password, String name, Set<String> roles) {
        return accounts.ensure(
                email, password, name, roles.stream().map(Role::valueOf).collect(Collectors.toSet()));
    }

    @Override
    public boolean has(UserId user, String role) {
        return accounts.has(user, Role.valueOf(role));
    }
}
