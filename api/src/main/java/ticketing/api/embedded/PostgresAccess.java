package ticketing.api.embedded;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Properties;
import ticketing.api.start.StartRefused;

/**
 * The port and the password of the embedded server, remembered in the data directory in a file that only its owner can read.
 *
 * @param port on the loopback interface
 */
record PostgresAccess(int port, String password) {

    private static final String FILE = "postgres.properties";
    private static final SecureRandom RANDOM = new SecureRandom();

    static boolean isRememberedIn(Path directory) {
        return Files.exists(directory.resolve(FILE));
    }

    static PostgresAccess rememberedIn(Path directory) throws IOException {
        Properties properties = new Properties();
        try (Reader file = Files.newBufferedReader(directory.resolve(FILE))) {
            properties.load(file);
            return new PostgresAccess(
                    Integer.parseInt(properties.getProperty("port", "")), properties.getProperty("password", ""));
        } catch (IllegalArgumentException e) {
            throw new StartRefused(
                    "The file " + directory.resolve(FILE)
                            + " is damaged: it holds no port and password of the embedded PostgreSQL.",
                    e);
        }
    }

    /** A random password, and a port that is free now. */
    static PostgresAccess invented() {
        byte[] secret = new byte[24];
        RANDOM.nextBytes(secret);
        return new PostgresAccess(
                freePort(), Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
    }

    PostgresAccess onAnotherPort() {
        return new PostgresAccess(freePort(), password);
    }

    boolean portIsFree() {
        return LoopbackPort.isFree(port);
    }

    /** Writes the whole file or, if the machine stops now, none of it. */
    void rememberIn(Path directory) throws IOException {
        Path written = Files.createTempFile(
                directory,
                FILE,
                null,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Properties properties = new Properties();
        properties.setProperty("port", Integer.toString(port));
        properties.setProperty("password", password);
        try (Writer file = Files.newBufferedWriter(written)) {
            properties.store(
                    file,
                    "How the program reaches its embedded PostgreSQL; without this file its data cannot be opened.");
        }
        Files.move(written, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    }

    private static int freePort() {
        return LoopbackPort.free()
                .orElseThrow(() -> new StartRefused("No free port was found for the embedded PostgreSQL between "
                        + LoopbackPort.LOWEST + " and " + LoopbackPort.HIGHEST + "."));
    }

    /** The password never shows in a log. */
    @Override
    public String toString() {
        return "PostgresAccess[port=" + port + "]";
    }
}
