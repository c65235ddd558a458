package ticketing.api.search;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.transport.rest5_client.Rest5ClientOptions;
import java.time.Duration;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.core5.util.Timeout;

/** The same client with another patience. */
final class ResponseTimeout {

    private ResponseTimeout() {}

    /** A client over the same connections whose every request fails after this time without an answer. */
    static ElasticsearchClient of(ElasticsearchClient client, Duration longest) {
        Rest5ClientOptions.Builder options =
                Rest5ClientOptions.of(client._transport().options()).toBuilder();
        options.restClientRequestOptionsBuilder()
                .setRequestConfig(RequestConfig.custom()
                        .setConnectionRequestTimeout(Timeout.of(longest))
                        .setResponseTimeout(Timeout.of(longest))
                        .build());
        return client.withTransportOptions(options.build());
    }
}
