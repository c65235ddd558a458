package ticketing.api.search;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.json.jackson.Jackson3JsonpMapper;
import co.elastic.clients.transport.instrumentation.NoopInstrumentation;
import co.elastic.clients.transport.rest5_client.Rest5ClientTransport;
import co.elastic.clients.transport.rest5_client.low_level.Node;
import co.elastic.clients.transport.rest5_client.low_level.Rest5Client;
import co.elastic.clients.transport.rest5_client.low_level.Rest5ClientBuilder;
import java.net.URI;
import java.util.List;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.message.BasicHeader;
import org.apache.hc.core5.util.Timeout;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.type.AnnotatedTypeMetadata;
import ticketing.api.embedded.EmbeddedSearch;
import ticketing.api.embedded.EmbeddedSearchWanted;
import ticketing.api.start.StartRefused;

/**
 * The client of Elasticsearch: of the one that {@code spring.elasticsearch.uris} names, else of the one beside the program, else there is none. It connects
 * when it is used; while nobody answers, that is an {@link java.io.IOException} at once or after the connection timeout.
 */
@Configuration(proxyBeanMethods = false)
@Conditional(ElasticsearchConfiguration.OneOrAnother.class)
class ElasticsearchConfiguration {

    /** More than requests that search at a time on a small machine, and all that a server needs to be busy. */
    private static final int CONNECTIONS_PER_NODE = 64;

    private static final int CONNECTIONS = 128;

    @Bean(destroyMethod = "close")
    Rest5Client elasticsearchConnection(
            ElasticsearchSettings settings, ObjectProvider<EmbeddedSearch> embedded, ObjectProvider<SslBundles> ssl) {
        List<URI> nodes = settings.nodes();
        EmbeddedSearch own = nodes.isEmpty() ? embedded.getIfAvailable() : null;
        if (own != null) {
            nodes = List.of(own.uri());
        }
        Rest5ClientBuilder builder = Rest5Client.builder(nodes)
                .setConnectionConfigCallback(connection -> connection
                        .setConnectTimeout(Timeout.of(settings.connectionTimeout()))
                        .setSocketTimeout(Timeout.of(settings.socketTimeout())))
                .setRequestConfigCallback(
                        request -> request.setConnectionRequestTimeout(Timeout.of(settings.connectionTimeout()))
                                .setResponseTimeout(Timeout.of(settings.socketTimeout())))
                .setConnectionManagerCallback(connections ->
                        connections.setMaxConnPerRoute(CONNECTIONS_PER_NODE).setMaxConnTotal(CONNECTIONS));
        if (own == null) {
            settings.authorization()
                    .ifPresent(value ->
                            builder.setDefaultHeaders(new Header[] {new BasicHeader("Authorization", value, true)}));
            if (settings.pathPrefix() != null && !settings.pathPrefix().isBlank()) {
                builder.setPathPrefix(settings.pathPrefix());
            }
            String bundle = settings.restclient().ssl().bundle();
            if (bundle != null && !bundle.isBlank()) {
                try {
                    builder.setSSLContext(ssl.getObject().getBundle(bundle).createSslContext());
                } catch (NoSuchSslBundleException e) {
                    throw new StartRefused(
                            "spring.elasticsearch.restclient.ssl.bundle names " + bundle
                                    + ", but there is no such bundle below spring.ssl.bundle.",
                            e);
                }
            }
        }
        Rest5Client client = builder.build();
        if (own != null) {
            own.whenMoved(uri -> client.setNodes(List.of(new Node(HttpHost.create(uri)))));
        }
        return client;
    }

    @Bean
    ElasticsearchClient elasticsearchClient(Rest5Client connection) {
        return new ElasticsearchClient(
                new Rest5ClientTransport(connection, new Jackson3JsonpMapper(), null, NoopInstrumentation.INSTANCE));
    }

    /** Whether there is any. */
    static final class OneOrAnother implements Condition {

        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return EmbeddedSearchWanted.isAnotherNamed(context.getEnvironment())
                    || EmbeddedSearchWanted.isWanted(context.getEnvironment());
        }
    }
}
