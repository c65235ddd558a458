package ticketing.api.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import ticketing.api.start.StartRefused;

/**
 * The directory in which the embedded parts keep everything. While it is claimed no other instance of the program can claim it; the claim ends with the
 * process, however that ends.
 */
public final class DataDirectory implements AutoCloseable {

    private final Path path;
    private final FileChannel lockFile;

    private DataDirectory(Path path, FileChannel lockFile) {
        this.path = path;
        this.lockFile = lockFile;
    }

    /**
     * Creates the directory if it does not exist, and claims it.
     *
     * @throws StartRefused if it cannot be written to or another instance uses it
     */
    public static DataDirectory claim(Path asked) {
        return claimUnlessInUse(asked)
                .orElseThrow(() -> inUse(asked.toAbsolutePath().normalize()));
    }

    /**
     * The same, for those who can do without.
     *
     * @return empty if another instance uses it
     * @throws StartRefused if it cannot be written to
     */
    public static Optional<DataDirectory> claimUnlessInUse(Path asked) {
        Path path = asked.toAbsolutePath().normalize();
        FileChannel lockFile;
        try {
            Files.createDirectories(path);
            // Through links, so that one directory has one lock under all its names.
            path = path.toRealPath();
            lockFile = FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw unwritable(path, e);
        }
        try {
            if (locked(lockFile) == null) {
                lockFile.close();
                return Optional.empty();
            }
            Files.delete(Files.createTempFile(path, "probe", null));
        } catch (IOException e) {
            throw unwritable(path, e);
        }
        return Optional.of(new DataDirectory(path, lockFile));
    }

    private static @Nullable FileLock locked(FileChannel lockFile) throws IOException {
        try {
            return lockFile.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static StartRefused inUse(Path path) {
        return new StartRefused(
                "The data directory " + path
                        + " is in use by another running instance: stop that one, or start this one with another TICKETING_DATA_DIR.");
    }

    private static StartRefused unwritable(Path path, IOException cause) {
        return new StartRefused(
                "The data directory " + path
                        + " cannot be written to: change its permissions, or start with another TICKETING_DATA_DIR.",
                cause);
    }

    /** Its real, absolute path. */
    public Path path() {
        return path;
    }

    /** Gives the claim up; nothing is deleted. */
    @Override
    public void close() throws IOException {
        lockFile.close();
    }
}
