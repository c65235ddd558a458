package ticketing.api.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import ticketing.api.embedded.DataDirectory;
import ticketing.api.start.Announcement;
import ticketing.api.start.TicketingSettings;
import ticketing.messages.UserId;

/**
 * Makes the first administrator of the embedded default where the configuration names none: with a random password that is shown once and kept in a file
 * of the data directory. An external database without a configured administrator gets none.
 */
@Component
@Order(3)
class EmbeddedAdmin implements ApplicationRunner, Announcement {

    private static final String EMAIL = "admin@demo.example";
    private static final String FILE = "admin-password";
    private static final int SECRET_BYTES = 12;

    private final TicketingSettings.Admin configured;
    private final ObjectProvider<DataDirectory> directory;
    private final ObjectProvider<DemoAccounts> accounts;

    private List<String> said = List.of();

    EmbeddedAdmin(
            TicketingSettings settings,
            ObjectProvider<DataDirectory> directory,
            ObjectProvider<DemoAccounts> accounts) {
        this.configured = settings.admin();
        this.directory = directory;
        this.accounts = accounts;
    }

    @Override
    public void run(ApplicationArguments arguments) {
        DemoAccounts maker = accounts.getIfAvailable();
        DataDirectory embedded = directory.getIfAvailable();
        String email = configured.email();
        String password = configured.password();
        if (maker == null) {
            return;
        }
        if (email != null && password != null) {
            said = List.of("%-24s %-18s %s".formatted(email, "(as configured)", "ADMIN"));
        } else if (embedded != null) {
            said = List.of(inventedIn(embedded.path().resolve(FILE), maker));
        }
    }

    private static String inventedIn(Path file, DemoAccounts maker) {
        try {
            boolean first = !Files.exists(file);
            if (first) {
                // Before the account, or a crash in between would leave an account whose password nobody knows.
                write(file, invented());
            }
            String password = Files.readString(file).strip();
            UserId user = maker.ensure(EMAIL, password, "Administrator", Set.of("ADMIN"));
            if (!maker.has(user, "ADMIN")) {
                return EMAIL + " is somebody's account and no administrator; set TICKETING_ADMIN_EMAIL and _PASSWORD.";
            }
            return "%-24s %-18s %s".formatted(EMAIL, first ? password : "(in " + file + ")", "ADMIN");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String invented() {
        byte[] secret = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(secret);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    }

    private static void write(Path file, String password) throws IOException {
        Path written = Files.createTempFile(
                file.toAbsolutePath().getParent(),
                FILE,
                null,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(written, password + System.lineSeparator());
        Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public String label() {
        return "";
    }

    @Override
    public List<String> lines() {
        return said;
    }
}
