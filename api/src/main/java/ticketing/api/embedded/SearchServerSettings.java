package ticketing.api.embedded;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Whether and how an Elasticsearch is started beside the program.
 *
 * @param embedded false: none is, even if no other one is named
 * @param server how it is started
 */
@ConfigurationProperties("ticketing.search")
record SearchServerSettings(
        @DefaultValue("true") boolean embedded,
        @DefaultValue Server server) {

    /**
     * How it is started.
     *
     * @param heap of its Java
     * @param archive the file that it is unpacked from; absent: the one beside the program's classes or jar
     * @param jvmOptions further options of its Java
     */
    record Server(
            @DefaultValue("384MB") DataSize heap,
            @Nullable Path archive,
            @DefaultValue List<String> jvmOptions) {}
}
