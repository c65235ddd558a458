package ticketing.api.security;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;

/** A {@link Caller} in Spring Security's words. Keeps nothing of the token. */
final class CallerAuthentication extends AbstractAuthenticationToken {

    private static final long serialVersionUID = 1L;

    private static final Map<Role, GrantedAuthority> AUTHORITIES = Arrays.stream(Role.values())
            .collect(Collectors.toMap(Function.identity(), role -> new SimpleGrantedAuthority("ROLE_" + role)));

    private final transient Caller caller;

    CallerAuthentication(Caller caller) {
        super(authorities(caller));
        this.caller = caller;
        setAuthenticated(true);
    }

    private static List<GrantedAuthority> authorities(Caller caller) {
        return caller.roles().stream().map(AUTHORITIES::get).toList();
    }

    @Override
    public Caller getPrincipal() {
        return caller;
    }

    @Override
    public Object getCredentials() {
        return "";
    }

    @Override
    public String getName() {
        return caller.id().value();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CallerAuthentication authentication && caller.equals(authentication.caller);
    }

    @Override
    public int hashCode() {
        return caller.hashCode();
    }
}
