package ticketing.api.account;

import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.CookieValue;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import ticketing.api.problem.Problem;
import ticketing.api.problem.ProblemCode;
import ticketing.api.security.AccessTokens;
import ticketing.api.security.TokenSettings;

/**
 * The login of our own pages. They get what {@code /v1/login} gives, but the refresh token in a cookie that no script can read, so that a script that
 * should not be there has nothing to carry away that outlives the page; all tabs share it.
 *
 * <p>The cookie is sent to these paths only and opens nothing but a new access token, which a foreign page could not read; whatever changes something
 * still needs that token in a header. So another site gains nothing from a browser that sends the cookie along, and {@code SameSite} keeps it from that.
 */
@RestController
@Hidden
@RequestMapping(SessionController.PATH)
class SessionController {

    static final String PATH = "/session";
    static final String COOKIE = "session";

    private final Accounts accounts;
    private final AccessTokens accessTokens;
    private final TokenSettings settings;

    SessionController(Accounts accounts, AccessTokens accessTokens, TokenSettings settings) {
        this.accounts = accounts;
        this.accessTokens = accessTokens;
        this.settings = settings;
    }

    @PostMapping
    ResponseEntity<Session> begin(
            @RequestBody AccountController.Credentials credentials,
            @RequestHeader(name = "Sec-Fetch-Site", required = false) @Nullable String site,
            HttpServletRequest request) {
        requireOwnPage(site);
        if (credentials.email() == null || credentials.password() == null) {
            throw Problem.invalid(credentials.email() == null ? "email" : "password", "is missing");
        }
        return answer(accounts.login(credentials.email(), credentials.password()), request);
    }

    /** The next access token. 204 without a cookie: nobody is logged in, which is no fault. */
    @PostMapping("/refresh")
    ResponseEntity<?> refresh(
            @CookieValue(name = COOKIE, required = false) @Nullable String token,
            @RequestHeader(name = "Sec-Fetch-Site", required = false) @Nullable String site,
            HttpServletRequest request) {
        requireOwnPage(site);
        if (token == null) {
            return ResponseEntity.noContent()
                    .cacheControl(CacheControl.noStore())
                    .build();
        }
        return answer(accounts.refreshInPage(token), request);
    }

    @PostMapping("/end")
    ResponseEntity<Void> end(
            @CookieValue(name = COOKIE, required = false) @Nullable String token,
            @RequestHeader(name = "Sec-Fetch-Site", required = false) @Nullable String site,
            HttpServletRequest request) {
        requireOwnPage(site);
        if (token != null) {
            accounts.logout(token);
        }
        return ResponseEntity.noContent()
                .header(HttpHeaders.SET_COOKIE, cookie("", Duration.ZERO, request))
                .build();
    }

    /** Browsers say which site's page asks; SameSite alone would let in pages of a neighbour's port or subdomain. */
    private static void requireOwnPage(@Nullable String site) {
        if (site != null && !site.equals("same-origin")) {
            throw new Problem(
                    ProblemCode.FORBIDDEN, "Only the platform's own pages log in here; others use /v1/login.");
        }
    }

    private ResponseEntity<Session> answer(Accounts.Tokens tokens, HttpServletRequest request) {
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                .header(HttpHeaders.SET_COOKIE, cookie(tokens.refreshToken(), settings.refreshLife(), request))
                .body(new Session(
                        tokens.accessToken(),
                        tokens.life().toSeconds(),
                        accounts.profile(
                                accessTokens.callerOf(tokens.accessToken()).id())));
    }

    private static String cookie(String value, Duration life, HttpServletRequest request) {
        return ResponseCookie.from(COOKIE, value)
                .path(PATH)
                .httpOnly(true)
                .secure(request.isSecure())
                .sameSite("Strict")
                .maxAge(life)
                .build()
                .toString();
    }

    /**
     * @param expiresIn seconds for which the access token is good
     * @param user whose it is
     */
    record Session(String accessToken, long expiresIn, Profile user) {
        @Override
        public String toString() {
            return "Session[…]";
        }
    }
}
