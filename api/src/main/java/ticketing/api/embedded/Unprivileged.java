package ticketing.api.embedded;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import ticketing.api.start.StartRefused;

/**
 * How programs are started that refuse to be root. An ordinary user starts them as they are. Root starts them in a user namespace, where they see
 * themselves as nobody and still own root's files; where the kernel forbids that, as the user nobody, to whom their directory is given.
 *
 * @param prefix what stands before the command
 * @param owner the user id that must own what they write
 */
record Unprivileged(List<String> prefix, int owner) {

    private static final int NOBODY = 65_534;
    private static final int MOST_SECONDS = 10;

    /**
     * For PostgreSQL's programs.
     *
     * @throws StartRefused if this is root and nothing works here to be somebody else
     */
    static Unprivileged ofThisProcess() {
        return found(List.of("unshare", "--user"))
                .orElseThrow(
                        () -> new StartRefused(
                                "PostgreSQL never runs as root, and neither unshare nor setpriv works here to run it as somebody else: start the "
                                        + "program as another user, or set spring.datasource.url to a PostgreSQL of your own."));
    }

    /** For Java programs, which want to be told who they are; empty if this is root and nothing works here to be somebody else. */
    static Optional<Unprivileged> named() {
        return found(List.of("unshare", "--user", "--map-user=" + NOBODY, "--map-group=" + NOBODY));
    }

    private static Optional<Unprivileged> found(List<String> namespace) {
        int user = Math.toIntExact(new UnixSystem().getUid());
        if (user != 0) {
            return Optional.of(new Unprivileged(List.of(), user));
        }
        if (succeeds(namespace)) {
            return Optional.of(new Unprivileged(namespace, 0));
        }
        List<String> nobody = List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups");
        return succeeds(nobody) ? Optional.of(new Unprivileged(nobody, NOBODY)) : Optional.empty();
    }

    /** This command, started that way. */
    List<String> command(String... command) {
        List<String> whole = new ArrayList<>(prefix);
        whole.addAll(List.of(command));
        return whole;
    }

    /** Gives a directory to whom the programs run as; does nothing where it is theirs already. */
    void own(Path directory) throws IOException {
        if (owns(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.setAttribute(file, "unix:uid", owner, LinkOption.NOFOLLOW_LINKS);
            }
        }
    }

    private boolean owns(Path directory) throws IOException {
        return Integer.valueOf(owner).equals(Files.getAttribute(directory, "unix:uid", LinkOption.NOFOLLOW_LINKS));
    }

    private static boolean succeeds(List<String> prefix) {
        List<String> command = new ArrayList<>(prefix);
        command.add("true");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(MOST_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
