package ticketing.api.embedded;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.CodeSource;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.springframework.boot.system.ApplicationHome;

/**
 * Elasticsearch's own files, unpacked from the archive that the build fetches. What this program never uses of them is left out.
 *
 * <p>The unpacked files get their name when they are complete, and carry a note of how many and how large they are, so that neither a killed unpacking nor a
 * damaged cache is ever started.
 *
 * @param home the directory with {@code lib} and {@code modules}
 */
record ElasticsearchProgram(Path home) {

    static final String VERSION = "9.5.3";

    /** The archive's file name, which it has beside the program's classes or jar. */
    static final String ARCHIVE = "elasticsearch-" + VERSION + ".zip";

    /** Of the archive on Maven Central, which publishes no checksum of it. */
    static final String SHA_256 = "bec49f3b8d00e75c8d1cec85c35298635ec9fbd3ae80ef5aeb6bc05abdb3db2d";

    private static final String NAME = "elasticsearch-" + VERSION + "-" + SHA_256.substring(0, 16);
    private static final String UNFINISHED = ".unpacking";
    private static final String NOTE = "complete";
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(2);
    private static final long POLL_MILLIS = 100;

    /**
     * Security and monitoring with their 40 MB, because the server listens to this machine alone and knows no users; what only its command-line programs need;
     * and configuration, of which the server is given its own.
     */
    private static final Set<String> UNUSED = Set.of(
            "modules/apm/",
            "modules/x-pack-core/",
            "modules/x-pack-security/",
            "bin/",
            "config/",
            "lib/tools/geoip-cli/",
            "lib/tools/keystore-cli/",
            "lib/tools/plugin-cli/",
            "lib/tools/security-cli/",
            "lib/tools/server-cli/",
            "lib/tools/server-launcher/",
            "lib/tools/windows-service-cli/",
            "lib/cli-launcher/",
            "lib/java-version-checker/");

    /**
     * Unpacks the archive below this directory unless that has been done before.
     *
     * @throws ServerFailure if the archive is missing or not the one it should be, or nothing can be written there
     */
    static ElasticsearchProgram unpackedIn(Path programs, Path archive) throws ServerFailure, InterruptedException {
        Path home = programs.resolve(NAME);
        try {
            if (!isComplete(home)) {
                unpackAlone(programs, archive, home);
            }
            return new ElasticsearchProgram(home);
        } catch (IOException | UncheckedIOException e) {
            throw new ServerFailure("Elasticsearch cannot be unpacked in " + programs + ": " + e.getMessage() + ".", e);
        }
    }

    /** Where the build puts the archive: in the directory of the program's jar, or of its classes. */
    static Path archive() {
        return besideProgram().resolve(ARCHIVE);
    }

    private static Path besideProgram() {
        CodeSource code = ElasticsearchProgram.class.getProtectionDomain().getCodeSource();
        if (code != null && "file".equals(code.getLocation().getProtocol())) {
            return Objects.requireNonNull(Path.of(URI.create(code.getLocation().toString()))
                    .toAbsolutePath()
                    .getParent());
        }
        // In a jar of jars. Not asked otherwise, because inside of a test it answers with the working directory.
        File jar = new ApplicationHome(ElasticsearchProgram.class).getSource();
        return jar == null
                ? Path.of("").toAbsolutePath()
                : Objects.requireNonNull(jar.toPath().toAbsolutePath().getParent());
    }

    /** The only jar in a directory below home. */
    Path jarIn(String directory) throws IOException {
        try (Stream<Path> files = Files.list(home.resolve(directory))) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .findFirst()
                    .orElseThrow(() -> new NoSuchFileException(directory + "/*.jar"));
        }
    }

    /** One at a time on this machine: several programs, or tests, may share the directory. */
    private static synchronized void unpackAlone(Path programs, Path archive, Path home)
            throws IOException, ServerFailure, InterruptedException {
        Files.createDirectories(programs);
        try (FileChannel lockFile = FileChannel.open(
                programs.resolve("elasticsearch.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            long end = System.nanoTime() + LONGEST_WAIT.toNanos();
            FileLock lock = lockFile.tryLock();
            while (lock == null) {
                if (System.nanoTime() > end) {
                    throw new ServerFailure("Another process has been unpacking Elasticsearch in " + programs
                            + " for too long: stop that one.");
                }
                Thread.sleep(POLL_MILLIS);
                lock = lockFile.tryLock();
            }
            if (!isComplete(home)) {
                check(archive);
                Path unfinished = programs.resolve(NAME + UNFINISHED);
                PostgresProgram.delete(unfinished);
                PostgresProgram.delete(home);
                unpack(archive, unfinished);
                Files.move(unfinished, home);
            }
        }
    }

    private static void check(Path archive) throws IOException, ServerFailure {
        if (!Files.isRegularFile(archive)) {
            throw new ServerFailure("There is no " + archive
                    + ": ./mvnw fetches it; or set spring.elasticsearch.uris to an Elasticsearch of your own.");
        }
        String found = sha256(archive);
        if (!found.equals(SHA_256)) {
            throw new ServerFailure("The file " + archive + " is not Elasticsearch " + VERSION
                    + ", because its SHA-256 is " + found + " and not " + SHA_256
                    + ": delete it and let ./mvnw fetch it again.");
        }
    }

    private static String sha256(Path file) throws IOException {
        try (InputStream content = Files.newInputStream(file);
                DigestInputStream digesting = new DigestInputStream(content, MessageDigest.getInstance("SHA-256"))) {
            digesting.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digesting.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static void unpack(Path archive, Path directory) throws IOException {
        Files.createDirectories(directory.resolve("plugins"));
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            for (Iterator<? extends ZipEntry> entries = zip.entries().asIterator(); entries.hasNext(); ) {
                ZipEntry entry = entries.next();
                // Every name begins with the directory elasticsearch-VERSION.
                String name = entry.getName().substring(entry.getName().indexOf('/') + 1);
                if (!entry.isDirectory() && isUsed(name)) {
                    Path target = directory.resolve(name).normalize();
                    if (!target.startsWith(directory)) {
                        throw new IOException("an entry of the archive leaves its directory");
                    }
                    Files.createDirectories(target.getParent());
                    try (InputStream content = zip.getInputStream(entry)) {
                        Files.copy(content, target);
                    }
                }
            }
        }
        Size size = Size.of(directory);
        Files.writeString(directory.resolve(NOTE), size.toString());
        // Another user id than ours may have to run it.
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.setPosixFilePermissions(
                        file, PosixFilePermissions.fromString(Files.isDirectory(file) ? "rwxr-xr-x" : "rw-r--r--"));
            }
        }
    }

    private static boolean isUsed(String name) {
        if (name.startsWith("lib/platform/")) {
            return name.startsWith("lib/platform/" + platform() + "/");
        }
        return UNUSED.stream().noneMatch(name::startsWith);
    }

    /** As Elasticsearch names it. */
    private static String platform() {
        boolean mac = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac");
        boolean arm = Set.of("aarch64", "arm64").contains(System.getProperty("os.arch"));
        return (mac ? "darwin" : "linux") + (arm ? "-aarch64" : "-x64");
    }

    /** Costs a look at some hundred files, and no reading of them. */
    private static boolean isComplete(Path home) throws IOException {
        try {
            return Size.of(home).toString().equals(Files.readString(home.resolve(NOTE)));
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** Of everything unpacked; the note of it is not counted. */
    private record Size(long files, long bytes) {

        static Size of(Path directory) throws IOException {
            long files = 0;
            long bytes = 0;
            try (Stream<Path> all = Files.walk(directory)) {
                for (Path file : (Iterable<Path>) all::iterator) {
                    if (Files.isRegularFile(file) && !file.equals(directory.resolve(NOTE))) {
                        files++;
                        bytes += Files.size(file);
                    }
                }
            }
            return new Size(files, bytes);
        }

        @Override
        public String toString() {
            return files + " files, " + bytes + " bytes";
        }
    }
}
