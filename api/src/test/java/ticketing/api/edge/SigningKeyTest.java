package ticketing.api.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import ticketing.api.security.AccessTokens;
import ticketing.api.security.Role;
import ticketing.messages.UserId;

class SigningKeyTest extends EdgeTest {

    @org.springframework.beans.factory.annotation.Value("${spring.datasource.url}")
    String url;

    @org.springframework.beans.factory.annotation.Autowired
    AccessTokens here;

    @Test
    void another_node_on_the_same_database_signs_with_the_same_key() {
        try (ConfigurableApplicationContext other = new SpringApplicationBuilder(EdgeApplication.class)
                .web(WebApplicationType.SERVLET)
                .properties(Map.of(
                        "spring.config.name", "edge-test",
                        "server.port", "0",
                        "spring.datasource.url", url,
                        "ticketing.accounts.bcrypt-strength", "4"))
                .run()) {
            String token =
                    other.getBean(AccessTokens.class).issue(new UserId("somebody"), java.util.Set.of(Role.CUSTOMER), 0);
            assertThat(here.callerOf(token).id()).isEqualTo(new UserId("somebody"));
            assertThat(jdbc.sql("SELECT count(*) FROM account.signing_key")
                            .query(Integer.class)
                            .single())
                    .isEqualTo(1);
        }
    }
}
