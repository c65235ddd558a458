package ticketing.api.embedded;

import java.nio.file.Path;

/** Starts an Elasticsearch, says where it is, and waits until it is killed. */
final class SearchUntilKilled {

    private SearchUntilKilled() {}

    public static void main(String[] arguments) throws Exception {
        ElasticsearchServer server = TestElasticsearch.start(Path.of(arguments[0]));
        System.out.println("pid " + server.process().pid() + " at " + server.uri() + ".");
        Thread.sleep(Long.MAX_VALUE);
    }
}
