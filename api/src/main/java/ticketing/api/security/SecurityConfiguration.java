package ticketing.api.security;

import static org.springframework.http.HttpMethod.DELETE;
import static org.springframework.http.HttpMethod.GET;
import static org.springframework.http.HttpMethod.HEAD;
import static org.springframework.http.HttpMethod.POST;
import static org.springframework.http.HttpMethod.PUT;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;
import org.springframework.security.oauth2.server.resource.web.BearerTokenResolver;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.firewall.HttpFirewall;
import org.springframework.security.web.firewall.StrictHttpFirewall;
import org.springframework.security.web.header.HeaderWriter;
import org.springframework.security.web.header.writers.ContentSecurityPolicyHeaderWriter;
import org.springframework.security.web.header.writers.HstsHeaderWriter;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import org.springframework.security.web.header.writers.XContentTypeOptionsHeaderWriter;
import org.springframework.security.web.header.writers.XXssProtectionHeaderWriter;
import org.springframework.security.web.header.writers.frameoptions.XFrameOptionsHeaderWriter;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.UrlBasedCorsConfigurationSource;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import ticketing.api.prepared.StrangersHeaders;
import ticketing.api.problem.Problem;
import ticketing.api.problem.ProblemCode;
import ticketing.api.problem.Problems;

/** The rules of the contract by path; finer ones are the controllers'. Whatever no rule names needs a login. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({TokenSettings.class, TokenSettings.Cors.class})
class SecurityConfiguration {

    private static final String PAGES =
            "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; object-src 'none'; "
                    + "base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    private static final String SCHEME = "Bearer";

    private static final String CUSTOMER = Role.CUSTOMER.name();
    private static final String ORGANIZER = Role.ORGANIZER.name();
    private static final String ANALYST = Role.ANALYST.name();
    private static final String ADMIN = Role.ADMIN.name();

    @Bean
    SecurityFilterChain rules(
            HttpSecurity http,
            AccessTokens tokens,
            Problems problems,
            TokenSettings.Cors cors,
            ObjectProvider<RequestCheck> checks) {
        AuthenticationEntryPoint unauthenticated = (_, response, thrown) -> problems.write(
                response,
                thrown instanceof OAuth2AuthenticationException
                        ? new Problem(ProblemCode.UNAUTHENTICATED, "The access token is expired or not one of ours.")
                                .withHeader("WWW-Authenticate", "Bearer error=\"invalid_token\"")
                        : thrown);
        http.csrf(
                        AbstractHttpConfigurer
                                ::disable) // the one cookie opens nothing but an access token; see SessionController
                .httpBasic(AbstractHttpConfigurer::disable)
                .formLogin(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .rememberMe(AbstractHttpConfigurer::disable)
                .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .headers(headers -> headers.contentSecurityPolicy(policy -> policy.policyDirectives(PAGES))
                        .referrerPolicy(policy -> policy.policy(ReferrerPolicy.NO_REFERRER)))
                .exceptionHandling(handling -> handling.authenticationEntryPoint(unauthenticated)
                        .accessDeniedHandler((_, response, thrown) -> problems.write(response, thrown)))
                .oauth2ResourceServer(server -> server.authenticationManagerResolver(_ -> tokens)
                        .bearerTokenResolver(bearerTokens())
                        .authenticationEntryPoint(unauthenticated)
                        .accessDeniedHandler((_, response, thrown) -> problems.write(response, thrown)));
        if (cors.origins().isEmpty()) {
            http.cors(
                    AbstractHttpConfigurer
                            ::disable); // without an answer to its preflight a browser keeps foreign pages out
        } else {
            http.cors(configurer -> configurer.configurationSource(open(cors.origins())));
        }
        http.addFilterBefore(checking(checks.orderedStream().toList()), AuthorizationFilter.class);
        http.authorizeHttpRequests(requests -> requests.dispatcherTypeMatchers(
                        DispatcherType.ERROR, DispatcherType.ASYNC, DispatcherType.FORWARD)
                .permitAll()
                .requestMatchers(PublicPaths.OWN_PROOF)
                .permitAll()
                // What analysts read lies under public paths, so it comes first.
                .requestMatchers(GET, PublicPaths.ANALYSIS)
                .hasAnyRole(ANALYST, ADMIN)
                .requestMatchers(HEAD, PublicPaths.ANALYSIS)
                .hasAnyRole(ANALYST, ADMIN)
                .requestMatchers(GET, PublicPaths.LOOKING_BACK)
                .hasAnyRole(ORGANIZER, ANALYST, ADMIN)
                .requestMatchers(HEAD, PublicPaths.LOOKING_BACK)
                .hasAnyRole(ORGANIZER, ANALYST, ADMIN)
                .requestMatchers(request -> PAST_AVAILABILITY.matches(request) && request.getParameter("at") != null)
                .hasAnyRole(ORGANIZER, ANALYST, ADMIN)
                .requestMatchers("/v1/projections", "/v1/projections/**", "/v1/feed")
                .hasAnyRole(ANALYST, ADMIN)
                .requestMatchers("/v1/webhooks", "/v1/webhooks/**")
                .hasRole(ADMIN)
                .requestMatchers(GET, PublicPaths.READS)
                .permitAll()
                .requestMatchers(HEAD, PublicPaths.READS)
                .permitAll()
                .requestMatchers(PUT, "/v1/users/*/roles")
                .hasRole(ADMIN)
                .requestMatchers(POST, "/v1/events/*/waiting-room/entries")
                .authenticated()
                .requestMatchers(POST, CATALOGUE)
                .hasAnyRole(ORGANIZER, ADMIN)
                .requestMatchers(PUT, CATALOGUE)
                .hasAnyRole(ORGANIZER, ADMIN)
                .requestMatchers(DELETE, CATALOGUE)
                .hasAnyRole(ORGANIZER, ADMIN)
                .requestMatchers(POST, "/v1/tickets/*/check-in", "/v1/bookings/*/refund")
                .hasAnyRole(ORGANIZER, ADMIN)
                .requestMatchers("/v1/bookings", "/v1/bookings/**", "/v1/tickets", "/v1/tickets/**")
                .hasRole(CUSTOMER)
                .requestMatchers("/actuator/**")
                .hasRole(ADMIN)
                .anyRequest()
                .authenticated());
        return http.build();
    }

    /** The headers that the rules above give every answer, by the same writers, for those that are given before the rules are looked at. */
    @Bean
    static StrangersHeaders strangersHeaders(TokenSettings.Cors cors) {
        List<HeaderWriter> writers = List.of(
                new XContentTypeOptionsHeaderWriter(),
                new XXssProtectionHeaderWriter(),
                new HstsHeaderWriter(),
                new XFrameOptionsHeaderWriter(XFrameOptionsHeaderWriter.XFrameOptionsMode.DENY),
                new ContentSecurityPolicyHeaderWriter(PAGES),
                new ReferrerPolicyHeaderWriter(ReferrerPolicy.NO_REFERRER));
        boolean crossOrigin = !cors.origins().isEmpty();
        return new StrangersHeaders() {
            @Override
            public void write(HttpServletRequest request, HttpServletResponse response) {
                writers.forEach(writer -> writer.writeHeaders(request, response));
                if (crossOrigin) {
                    response.addHeader(HttpHeaders.VARY, HttpHeaders.ORIGIN);
                    response.addHeader(HttpHeaders.VARY, HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD);
                    response.addHeader(HttpHeaders.VARY, HttpHeaders.ACCESS_CONTROL_REQUEST_HEADERS);
                }
            }

            @Override
            public boolean dependOn(HttpServletRequest request) {
                return crossOrigin && request.getHeader(HttpHeaders.ORIGIN) != null;
            }
        };
    }

    /** Each of a dozen filters of each request would be an observation of its own; the request as a whole is observed anyway. */
    @Bean
    static SecurityObservationSettings noObservationOfFilters() {
        return SecurityObservationSettings.noObservations();
    }

    /** As strict as the library's own, which goes through every header with an expression each time that somebody reads it. */
    @Bean
    static HttpFirewall firewall() {
        StrictHttpFirewall firewall = new StrictHttpFirewall();
        firewall.setAllowedHeaderValues(value -> isText(value));
        return firewall;
    }

    /** Characters that exist and control nothing. */
    private static boolean isText(String value) {
        return value.codePoints().allMatch(SecurityConfiguration::isText);
    }

    private static boolean isText(int character) {
        return character == '\t' || (Character.isDefined(character) && !Character.isISOControl(character));
    }

    private static final RequestMatcher PAST_AVAILABILITY =
            PathPatternRequestMatcher.pathPattern("/v1/events/*/availability");

    private static final String[] CATALOGUE = {
        "/v1/venues", "/v1/venues/**",
        "/v1/performers", "/v1/performers/**",
        "/v1/events", "/v1/events/**",
        "/v1/images", "/v1/images/**"
    };

    private static Filter checking(List<RequestCheck> checks) {
        return new OncePerRequestFilter() {
            @Override
            protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                    throws ServletException, IOException {
                checks.forEach(check -> check.check(request, response));
                chain.doFilter(request, response);
            }
        };
    }

    /**
     * RFC 6750, section 2.1: the header alone. What is no token is found out when it is looked up or decoded; the library's own resolver first compares each of
     * its many hundred letters with an expression, which was a tenth of a booking's processor time.
     */
    private static BearerTokenResolver bearerTokens() {
        return request -> {
            String header = request.getHeader(HttpHeaders.AUTHORIZATION);
            if (header == null
                    || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                    || PublicPaths.OWN_PROOF.matches(request)) {
                return null;
            }
            if (header.length() < SCHEME.length() + 2 || header.charAt(SCHEME.length()) != ' ') {
                throw new InvalidBearerTokenException("malformed");
            }
            return header.substring(SCHEME.length() + 1);
        };
    }

    private static UrlBasedCorsConfigurationSource open(List<String> origins) {
        CorsConfiguration configuration = new CorsConfiguration();
        configuration.setAllowedOrigins(origins);
        configuration.setAllowedMethods(List.of("GET", "HEAD", "POST", "PUT", "DELETE"));
        configuration.setAllowedHeaders(List.of(
                "Authorization",
                "Content-Type",
                "Idempotency-Key",
                "If-None-Match",
                "Last-Event-ID",
                "Queue-Token",
                "Admission-Token"));
        configuration.setExposedHeaders(
                List.of("ETag", "Location", "Retry-After", "RateLimit", "RateLimit-Policy", "Idempotency-Replayed"));
        configuration.setMaxAge(Duration.ofHours(1));
        UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();
        source.registerCorsConfiguration("/**", configuration);
        return source;
    }

    @Bean
    WebMvcConfigurer callers() {
        return new WebMvcConfigurer() {
            @Override
            public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
                resolvers.add(new CallerArgument());
            }
        };
    }
}
