package ticketing.api.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A process that has ended and only its parent does not know yet; in a container without an init that lasts for ever. */
final class Zombie {

    private Zombie() {}

    /** Whether this process is one; never on a system without {@code /proc}. */
    static boolean is(long pid) throws IOException {
        try {
            String fields = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
            return fields.substring(fields.lastIndexOf(')') + 1).stripLeading().startsWith("Z");
        } catch (NoSuchFileException e) {
            return false;
        }
    }
}
