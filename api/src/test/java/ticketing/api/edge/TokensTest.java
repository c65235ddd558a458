package ticketing.api.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokensTest extends EdgeTest {

    private static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .issuer("ticketing")
                .audience("ticketing-api")
                .subject("somebody")
                .issueTime(Date.from(Instant.now()))
                .expirationTime(Date.from(Instant.now().plus(Duration.ofMinutes(5))))
                .claim("roles", List.of("CUSTOMER"));
    }

    private PrivateKey ours() throws Exception {
        byte[] encoded = jdbc.sql("SELECT private_key FROM account.signing_key")
                .query(byte[].class)
                .single();
        return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(encoded));
    }

    private static String signed(JWSAlgorithm algorithm, JWSSigner signer, JWTClaimsSet claims) throws Exception {
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(algorithm).type(JOSEObjectType.JWT).build(), claims);
        jwt.sign(signer);
        return jwt.serialize();
    }

    private String ofOurs(JWTClaimsSet claims) throws Exception {
        return signed(JWSAlgorithm.RS256, new RSASSASigner(ours()), claims);
    }

    private String use(String token) {
        Answer answer = get("/v1/bookings", "Authorization", "Bearer " + token);
        if (answer.status() == 401) {
            assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer");
        }
        return answer.status() == 200 ? "200" : answer.problem();
    }

    @Test
    void a_token_of_ours_is_good() throws Exception {
        assertThat(use(ofOurs(claims().build()))).isEqualTo("200");
        assertThat(use(somebody().accessToken())).isEqualTo("200");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer",
                "Bearer ",
                "bearer",
                "Bearer,",
                "Bearer\tx",
                "Bearer x y",
                "Bearer ä",
                "Bearer ..",
                "Bearer =",
                "Bearerx"
            })
    void a_header_without_a_token_in_it_is_refused_everywhere(String header) {
        assertThat(get("/v1/bookings", "Authorization", header).problem()).isEqualTo("401 unauthenticated");
        assertThat(get("/v1/events/e", "Authorization", header).problem()).isEqualTo("401 unauthenticated");
    }

    @Test
    void the_scheme_is_understood_in_any_case() throws Exception {
        String token = ofOurs(claims().build());
        assertThat(get("/v1/bookings", "Authorization", "bEARER " + token).status())
                .isEqualTo(200);
        assertThat(get("/v1/bookings", "Authorization", "Basic " + token).problem())
                .isEqualTo("401 unauthenticated");
    }

    @Test
    void every_other_token_is_refused() throws Exception {
        String refused = "401 unauthenticated";
        KeyPairGenerator keys = KeyPairGenerator.getInstance("RSA");
        keys.initialize(2048);
        assertThat(use(signed(
                        JWSAlgorithm.RS256,
                        new RSASSASigner(keys.generateKeyPair().getPrivate()),
                        claims().build())))
                .as("foreign key")
                .isEqualTo(refused);
        assertThat(use(new PlainJWT(claims().build()).serialize())).as("none").isEqualTo(refused);
        byte[] publicKey = jdbc.sql("SELECT public_key FROM account.signing_key")
                .query(byte[].class)
                .single();
        assertThat(use(signed(JWSAlgorithm.HS256, new MACSigner(publicKey), claims().build())))
                .as("our public key as a shared secret")
                .isEqualTo(refused);
        assertThat(use(signed(JWSAlgorithm.RS512, new RSASSASigner(ours()), claims().build())))
                .as("another algorithm")
                .isEqualTo(refused);
        assertThat(use(ofOurs(claims().expirationTime(Date.from(Instant.now().minusSeconds(10)))
                        .issueTime(Date.from(Instant.now().minusSeconds(900)))
                        .build())))
                .as("expired")
                .isEqualTo(refused);
        assertThat(use(ofOurs(claims().expirationTime(null).build())))
                .as("endless")
                .isEqualTo(refused);
        assertThat(use(ofOurs(claims().notBeforeTime(Date.from(Instant.now().plusSeconds(60)))
                        .build())))
                .as("not yet good")
                .isEqualTo(refused);
        assertThat(use(ofOurs(claims().audience("somebody-else").build())))
                .as("foreign audience")
                .isEqualTo(refused);
        assertThat(use(ofOurs(claims().audience((String) null).build())))
                .as("no audience")
                .isEqualTo(refused);
        assertThat(use(ofOurs(claims().issuer("somebody-else").build())))
                .as("foreign issuer")
                .isEqualTo(refused);
        assertThat(use(ofOurs(claims().subject(null).build()))).as("nobody").isEqualTo(refused);
        assertThat(use(ofOurs(claims().subject("no id").build())))
                .as("no identifier")
                .isEqualTo(refused);
        assertThat(use("nonsense")).isEqualTo(refused);
        assertThat(use("")).isEqualTo(refused);
        assertThat(get("/v1/bookings").problem()).isEqualTo(refused);
        assertThat(get("/v1/bookings", "Authorization", "Basic YTpi").problem()).isEqualTo(refused);
    }

    @Test
    void a_changed_token_is_refused() {
        String[] parts = somebody().accessToken().split("\\.", 3);
        String claims = new String(Base64.getUrlDecoder().decode(parts[1]), java.nio.charset.StandardCharsets.UTF_8);
        String more = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(claims.replace("CUSTOMER", "ADMIN").getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThat(use(parts[0] + "." + more + "." + parts[2])).isEqualTo("401 unauthenticated");
    }

    @Test
    void a_public_path_needs_no_token_but_refuses_a_bad_one() {
        assertThat(get("/v1/events/e").text()).contains("\"userId\":null");
        assertThat(get("/v1/events/e", "Authorization", "Bearer nonsense").problem())
                .isEqualTo("401 unauthenticated");
        Somebody one = somebody();
        assertThat(get("/v1/events/e", one.bearer()).json().get("userId").asString())
                .isEqualTo(one.userId());
        assertThat(get("/v1/venues/v", one.bearer()).json().get("userId").asString())
                .isEqualTo(one.userId());
        assertThat(get("/v1/venues/v").status()).isEqualTo(200);
        // A client that always sends its token can get a new one although the old one is stale.
        assertThat(post(
                                "/v1/login/refresh",
                                "{\"refreshToken\":\"%s\"}".formatted(one.refreshToken()),
                                "Authorization",
                                "Bearer stale")
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /v1/events/e/history, ANALYST ADMIN",
        "GET, /v1/events/e/availability?at=2026-01-01T00:00:00Z, ORGANIZER ANALYST ADMIN",
        "GET, /v1/events/e/availability, NOBODY CUSTOMER ORGANIZER ANALYST ADMIN",
        "GET, /v1/projections, ANALYST ADMIN",
        "GET, /actuator/env, ADMIN",
        "GET, /actuator/health, NOBODY CUSTOMER ORGANIZER ANALYST ADMIN",
        "POST, /v1/events, ORGANIZER ADMIN",
        "PUT, /v1/venues/v, ORGANIZER ADMIN",
        "DELETE, /v1/venues/v, ORGANIZER ADMIN",
        "POST, /v1/performers, ORGANIZER ADMIN",
        "POST, /v1/events/e/publish, ORGANIZER ADMIN",
        "POST, /v1/tickets/t/check-in, ORGANIZER ADMIN",
        "POST, /v1/bookings/b/refund, ORGANIZER ADMIN",
        "GET, /v1/bookings, CUSTOMER",
        "GET, /v1/tickets, CUSTOMER",
        "DELETE, /v1/bookings/b, CUSTOMER",
        "GET, /v1/somewhere/else, CUSTOMER ORGANIZER ANALYST ADMIN",
        "GET, /v1/events/e/seats/live, NOBODY CUSTOMER ORGANIZER ANALYST ADMIN",
        "GET, /, NOBODY CUSTOMER",
        "GET, /assets/app.js, NOBODY CUSTOMER"
    })
    void a_path_is_for_these_roles(String method, String path, String roles) throws Exception {
        List<String> allowed = Arrays.asList(roles.split(" ", -1));
        for (String role : new String[] {"CUSTOMER", "ORGANIZER", "ANALYST", "ADMIN"}) {
            String token = ofOurs(claims().claim("roles", List.of(role)).build());
            int status = send(request(path)
                            .method(method, java.net.http.HttpRequest.BodyPublishers.noBody())
                            .header("Authorization", "Bearer " + token))
                    .status();
            boolean listed = allowed.contains(role) || (allowed.contains("NOBODY") && !path.startsWith("/v1"));
            assertThat(status == 403).as(role + " " + status).isNotEqualTo(listed);
            assertThat(status).isNotEqualTo(401);
        }
        int anonymous = send(request(path).method(method, java.net.http.HttpRequest.BodyPublishers.noBody()))
                .status();
        assertThat(anonymous == 401).as("nobody " + anonymous).isNotEqualTo(allowed.contains("NOBODY"));
    }

    @Test
    void a_role_that_was_taken_away_is_gone_at_once() {
        Somebody organizer = somebodyWith("ORGANIZER");
        assertThat(get("/v1/somewhere", organizer.bearer()).problem()).isEqualTo("404 not-found");
        put("/v1/users/" + organizer.userId() + "/roles", "{\"roles\":[\"CUSTOMER\"]}", admin().bearer());
        assertThat(get("/v1/somewhere", organizer.bearer()).problem()).isEqualTo("401 unauthenticated");
        assertThat(get("/v1/bookings", login(organizer.email(), "password1").bearer())
                        .status())
                .isEqualTo(200);
    }

    @Test
    void answers_carry_security_headers_and_no_foreign_page_is_let_in() {
        Answer answer = get("/v1/events/e", "Origin", "https://evil.example");
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(answer.header("X-Frame-Options")).isEqualTo("DENY");
        assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(answer.header("Content-Security-Policy")).contains("frame-ancestors 'none'");
        assertThat(answer.header("Access-Control-Allow-Origin")).isEmpty();
        assertThat(answer.header("Set-Cookie")).isEmpty();
    }
}
