package ticketing.api.start;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.MergedContextConfiguration;

/**
 * Gives every application context of the tests a database of its own in a temporary directory, no demo and no Elasticsearch. A test that says otherwise by its own
 * properties wins.
 */
public final class ThrowAwayData implements ContextCustomizerFactory {

    @Override
    public ContextCustomizer createContextCustomizer(
            Class<?> testClass, List<ContextConfigurationAttributes> attributes) {
        return new Customizer();
    }

    /** Equal to every other, so that contexts are shared between test classes. */
    private record Customizer() implements ContextCustomizer {

        @Override
        public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration configuration) {
            Path directory = temporary();
            context.getEnvironment()
                    .getPropertySources()
                    .addLast(new MapPropertySource(
                            "throw-away data",
                            Map.of(
                                    "ticketing.data.dir",
                                    directory.toString(),
                                    "ticketing.demo",
                                    "false",
                                    "ticketing.search.embedded",
                                    "false",
                                    // A part of the program has not everything that readiness is made of.
                                    "management.endpoint.health.validate-group-membership",
                                    "false")));
        }
    }

    private static Path temporary() {
        try {
            Path directory = Files.createTempDirectory("ticketing-test");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> deleteWhenUnused(directory)));
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The context is closed by a hook of its own at the same time, and its database still writes until it has stopped. */
    private static void deleteWhenUnused(Path directory) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> !Files.exists(directory.resolve("postgres/postmaster.pid")));
        delete(directory);
    }

    /** Deletes a directory with all that is in it; what is deleted by somebody else meanwhile is no fault. */
    public static void delete(Path directory) {
        try {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException failure) {
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
                        throws IOException {
                    Files.deleteIfExists(visited);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
