package ticketing.api.start;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What can be said to the program about itself; each has an environment variable, for example {@code TICKETING_DATA_DIR}.
 *
 * @param dataDir where the embedded parts keep everything
 * @param demo whether an empty store gets a demo season and the demo accounts; absent: only with the embedded database
 * @param rateLimits whether requests are limited; false is for load tests on a closed machine
 * @param admin the first administrator
 * @param embedded how the embedded parts are run
 */
@ConfigurationProperties("ticketing")
public record TicketingSettings(
        @DefaultValue("./data") Path dataDir,
        @Nullable Boolean demo,
        @DefaultValue("true") boolean rateLimits,
        @DefaultValue Admin admin,
        @DefaultValue Embedded embedded) {

    /**
     * The first administrator.
     *
     * @param email absent: only the embedded default makes one by itself
     * @param password absent together with the e-mail
     */
    public record Admin(@Nullable String email, @Nullable String password) {

        public Admin {
            email = email == null || email.isBlank() ? null : email;
            password = password == null || password.isEmpty() ? null : password;
            if ((email == null) != (password == null)) {
                throw new StartRefused(
                        "TICKETING_ADMIN_EMAIL and TICKETING_ADMIN_PASSWORD are needed together: one of them is missing.");
            }
        }

        /** The password never shows in a log. */
        @Override
        public String toString() {
            return "Admin[email=" + email + "]";
        }
    }

    /** @param programDir where the embedded parts' programs are unpacked; absent: in the data directory */
    public record Embedded(@Nullable Path programDir) {}
}
