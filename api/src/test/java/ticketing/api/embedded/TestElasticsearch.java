package ticketing.api.embedded;

import java.nio.file.Path;
import java.util.List;
import org.springframework.util.unit.DataSize;

/** A real Elasticsearch that starts with little work: its Java compiles with the first compiler alone. */
public final class TestElasticsearch {

    static final DataSize HEAP = DataSize.ofMegabytes(256);

    /** Where the build puts it. */
    public static final Path ARCHIVE =
            Path.of("target", ElasticsearchProgram.ARCHIVE).toAbsolutePath();

    /** Unpacked once for all test runs. */
    static final Path PROGRAMS = Path.of(System.getProperty("ticketing.embedded.program-dir", "target/programs"))
            .toAbsolutePath();

    private TestElasticsearch() {}

    /** Starts it; whoever does closes it. */
    public static ElasticsearchServer start(Path directory) throws ServerFailure, InterruptedException {
        return ElasticsearchServer.start(
                directory, program(), port(), new ElasticsearchServer.Size(HEAP, List.of("-XX:TieredStopAtLevel=1")));
    }

    static ElasticsearchProgram program() throws ServerFailure, InterruptedException {
        return ElasticsearchProgram.unpackedIn(PROGRAMS, ARCHIVE);
    }

    static int port() {
        return LoopbackPort.free().orElseThrow();
    }
}
