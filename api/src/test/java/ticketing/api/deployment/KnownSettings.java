package ticketing.api.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.axonframework.axonserver.connector.AxonServerConfiguration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.type.filter.AnnotationTypeFilter;

/** Every name under which the program or a library in it can be told something. */
final class KnownSettings {

    private static final Path SOURCES = Path.of("..");

    /** A placeholder, or the name of a condition, in code or settings. */
    private static final Pattern NAMED =
            Pattern.compile("(?:\\$\\{|name = \"|SETTING = \")((?:[a-z][a-z0-9-]*\\.)+[a-z0-9-]+)");

    private final Set<String> variables = new TreeSet<>();

    KnownSettings() throws IOException, ClassNotFoundException {
        ofLibraries();
        ofOurRecords();
        ofOurPlaceholders();
        add("spring.profiles.active");
        add("spring.config.import");
        for (Method method : AxonServerConfiguration.class.getMethods()) {
            if (method.getName().startsWith("set") && method.getParameterCount() == 1) {
                add("axon.axonserver." + method.getName().substring(3));
            }
        }
    }

    /** Whether this environment variable, or property under its own name, reaches anybody. */
    boolean contains(String name) {
        return variables.contains(variable(name));
    }

    private void add(String property) {
        variables.add(variable(property));
    }

    /** As Spring Boot binds: dots become underscores, hyphens go. */
    private static String variable(String property) {
        return property.replace('.', '_').replace("-", "").toUpperCase(Locale.ROOT);
    }

    private void ofLibraries() throws IOException {
        ObjectMapper json = new ObjectMapper();
        for (URL metadata : Collections.list(
                getClass().getClassLoader().getResources("META-INF/spring-configuration-metadata.json"))) {
            try (InputStream in = metadata.openStream()) {
                for (JsonNode property : json.readTree(in).path("properties")) {
                    add(property.path("name").asText());
                }
            }
        }
    }

    private void ofOurRecords() throws ClassNotFoundException {
        ClassPathScanningCandidateComponentProvider scan = new ClassPathScanningCandidateComponentProvider(false) {
            @Override
            protected boolean isCandidateComponent(
                    org.springframework.beans.factory.annotation.AnnotatedBeanDefinition bean) {
                return true;
            }
        };
        scan.addIncludeFilter(new AnnotationTypeFilter(ConfigurationProperties.class));
        for (var found : scan.findCandidateComponents("ticketing")) {
            Class<?> type = Class.forName(Objects.requireNonNull(found.getBeanClassName()));
            ConfigurationProperties settings = AnnotationUtils.findAnnotation(type, ConfigurationProperties.class);
            if (settings != null && type.isRecord()) {
                components(settings.prefix().isEmpty() ? settings.value() : settings.prefix(), type);
            }
        }
    }

    private void components(String prefix, Class<?> type) {
        for (RecordComponent component : type.getRecordComponents()) {
            String name = prefix + "." + component.getName();
            add(name);
            if (component.getType().isRecord()) {
                components(name, component.getType());
            }
        }
    }

    private void ofOurPlaceholders() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (Path file : files.filter(KnownSettings::isOurs).toList()) {
                Matcher names = NAMED.matcher(Files.readString(file));
                while (names.find()) {
                    add(names.group(1));
                }
            }
        }
    }

    private static boolean isOurs(Path file) {
        String path = file.toString();
        return path.contains("/src/main/") && (path.endsWith(".java") || path.endsWith(".yaml"));
    }
}
