package ticketing.api.embedded;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;
import ticketing.api.start.StartRefused;

/** PostgreSQL's own programs, unpacked from the archive on the class path. */
final class PostgresProgram {

    private final Path home;

    private PostgresProgram(Path home) {
        this.home = home;
    }

    /** Unpacks the programs below this directory unless they are there already. */
    static PostgresProgram unpackedIn(Path programs) {
        String archive = "/postgres-" + system() + "-" + processor() + ".txz";
        try {
            Path home = programs.resolve("postgres-" + digest(archive));
            if (!Files.isExecutable(home.resolve("bin/postgres"))) {
                unpack(archive, programs, home);
            }
            return new PostgresProgram(home);
        } catch (IOException e) {
            throw new StartRefused(
                    "The embedded PostgreSQL cannot be unpacked in " + programs + ": " + e.getMessage() + ".", e);
        }
    }

    /** The path of {@code initdb}, {@code pg_ctl} or {@code postgres}. */
    String path(String name) {
        return home.resolve("bin").resolve(name).toString();
    }

    private static void unpack(String archive, Path programs, Path home) throws IOException {
        Files.createDirectories(programs);
        Path unpacked = Files.createTempDirectory(programs, "unpacking");
        try {
            try (InputStream packed = open(archive);
                    TarArchiveInputStream tar =
                            new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(packed)))) {
                for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                    unpack(entry, tar, unpacked);
                }
            }
            // Another user id than ours may have to run it.
            Files.setPosixFilePermissions(unpacked, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.move(unpacked, home);
        } catch (IOException e) {
            if (!Files.isExecutable(home.resolve("bin/postgres"))) {
                throw e;
            }
            // Another process was faster, and its copy is as good.
        } finally {
            delete(unpacked);
        }
    }

    private static void unpack(TarArchiveEntry entry, InputStream content, Path directory) throws IOException {
        Path target = directory.resolve(entry.getName()).normalize();
        if (!target.startsWith(directory)) {
            throw new IOException("an entry of the archive leaves its directory");
        }
        if (entry.isDirectory()) {
            Files.createDirectories(target);
            return;
        }
        Path parent = target.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
        } else if (entry.isLink()) {
            Files.createLink(target, directory.resolve(entry.getLinkName()).normalize());
        } else {
            Files.copy(content, target);
            boolean executable = (entry.getMode() & 0100) != 0;
            Files.setPosixFilePermissions(
                    target, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
        }
    }

    private static String digest(String archive) throws IOException {
        try (InputStream packed = open(archive);
                DigestInputStream digesting = new DigestInputStream(packed, MessageDigest.getInstance("SHA-256"))) {
            digesting.transferTo(java.io.OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digesting.getMessageDigest().digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static InputStream open(String archive) {
        InputStream packed = PostgresProgram.class.getResourceAsStream(archive);
        if (packed == null) {
            throw new StartRefused("There is no embedded PostgreSQL for " + System.getProperty("os.name") + " on "
                    + System.getProperty("os.arch") + ": set spring.datasource.url to a PostgreSQL of your own.");
        }
        return packed;
    }

    private static String system() {
        String name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        if (name.startsWith("mac")) {
            return "darwin";
        }
        return name.startsWith("linux") ? "linux" : "unknown";
    }

    private static String processor() {
        return switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64", "arm64" -> "arm_64";
            default -> "unknown";
        };
    }

    /** Deletes a directory that only ever held what can be unpacked or made again. */
    static void delete(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
                        throws IOException {
                    Files.delete(visited);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
