package ticketing.api.security;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code ticketing.tokens.*}
 *
 * @param issuer who signs access tokens
 * @param audience for whom they are; a token for somebody else is refused even if our key signed it
 * @param accessLife how long an access token is good; only the node that takes one back refuses it at once, so minutes
 * @param refreshLife how long a login lasts without a password, however often it is refreshed
 */
@ConfigurationProperties("ticketing.tokens")
public record TokenSettings(
        @DefaultValue("ticketing") String issuer,
        @DefaultValue("ticketing-api") String audience,
        @DefaultValue("15m") Duration accessLife,
        @DefaultValue("30d") Duration refreshLife) {

    /**
     * {@code ticketing.cors.*}
     *
     * @param origins the web origins whose pages may call the API from a browser; none by default
     */
    @ConfigurationProperties("ticketing.cors")
    public record Cors(@DefaultValue List<String> origins) {}
}
