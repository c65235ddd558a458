package ticketing.api.role;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/** Leaves out, before anything is made, what belongs to roles that this process does not have. */
final class RoleInitializer implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    private static final String EXCLUDED = "spring.autoconfigure.exclude";

    /** Accounts are kept with JPA; nobody else needs it, and it is the slowest to start. Nor does anybody else take uploads, pages of results or access tokens. */
    private static final List<String> OF_THE_EDGE = List.of(
            "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration",
            "org.springframework.boot.hibernate.autoconfigure.metrics.HibernateMetricsAutoConfiguration",
            "org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration",
            "org.springframework.boot.data.autoconfigure.metrics.DataRepositoryMetricsAutoConfiguration",
            "org.springframework.boot.data.autoconfigure.web.DataWebAutoConfiguration",
            "org.springframework.boot.security.oauth2.server.resource.autoconfigure.OAuth2ResourceServerAutoConfiguration",
            "org.springframework.boot.security.oauth2.server.resource.autoconfigure.web.OAuth2ResourceServerWebSecurityAutoConfiguration",
            "org.springframework.boot.servlet.autoconfigure.MultipartAutoConfiguration",
            // It would make up a user with a password, for want of one, and print it.
            "org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration");

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        ConfigurableEnvironment environment = context.getEnvironment();
        Set<NodeRole> roles = NodeRoles.of(environment);
        if (roles.size() == NodeRole.values().length) {
            return;
        }
        context.getBeanFactory().registerSingleton("partsOfRoles", new PartsOfRoles(roles));
        if (!roles.contains(NodeRole.EDGE)) {
            List<String> excluded = new ArrayList<>(OF_THE_EDGE);
            String others = environment.getProperty(EXCLUDED);
            if (others != null) {
                excluded.add(others);
            }
            Map<String, Object> settings = new HashMap<>();
            settings.put(EXCLUDED, String.join(",", excluded));
            settings.put("springdoc.api-docs.enabled", "false");
            settings.put("springdoc.swagger-ui.enabled", "false");
            environment.getPropertySources().addFirst(new MapPropertySource("roles", settings));
        }
    }
}
