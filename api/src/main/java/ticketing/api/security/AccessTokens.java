package ticketing.api.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.JwsHeader;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;
import org.springframework.stereotype.Component;
import ticketing.messages.Identifier;
import ticketing.messages.UserId;

/** Issues access tokens (RS256 JWTs) and tells whose they are. */
@Component
public final class AccessTokens implements AuthenticationManager {

    /** Clocks of nodes differ by less. */
    private static final Duration SKEW = Duration.ofSeconds(5);

    /** A signature check costs far more than the rest of most requests, so a token once found good is believed this long. */
    private static final Duration BELIEVED = Duration.ofSeconds(30);

    private static final int BELIEVED_AT_MOST = 20_000;

    /** The claim that orders a token and a change of its account exactly; the time of issue names only its second. */
    private static final String VERSION = "ver";

    /** Older than all that are counted. */
    private static final int UNKNOWN_VERSION = -1;

    private final TokenSettings settings;
    private final Clock clock;
    private final SigningKey key;
    private final NimbusJwtEncoder encoder;
    private final NimbusJwtDecoder decoder;
    private final Cache<String, Verified> believed;

    /** From which version of an account on its tokens are good; on this node at once, on others when the token ends. */
    private final Cache<UserId, Integer> goodFrom;

    AccessTokens(JdbcClient jdbc, TokenSettings settings) {
        this.settings = settings;
        this.clock = Clock.systemUTC();
        this.key = SigningKey.ofDatabase(jdbc);
        this.encoder = new NimbusJwtEncoder(new ImmutableJWKSet<>(new JWKSet(new RSAKey.Builder(key.publicKey())
                .privateKey(key.privateKey())
                .keyID(key.id())
                .build())));
        this.decoder = NimbusJwtDecoder.withPublicKey(key.publicKey())
                .signatureAlgorithm(SignatureAlgorithm.RS256)
                .build();
        this.decoder.setJwtValidator(new DelegatingOAuth2TokenValidator<>(
                new JwtTimestampValidator(SKEW),
                new JwtIssuerValidator(settings.issuer()),
                new JwtClaimValidator<List<String>>(
                        "aud", audience -> audience != null && audience.contains(settings.audience()))));
        this.believed = Caffeine.newBuilder()
                .maximumSize(BELIEVED_AT_MOST)
                .expireAfter(Expiry.<String, Verified>creating((_, verified) -> {
                    Duration left = Duration.between(clock.instant(), verified.expiresAt());
                    return left.compareTo(BELIEVED) < 0 ? left : BELIEVED;
                }))
                .build();
        this.goodFrom = Caffeine.newBuilder()
                .maximumSize(100_000)
                .expireAfterWrite(settings.accessLife().plus(SKEW).plusSeconds(1))
                .build();
    }

    /**
     * A token that is good from now on for {@link #life()}.
     *
     * @param version how often the account had been changed when its roles were read
     */
    public String issue(UserId user, Set<Role> roles, int version) {
        Instant now = clock.instant();
        JwtClaimsSet claims = JwtClaimsSet.builder()
                .id(UUID.randomUUID().toString())
                .issuer(settings.issuer())
                .audience(List.of(settings.audience()))
                .subject(user.value())
                .issuedAt(now)
                .expiresAt(now.plus(settings.accessLife()))
                .claim("roles", roles.stream().map(Role::name).sorted().toList())
                .claim(VERSION, version)
                .build();
        JwsHeader header = JwsHeader.with(SignatureAlgorithm.RS256)
                .type("JWT")
                .keyId(key.id())
                .build();
        return encoder.encode(JwtEncoderParameters.from(header, claims)).getTokenValue();
    }

    /** How long an access token is good. */
    public Duration life() {
        return settings.accessLife();
    }

    /**
     * Whose token this is.
     *
     * @throws InvalidBearerTokenException if it is not one of ours, has ended or was taken back
     */
    public Caller callerOf(String token) {
        Verified verified = believed.getIfPresent(token);
        if (verified == null || !verified.expiresAt().isAfter(clock.instant())) {
            verified = verified(token);
            if (verified.expiresAt().isAfter(clock.instant())) {
                believed.put(token, verified);
            }
        }
        Integer from = goodFrom.getIfPresent(verified.caller().id());
        if (from != null && verified.version() < from) {
            throw new InvalidBearerTokenException("taken back");
        }
        return verified.caller();
    }

    /** Takes back every token of somebody who is gone for good. */
    public void takeBackForever(UserId user) {
        goodFrom.put(user, Integer.MAX_VALUE);
    }

    /** Takes back what was issued for earlier versions of the account, because it says something that no longer is so. */
    public void takeBackOlder(UserId user, int version) {
        goodFrom.asMap().merge(user, version, Math::max);
    }

    @Override
    public Authentication authenticate(Authentication asked) throws AuthenticationException {
        if (!(asked instanceof BearerTokenAuthenticationToken bearer)) {
            throw new InvalidBearerTokenException("not a bearer token");
        }
        return new CallerAuthentication(callerOf(bearer.getToken()));
    }

    private Verified verified(String token) {
        Jwt jwt;
        try {
            jwt = decoder.decode(token);
        } catch (JwtException e) {
            throw new InvalidBearerTokenException("not one of ours", e);
        }
        String subject = jwt.getSubject();
        List<String> names = jwt.getClaimAsStringList("roles");
        if (subject == null
                || !Identifier.isWellFormed(subject)
                || jwt.getExpiresAt() == null
                || jwt.getIssuedAt() == null
                || names == null) {
            throw new InvalidBearerTokenException("lacks a claim");
        }
        return new Verified(
                new Caller(new UserId(subject), roles(names)),
                jwt.getClaim(VERSION) instanceof Number version ? version.intValue() : UNKNOWN_VERSION,
                Objects.requireNonNull(jwt.getExpiresAt()));
    }

    /** A role this version does not know gives nothing. */
    private static Set<Role> roles(List<String> names) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        for (Role role : Role.values()) {
            if (names.contains(role.name())) {
                roles.add(role);
            }
        }
        return roles;
    }

    private record Verified(Caller caller, int version, Instant expiresAt) {}

    /** The caller of the request that is being answered on this thread, if it said who it is. */
    public static @Nullable Caller current() {
        return CallerArgument.current();
    }
}
