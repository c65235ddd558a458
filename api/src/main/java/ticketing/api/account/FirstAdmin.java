package ticketing.api.account;

import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Configuration;
import ticketing.api.start.StartRefused;
import ticketing.api.start.TicketingSettings;

/** The administrator that the configuration names, from whom all others get their roles. Is there before the first request is. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(TicketingSettings.class)
class FirstAdmin implements InitializingBean {

    private final Accounts accounts;
    private final TicketingSettings.Admin configured;

    FirstAdmin(Accounts accounts, TicketingSettings settings) {
        this.accounts = accounts;
        this.configured = settings.admin();
    }

    /** @throws StartRefused if this can be nobody's account, or is the account of somebody else */
    @Override
    public void afterPropertiesSet() {
        String email = configured.email();
        String password = configured.password();
        if (email == null || password == null) {
            return;
        }
        boolean isAdmin;
        try {
            isAdmin = accounts.ensureAdmin(email, password);
        } catch (IllegalArgumentException e) {
            throw new StartRefused(
                    "TICKETING_ADMIN_EMAIL and TICKETING_ADMIN_PASSWORD cannot be an account's: " + e.getMessage()
                            + ".",
                    e);
        }
        if (!isAdmin) {
            throw new StartRefused(
                    "TICKETING_ADMIN_EMAIL is the address of an account that is no administrator and has another password: give that account's password, or"
                            + " another address.");
        }
    }
}
