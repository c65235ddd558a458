package ticketing.api.account;

import java.util.EnumSet;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.Configuration;
import ticketing.api.security.Role;

/** The administrator that the configuration names, from whom all others get their roles. Is there before the first request is. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(FirstAdmin.Settings.class)
class FirstAdmin implements InitializingBean {

    private final Accounts accounts;
    private final Settings settings;

    FirstAdmin(Accounts accounts, Settings settings) {
        this.accounts = accounts;
        this.settings = settings;
    }

    @Override
    public void afterPropertiesSet() {
        if (settings.email().isBlank() && settings.password().isBlank()) {
            return;
        }
        try {
            accounts.ensure(
                    settings.email(), settings.password(), "Administrator", EnumSet.of(Role.ADMIN, Role.CUSTOMER));
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(
                    "TICKETING_ADMIN_EMAIL and TICKETING_ADMIN_PASSWORD cannot be an account's: " + e.getMessage(), e);
        }
    }

    /** {@code ticketing.admin.*}, in the environment TICKETING_ADMIN_EMAIL and TICKETING_ADMIN_PASSWORD. */
    @ConfigurationProperties("ticketing.admin")
    record Settings(
            @DefaultValue("") String email,
            @DefaultValue("") String password) {
        @Override
        public String toString() {
            return "Settings[…]";
        }
    }
}
