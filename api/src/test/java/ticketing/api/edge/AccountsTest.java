package ticketing.api.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import ticketing.api.account.Accounts;
import ticketing.api.account.ConfiguredAdmin;
import ticketing.api.security.Role;
import ticketing.api.start.StartRefused;
import ticketing.messages.UserId;

class AccountsTest extends EdgeTest {

    @Autowired
    Accounts accounts;

    @Autowired
    DataSource database;

    private Answer register(String email) {
        return post("/v1/users", "{\"email\":\"%s\",\"password\":\"password1\",\"name\":\"Änne\"}".formatted(email));
    }

    private Answer refresh(String token) {
        return post("/v1/login/refresh", "{\"refreshToken\":\"%s\"}".formatted(token));
    }

    @Test
    void who_registers_is_a_customer_and_can_log_in() {
        String email = "A" + UUID.randomUUID() + "@Example.COM";
        Answer registered = register("  " + email + " ");
        assertThat(registered.status()).isEqualTo(201);
        assertThat(registered.json().get("email").asString()).isEqualTo(email.toLowerCase(java.util.Locale.ROOT));
        assertThat(registered.json().get("name").asString()).isEqualTo("Änne");
        assertThat(registered.json().get("roles").toString()).isEqualTo("[\"CUSTOMER\"]");
        assertThat(registered.json().has("password")).isFalse();

        Answer login = post("/v1/login", "{\"email\":\"%s\",\"password\":\"password1\"}".formatted(email));
        assertThat(login.status()).isEqualTo(200);
        assertThat(login.json().get("tokenType").asString()).isEqualTo("Bearer");
        assertThat(login.json().get("expiresIn").asInt()).isEqualTo(900);
        assertThat(login.header("Cache-Control")).contains("no-store");
        assertThat(get(
                                "/v1/users/me",
                                "Authorization",
                                "Bearer " + login.json().get("accessToken").asString())
                        .json())
                .isEqualTo(registered.json());
    }

    @Test
    void an_email_is_taken_whatever_its_case() {
        String email = "b" + UUID.randomUUID() + "@example.com";
        assertThat(register(email).status()).isEqualTo(201);
        assertThat(register(email.toUpperCase(java.util.Locale.ROOT)).problem()).isEqualTo("409 email-taken");
    }

    @Test
    void of_many_who_want_one_email_at_once_one_gets_it() throws Exception {
        String email = "c" + UUID.randomUUID() + "@example.com";
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            Callable<Integer> one = () -> register(email).status();
            long winners = 0;
            for (var status :
                    threads.invokeAll(IntStream.range(0, 8).mapToObj(_ -> one).toList())) {
                assertThat(status.get()).isIn(201, 409);
                winners += status.get() == 201 ? 1 : 0;
            }
            assertThat(winners).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "not-an-email | password1 | n | email",
                "a@b@c        | password1 | n | email",
                "a b@c.de     | password1 | n | email",
                "a@-c.de      | password1 | n | email",
                "a@example.com | short    | n | password",
                "a@example.com | ääääääääääääääääääääääääääääääääääääää | n | password",
                "a@example.com | password1 | '' | name",
                "a@example.com | password1 | a\\nb | name"
            })
    void what_cannot_be_an_account_is_refused(String email, String password, String name, String field) {
        Answer answer = post(
                "/v1/users", "{\"email\":\"%s\",\"password\":\"%s\",\"name\":\"%s\"}".formatted(email, password, name));
        assertThat(answer.problem()).isEqualTo("400 validation-failed");
        assertThat(answer.json().at("/errors/0/field").asString()).isEqualTo(field);
    }

    @Test
    void every_fault_of_a_registration_is_told_at_once() {
        assertThat(post("/v1/users", "{}").json().get("errors").size()).isEqualTo(3);
        assertThat(post("/v1/users", "{\"roles\":[\"ADMIN\"]}")
                        .json()
                        .at("/errors/0/message")
                        .asString())
                .isEqualTo("is not a known field");
    }

    @ParameterizedTest
    @ValueSource(strings = {"wrong password", "", "ääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääää"})
    void a_wrong_password_and_an_unknown_email_get_the_same_answer(String password) {
        String body = "{\"email\":\"%s\",\"password\":\"%s\"}";
        Answer known = post("/v1/login", body.formatted(somebody().email(), password));
        Answer unknown = post("/v1/login", body.formatted("nobody@example.com", password));
        assertThat(known.problem()).isEqualTo("401 bad-credentials");
        assertThat(unknown.text()).isEqualTo(known.text());
        assertThat(post("/v1/login", "{\"email\":\"x@example.com\"}").problem()).isEqualTo("400 validation-failed");
    }

    @Test
    void a_guesser_is_slowed_down_but_not_the_others() {
        Somebody victim = somebody();
        String guess = "{\"email\":\"%s\",\"password\":\"a wrong one\"}".formatted(victim.email());
        String last = "";
        for (int i = 0; i < 40 && !last.equals("429 rate-limited"); i++) {
            last = post("/v1/login", guess).problem();
        }
        assertThat(last).isEqualTo("429 rate-limited");
        assertThat(somebody().userId()).isNotEmpty();
    }

    @Test
    void a_refresh_token_is_good_once_and_its_reuse_ends_the_login() {
        Somebody one = somebody();
        Answer second = refresh(one.refreshToken());
        assertThat(second.status()).isEqualTo(200);
        String secondToken = second.json().get("refreshToken").asString();
        assertThat(secondToken).isNotEqualTo(one.refreshToken());
        assertThat(get(
                                "/v1/users/me",
                                "Authorization",
                                "Bearer " + second.json().get("accessToken").asString())
                        .status())
                .isEqualTo(200);
        Answer third = refresh(secondToken);
        assertThat(third.status()).isEqualTo(200);

        assertThat(refresh(one.refreshToken()).problem()).isEqualTo("401 bad-credentials");
        assertThat(refresh(third.json().get("refreshToken").asString()).problem())
                .isEqualTo("401 bad-credentials");
        assertThat(refresh("nonsense").problem()).isEqualTo("401 bad-credentials");
        assertThat(login(one.email(), "password1").userId()).isEqualTo(one.userId());
    }

    @Test
    void a_refresh_token_that_was_spent_by_somebody_who_began_later_is_spent() {
        Somebody one = somebody();
        assertThat(jdbc.sql("UPDATE account.refresh_token SET used_at = now() + interval '1 second' WHERE user_id = ?")
                        .param(one.userId())
                        .update())
                .isOne();
        assertThat(refresh(one.refreshToken()).problem()).isEqualTo("401 bad-credentials");
    }

    @Test
    void of_two_who_refresh_with_one_token_at_once_at_most_one_succeeds() throws Exception {
        Somebody one = somebody();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            Callable<Integer> refresh = () -> refresh(one.refreshToken()).status();
            long good = 0;
            for (var status : threads.invokeAll(
                    IntStream.range(0, 4).mapToObj(_ -> refresh).toList())) {
                good += status.get() == 200 ? 1 : 0;
            }
            assertThat(good).isEqualTo(1);
        }
    }

    @Test
    void logout_kills_the_refresh_token_and_with_a_bearer_alone_every_login() {
        Somebody one = somebody();
        Somebody again = login(one.email(), "password1");
        assertThat(post(
                                "/v1/logout",
                                "{\"refreshToken\":\"%s\"}".formatted(one.refreshToken()),
                                "Authorization",
                                "Bearer stale")
                        .status())
                .isEqualTo(204);
        assertThat(refresh(one.refreshToken()).problem()).isEqualTo("401 bad-credentials");
        Answer still = refresh(again.refreshToken());
        assertThat(still.status()).isEqualTo(200);

        assertThat(send(request("/v1/logout")
                                .headers(one.bearer())
                                .POST(java.net.http.HttpRequest.BodyPublishers.noBody()))
                        .status())
                .isEqualTo(204);
        assertThat(refresh(still.json().get("refreshToken").asString()).problem())
                .isEqualTo("401 bad-credentials");
        assertThat(post("/v1/logout", "{}").problem()).isEqualTo("401 unauthenticated");
        assertThat(post("/v1/logout", "{\"refreshToken\":\"unknown\"}").status())
                .isEqualTo(204);
    }

    @Test
    void a_profile_can_be_changed() {
        Somebody one = somebody();
        String email = "new" + UUID.randomUUID() + "@example.com";
        Answer changed = put("/v1/users/me", "{\"name\":\"New Name\",\"email\":\"%s\"}".formatted(email), one.bearer());
        assertThat(changed.status()).isEqualTo(200);
        assertThat(changed.json().get("name").asString()).isEqualTo("New Name");
        assertThat(login(email, "password1").userId()).isEqualTo(one.userId());
        assertThat(put("/v1/users/me", "{\"email\":\"admin@example.com\"}", one.bearer())
                        .problem())
                .isEqualTo("409 email-taken");
        assertThat(put("/v1/users/me", "{}", one.bearer()).problem()).isEqualTo("400 validation-failed");
        assertThat(put("/v1/users/me", "{\"roles\":[\"ADMIN\"]}", one.bearer()).problem())
                .isEqualTo("400 validation-failed");
    }

    @Test
    void a_new_password_needs_the_old_one_and_ends_every_login() {
        Somebody one = somebody();
        assertThat(put("/v1/users/me", "{\"password\":\"password2\"}", one.bearer())
                        .problem())
                .isEqualTo("400 validation-failed");
        assertThat(put("/v1/users/me", "{\"password\":\"password2\",\"currentPassword\":\"wrong one\"}", one.bearer())
                        .problem())
                .isEqualTo("401 bad-credentials");
        assertThat(put("/v1/users/me", "{\"password\":\"password2\",\"currentPassword\":\"password1\"}", one.bearer())
                        .status())
                .isEqualTo(200);
        assertThat(refresh(one.refreshToken()).problem()).isEqualTo("401 bad-credentials");
        assertThat(login(one.email(), "password2").userId()).isEqualTo(one.userId());
    }

    @Test
    void the_export_has_everything_and_erasure_leaves_nothing() {
        Somebody one = somebody();
        Answer export = get("/v1/users/me/export", one.bearer());
        assertThat(export.status()).isEqualTo(200);
        assertThat(export.json().get("email").asString()).isEqualTo(one.email());
        assertThat(export.json().at("/bookings/0/of").asString()).isEqualTo(one.userId());
        assertThat(export.text()).doesNotContain("$2a$");

        post("/v1/bookings", "{\"what\":\"x\"}", one.bearer("Idempotency-Key", "k"));
        assertThat(delete("/v1/users/me", one.bearer()).status()).isEqualTo(204);
        assertThat(get("/v1/users/me", one.bearer()).problem()).isEqualTo("401 unauthenticated");
        assertThat(get("/v1/bookings", one.bearer()).problem()).isEqualTo("401 unauthenticated");
        assertThat(refresh(one.refreshToken()).problem()).isEqualTo("401 bad-credentials");
        assertThat(post("/v1/login", "{\"email\":\"%s\",\"password\":\"password1\"}".formatted(one.email()))
                        .problem())
                .isEqualTo("401 bad-credentials");
        for (String table : new String[] {"person", "refresh_token", "idempotency"}) {
            assertThat(jdbc.sql("SELECT count(*) FROM account." + table + " WHERE user_id = ?")
                            .param(one.userId())
                            .query(Integer.class)
                            .single())
                    .isZero();
        }
    }

    @Test
    void only_an_admin_gives_roles_and_the_last_one_stays() {
        Somebody one = somebody();
        String path = "/v1/users/" + one.userId() + "/roles";
        assertThat(put(path, "{\"roles\":[\"ADMIN\"]}", one.bearer()).problem()).isEqualTo("403 forbidden");
        Somebody admin = admin();
        assertThat(put(path, "{\"roles\":[]}", admin.bearer()).problem()).isEqualTo("400 validation-failed");
        assertThat(put(path, "{\"roles\":[\"KING\"]}", admin.bearer()).problem())
                .isEqualTo("400 validation-failed");
        assertThat(put("/v1/users/nobody/roles", "{\"roles\":[\"CUSTOMER\"]}", admin.bearer())
                        .problem())
                .isEqualTo("404 user-not-found");
        assertThat(put("/v1/users/no%20id/roles", "{\"roles\":[\"CUSTOMER\"]}", admin.bearer())
                        .problem())
                .isEqualTo("404 user-not-found");
        assertThat(put(path, "{\"roles\":[\"ORGANIZER\",\"CUSTOMER\"]}", admin.bearer())
                        .json()
                        .get("roles")
                        .toString())
                .isEqualTo("[\"CUSTOMER\",\"ORGANIZER\"]");
        assertThat(login(one.email(), "password1").userId()).isEqualTo(one.userId());
        assertThat(put("/v1/users/" + admin.userId() + "/roles", "{\"roles\":[\"CUSTOMER\"]}", admin.bearer())
                        .problem())
                .isEqualTo("409 last-admin");
    }

    @Test
    void a_new_password_takes_the_access_tokens_back_that_were_given_for_the_old_one() {
        Somebody one = somebody();
        Somebody other = somebody();
        assertThat(put("/v1/users/me", "{\"name\":\"Another Name\"}", one.bearer())
                        .status())
                .isEqualTo(200);
        assertThat(get("/v1/users/me", one.bearer()).status())
                .as("a new name is no reason")
                .isEqualTo(200);
        assertThat(put("/v1/users/me", "{\"password\":\"password2\",\"currentPassword\":\"password1\"}", one.bearer())
                        .status())
                .isEqualTo(200);
        assertThat(get("/v1/users/me", one.bearer()).problem()).isEqualTo("401 unauthenticated");
        assertThat(get("/v1/users/me", login(one.email(), "password2").bearer()).status())
                .isEqualTo(200);
        assertThat(get("/v1/users/me", other.bearer()).status()).isEqualTo(200);
    }

    /** Whichever comes first: nobody stays logged in with what was true before the change. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void a_login_during_a_change_of_roles_or_password_does_not_outlive_it(int round) throws Exception {
        Somebody one = somebodyWith("ORGANIZER");
        String[] admin = admin().bearer();
        boolean password = round % 2 == 0;
        String credentials = "{\"email\":\"%s\",\"password\":\"password1\"}".formatted(one.email());
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<Answer>> logins = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                logins.add(threads.submit(() -> post("/v1/login", credentials)));
            }
            logins.add(threads.submit(() -> refresh(one.refreshToken())));
            Future<Answer> change = threads.submit(() -> password
                    ? put(
                            "/v1/users/me",
                            "{\"password\":\"password2\",\"currentPassword\":\"password1\"}",
                            one.bearer())
                    : put("/v1/users/" + one.userId() + "/roles", "{\"roles\":[\"CUSTOMER\"]}", admin));
            assertThat(change.get().status()).isEqualTo(200);
            for (Future<Answer> future : logins) {
                Answer login = future.get();
                assertThat(login.status()).isIn(200, 401);
                if (login.status() == 200) {
                    String bearer = "Bearer " + login.json().get("accessToken").asString();
                    Answer use = get("/v1/users/me", "Authorization", bearer);
                    Answer again = refresh(login.json().get("refreshToken").asString());
                    if (password) {
                        assertThat(use.problem()).isEqualTo("401 unauthenticated");
                        assertThat(again.problem()).isEqualTo("401 bad-credentials");
                    } else if (use.status() == 200) {
                        assertThat(post("/v1/events", "{}", "Authorization", bearer)
                                        .problem())
                                .isEqualTo("403 forbidden");
                    }
                }
            }
        }
    }

    @Test
    void a_login_waits_for_a_change_of_the_account_that_has_begun() throws Exception {
        Somebody one = somebody();
        String credentials = "{\"email\":\"%s\",\"password\":\"password1\"}".formatted(one.email());
        try (Connection change = database.getConnection();
                ExecutorService thread = Executors.newSingleThreadExecutor()) {
            change.setAutoCommit(false);
            try (PreparedStatement update = change.prepareStatement(
                    "UPDATE account.person SET password_hash = 'another', version = version + 1 WHERE user_id = ?")) {
                update.setString(1, one.userId());
                update.executeUpdate();
            }
            Future<Answer> login = thread.submit(() -> post("/v1/login", credentials));
            await().until(() -> login.isDone()
                    || jdbc.sql("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
                                    .query(Integer.class)
                                    .single()
                            > 0);
            change.commit();
            assertThat(login.get().problem()).isEqualTo("401 bad-credentials");
        }
    }

    @Test
    void a_login_cannot_be_refreshed_for_ever() {
        Somebody one = somebody();
        assertThat(jdbc.sql("UPDATE account.refresh_token SET ordinal = 4499 WHERE user_id = ?")
                        .param(one.userId())
                        .update())
                .isEqualTo(1);
        Answer last = refresh(one.refreshToken());
        assertThat(last.status()).isEqualTo(200);
        assertThat(refresh(last.json().get("refreshToken").asString()).problem())
                .isEqualTo("401 bad-credentials");
        assertThat(jdbc.sql("SELECT count(*) FROM account.refresh_token WHERE user_id = ?")
                        .param(one.userId())
                        .query(Integer.class)
                        .single())
                .isZero();
    }

    @Test
    void an_account_is_found_by_its_email_without_looking_at_all_of_them() throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("SET enable_seqscan = off");
            StringBuilder plan = new StringBuilder();
            try (ResultSet rows =
                    statement.executeQuery("EXPLAIN SELECT * FROM account.person WHERE email = 'a@example.com'")) {
                while (rows.next()) {
                    plan.append(rows.getString(1));
                }
            }
            statement.execute("RESET enable_seqscan");
            assertThat(plan).contains("person_by_email").doesNotContain("Seq Scan");
        }
        Somebody one = somebody();
        assertThatThrownBy(() -> jdbc.sql("UPDATE account.person SET email = upper(email) WHERE user_id = ?")
                        .param(one.userId())
                        .update())
                .hasMessageContaining("person_email_in_lower_case");
    }

    @Test
    void an_account_is_ensured_once_and_left_alone_from_then_on() {
        UserId first = accounts.ensure("Demo@Example.com", "password1", "Demo", EnumSet.of(Role.CUSTOMER));
        UserId second =
                accounts.ensure("demo@example.com", "another one", "Other", EnumSet.of(Role.ORGANIZER, Role.ADMIN));
        assertThat(second).isEqualTo(first);
        assertThat(accounts.has(first, Role.CUSTOMER)).isTrue();
        assertThat(accounts.has(first, Role.ORGANIZER)).isFalse();
        assertThat(accounts.has(first, Role.ADMIN)).isFalse();
        assertThat(accounts.has(new UserId("nobody"), Role.CUSTOMER)).isFalse();
        Somebody demo = login("demo@example.com", "password1");
        assertThat(demo.userId()).isEqualTo(first.value());
        assertThat(get("/v1/users/me", demo.bearer()).json().get("name").asString())
                .isEqualTo("Demo");
        assertThatThrownBy(() -> accounts.ensure("demo2@example.com", "short", "Demo", EnumSet.of(Role.CUSTOMER)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("password");
    }

    @Test
    void a_stranger_who_registered_the_administrators_address_first_does_not_become_one() {
        Somebody stranger = somebody();
        assertThat(start(stranger.email(), "what was configured"))
                .isEqualTo(
                        "TICKETING_ADMIN_EMAIL is the address of an account that is no administrator and has another password: give that account's password, or"
                                + " another address.");
        assertThat(accounts.has(new UserId(stranger.userId()), Role.ADMIN)).isFalse();
        assertThat(get("/v1/users/me", stranger.bearer()).status()).isEqualTo(200);
    }

    @Test
    void who_configures_an_account_and_knows_its_password_makes_it_an_administrator() {
        Somebody one = somebody();
        assertThat(start(one.email(), "password1")).isEqualTo("started");
        assertThat(accounts.has(new UserId(one.userId()), Role.ADMIN)).isTrue();
        assertThat(accounts.has(new UserId(one.userId()), Role.CUSTOMER)).isTrue();
        assertThat(get("/v1/users/me", one.bearer()).problem()).isEqualTo("401 unauthenticated");
        assertThat(start(one.email(), "not its password any more"))
                .as("an administrator may have changed the password")
                .isEqualTo("started");
        Somebody again = login(one.email(), "password1");
        put("/v1/users/" + again.userId() + "/roles", "{\"roles\":[\"CUSTOMER\"]}", admin().bearer());
    }

    @Test
    void an_administrator_that_cannot_be_an_account_is_refused_in_one_sentence() {
        assertThat(start("new@example.com", "short"))
                .isEqualTo(
                        "TICKETING_ADMIN_EMAIL and TICKETING_ADMIN_PASSWORD cannot be an account's: password must have 8 to 72 bytes.");
        assertThat(start("nobody", "long enough"))
                .isEqualTo(
                        "TICKETING_ADMIN_EMAIL and TICKETING_ADMIN_PASSWORD cannot be an account's: not an e-mail address.");
    }

    /** As at a start with this administrator configured; says why that is refused. */
    private String start(String email, String password) {
        try {
            ConfiguredAdmin.start(accounts, email, password);
            return "started";
        } catch (StartRefused refused) {
            return String.valueOf(refused.getMessage());
        }
    }
}
