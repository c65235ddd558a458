package ticketing.api.account;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import ticketing.api.problem.Problem;
import ticketing.api.security.AccessTokens;
import ticketing.api.security.Caller;
import ticketing.api.security.Role;
import ticketing.messages.UserId;

/** Registration, login and one's own account. */
@RestController
class AccountController {

    private final Accounts accounts;
    private final AccessTokens accessTokens;

    AccountController(Accounts accounts, AccessTokens accessTokens) {
        this.accounts = accounts;
        this.accessTokens = accessTokens;
    }

    @PostMapping("/v1/users")
    @ResponseStatus(HttpStatus.CREATED)
    Profile register(@RequestBody Registration registration) {
        return accounts.register(
                registration.email(), registration.password(), registration.name(), Accounts.OF_EVERYBODY);
    }

    @PostMapping("/v1/login")
    TokenAnswer login(@RequestBody Credentials credentials) {
        return TokenAnswer.of(
                accounts.login(given("email", credentials.email()), given("password", credentials.password())));
    }

    @PostMapping("/v1/login/refresh")
    TokenAnswer refresh(@RequestBody RefreshToken token) {
        return TokenAnswer.of(accounts.refresh(given("refreshToken", token.refreshToken())));
    }

    /** With a refresh token ends its login; with an access token alone all logins of its owner. */
    @PostMapping("/v1/logout")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void logout(
            @RequestBody(required = false) @Nullable RefreshToken token,
            @RequestHeader(name = HttpHeaders.AUTHORIZATION, required = false) @Nullable String authorization) {
        if (token != null && token.refreshToken() != null) {
            accounts.logout(token.refreshToken());
        } else if (authorization != null && authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
            accounts.logoutEverywhere(
                    accessTokens.callerOf(authorization.substring(7).strip()).id());
        } else {
            throw new InvalidBearerTokenException("neither a refresh token nor an access token");
        }
    }

    @GetMapping("/v1/users/me")
    Profile profile(Caller caller) {
        return accounts.profile(caller.id());
    }

    @PutMapping("/v1/users/me")
    Profile change(Caller caller, @RequestBody Change change) {
        return accounts.change(caller.id(), change.email(), change.name(), change.password(), change.currentPassword());
    }

    @DeleteMapping("/v1/users/me")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void erase(Caller caller) {
        accounts.erase(caller.id());
    }

    @GetMapping(path = "/v1/users/me/export", produces = MediaType.APPLICATION_JSON_VALUE)
    Map<String, Object> export(Caller caller) {
        return accounts.export(caller.id());
    }

    @PutMapping("/v1/users/{id}/roles")
    Profile giveRoles(@PathVariable UserId id, @RequestBody Roles roles) {
        if (roles.roles() == null || roles.roles().isEmpty() || roles.roles().contains(null)) {
            throw Problem.invalid("roles", "must have at least one of " + List.of(Role.values()));
        }
        return accounts.giveRoles(id, EnumSet.copyOf(roles.roles()));
    }

    private static String given(String field, @Nullable String value) {
        if (value == null) {
            throw Problem.invalid(field, "is missing");
        }
        return value;
    }

    record Registration(
            @Nullable String email,
            @Nullable String password,
            @Nullable String name) {
        @Override
        public String toString() {
            return "Registration[…]";
        }
    }

    record Credentials(@Nullable String email, @Nullable String password) {
        @Override
        public String toString() {
            return "Credentials[…]";
        }
    }

    record RefreshToken(@Nullable String refreshToken) {
        @Override
        public String toString() {
            return "RefreshToken[…]";
        }
    }

    record Change(
            @Nullable String email,
            @Nullable String name,
            @Nullable String password,
            @Nullable String currentPassword) {
        @Override
        public String toString() {
            return "Change[…]";
        }
    }

    record Roles(@Nullable Set<Role> roles) {}

    /** @param expiresIn seconds for which the access token is good */
    record TokenAnswer(String accessToken, String tokenType, long expiresIn, String refreshToken) {
        static TokenAnswer of(Accounts.Tokens tokens) {
            return new TokenAnswer(tokens.accessToken(), "Bearer", tokens.life().toSeconds(), tokens.refreshToken());
        }

        @Override
        public String toString() {
            return "TokenAnswer[…]";
        }
    }
}
