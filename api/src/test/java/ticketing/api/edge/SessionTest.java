package ticketing.api.edge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The login of our own pages, whose refresh token is in a cookie. */
class SessionTest extends EdgeTest {

    private Answer begin(Somebody body, String... headers) {
        return post("/session", "{\"email\":\"%s\",\"password\":\"password1\"}".formatted(body.email()), headers);
    }

    private static String cookie(Answer answer) {
        return answer.header("Set-Cookie").split(";", 2)[0];
    }

    private Answer refresh(String cookie, String... headers) {
        String[] all = new String[headers.length + 2];
        all[0] = "Cookie";
        all[1] = cookie;
        System.arraycopy(headers, 0, all, 2, headers.length);
        return post("/session/refresh", "", all);
    }

    @Test
    void the_refresh_token_is_in_a_cookie_that_no_script_reads_and_no_other_site_sends() {
        Somebody body = somebody();
        Answer begun = begin(body);
        assertThat(begun.status()).isEqualTo(200);
        assertThat(begun.json().get("user").get("userId").asString()).isEqualTo(body.userId());
        assertThat(begun.json().has("refreshToken")).isFalse();
        assertThat(begun.header("Set-Cookie"))
                .contains("Path=/session")
                .contains("HttpOnly")
                .contains("SameSite=Strict");
        assertThat(begun.header("Cache-Control")).isEqualTo("no-store");
        String token = begun.json().get("accessToken").asString();
        assertThat(get("/v1/users/me", "Authorization", "Bearer " + token).status())
                .isEqualTo(200);
        assertThat(get("/v1/users/me", "Cookie", cookie(begun)).problem()).isEqualTo("401 unauthenticated");
    }

    @Test
    void a_wrong_password_begins_nothing() {
        Answer refused = post("/session", "{\"email\":\"nobody@example.com\",\"password\":\"password1\"}");
        assertThat(refused.problem()).isEqualTo("401 bad-credentials");
        assertThat(refused.header("Set-Cookie")).isEmpty();
        assertThat(post("/session", "{\"email\":\"nobody@example.com\"}").problem())
                .isEqualTo("400 validation-failed");
    }

    @Test
    void without_a_cookie_nobody_is_logged_in_which_is_no_fault() {
        assertThat(post("/session/refresh", "").status()).isEqualTo(204);
        assertThat(refresh("session=made-up").problem()).isEqualTo("401 bad-credentials");
    }

    @Test
    void a_second_tab_or_a_lost_answer_does_not_end_the_login_but_a_token_of_yesterday_does() {
        String first = cookie(begin(somebody()));
        String second = cookie(refresh(first));
        assertThat(second).isNotEqualTo(first);
        assertThat(refresh(first).status()).as("the same token a moment later").isEqualTo(200);
        assertThat(refresh(second).status()).isEqualTo(200);
        jdbc.sql("UPDATE account.refresh_token SET used_at = used_at - interval '1 minute' WHERE used_at IS NOT NULL")
                .update();
        assertThat(refresh(first).problem()).isEqualTo("401 bad-credentials");
        assertThat(refresh(second).problem()).as("the family is dead").isEqualTo("401 bad-credentials");
    }

    @Test
    void the_end_is_the_end() {
        String cookie = cookie(begin(somebody()));
        Answer ended = post("/session/end", "", "Cookie", cookie);
        assertThat(ended.status()).isEqualTo(204);
        assertThat(ended.header("Set-Cookie")).contains("Max-Age=0");
        assertThat(refresh(cookie).problem()).isEqualTo("401 bad-credentials");
    }

    @Test
    void pages_of_others_get_nothing() {
        Somebody body = somebody();
        String cookie = cookie(begin(body));
        for (String site : new String[] {"cross-site", "same-site", "none"}) {
            assertThat(begin(body, "Sec-Fetch-Site", site).problem()).isEqualTo("403 forbidden");
            assertThat(refresh(cookie, "Sec-Fetch-Site", site).problem()).isEqualTo("403 forbidden");
            assertThat(post("/session/end", "", "Cookie", cookie, "Sec-Fetch-Site", site)
                            .problem())
                    .isEqualTo("403 forbidden");
        }
        assertThat(refresh(cookie, "Sec-Fetch-Site", "same-origin").status()).isEqualTo(200);
    }
}
