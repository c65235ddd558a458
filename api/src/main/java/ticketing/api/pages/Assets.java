package ticketing.api.pages;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import org.springframework.boot.autoconfigure.web.WebProperties;
import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.core.io.support.ResourcePatternResolver;
import org.springframework.http.CacheControl;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.resource.VersionResourceResolver;

/**
 * The files that the pages are made of, at {@code /assets/VERSION/}. The version is a hash over all of them, and modules import one another by relative
 * addresses, so what a browser or a cache has once is good for ever, and a page never mixes files of two releases.
 */
@Component
final class Assets implements WebMvcConfigurer {

    private static final String FOLDER = "assets/";
    private static final CacheControl FOR_EVER =
            CacheControl.maxAge(Duration.ofDays(365)).cachePublic().immutable();
    private static final int VERSION_BYTES = 8;

    private final String[] locations;
    private final String version;

    Assets(WebProperties web) {
        this.locations = Arrays.stream(web.getResources().getStaticLocations())
                .map(location -> location.endsWith("/") ? location + FOLDER : location + "/" + FOLDER)
                .toArray(String[]::new);
        this.version = hash(locations);
    }

    /** The path below which the present version of every file is. */
    String path() {
        return "/" + FOLDER + version;
    }

    @Override
    public void addResourceHandlers(ResourceHandlerRegistry registry) {
        registry.addResourceHandler("/" + FOLDER + version + "/**")
                .addResourceLocations(locations)
                .setCacheControl(FOR_EVER)
                .resourceChain(true)
                .addResolver(new VersionResourceResolver().addFixedVersionStrategy(version, "/**"));
    }

    /** Asked so, a place of the class path that is not there is empty instead of a fault. */
    private static String everywhere(String location) {
        return location.startsWith(ResourceLoader.CLASSPATH_URL_PREFIX)
                ? ResourcePatternResolver.CLASSPATH_ALL_URL_PREFIX
                        + location.substring(ResourceLoader.CLASSPATH_URL_PREFIX.length())
                : location;
    }

    private static String hash(String... locations) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            ResourcePatternResolver files = new PathMatchingResourcePatternResolver();
            for (String location : locations) {
                List<Resource> found = Arrays.stream(files.getResources(everywhere(location) + "**"))
                        .filter(Resource::isReadable)
                        .sorted(Comparator.comparing(Resource::toString))
                        .toList();
                for (Resource file : found) {
                    try (InputStream content = file.getInputStream()) {
                        digest.update(content.readAllBytes());
                    }
                }
            }
            return HexFormat.of().formatHex(digest.digest(), 0, VERSION_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
