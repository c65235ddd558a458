package ticketing.api.account;

import java.nio.file.Path;
import ticketing.api.start.StartRefused;
import ticketing.api.start.TicketingSettings;

/** What happens at a start with TICKETING_ADMIN_EMAIL and TICKETING_ADMIN_PASSWORD, for tests of other packages. */
public final class ConfiguredAdmin {

    private ConfiguredAdmin() {}

    /** @throws StartRefused as the program does */
    public static void start(Accounts accounts, String email, String password) {
        TicketingSettings settings = new TicketingSettings(
                Path.of("unused"),
                null,
                true,
                new TicketingSettings.Admin(email, password),
                new TicketingSettings.Embedded(null));
        new FirstAdmin(accounts, settings).afterPropertiesSet();
    }
}
