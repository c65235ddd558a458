package ticketing.api.feed;

import java.io.IOException;
import java.net.InetAddress;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.routing.RoutingSupport;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.util.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a webhook, signed after <a href="https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md">Standard Webhooks</a>. A name is
 * looked up once for each connection, all of its addresses have to be public, and it is to one of these that the connection is made: so a name that changes its address in
 * between leads nowhere else. Redirects are not followed, and of an answer only the status is looked at.
 */
final class WebhookSender implements AutoCloseable {

    private static final Timeout CONNECT_WITHIN = Timeout.ofSeconds(5);
    private static final int MOST_CONNECTIONS = 40;
    private static final int MOST_READ = 16 << 10;

    private static final Logger LOG = LoggerFactory.getLogger(WebhookSender.class);

    private final CloseableHttpClient http;
    private final WebhookSettings settings;
    private final ScheduledThreadPoolExecutor watch = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("webhook-watch").factory());

    WebhookSender(WebhookSettings settings) {
        this.settings = settings;
        watch.setRemoveOnCancelPolicy(true);
        Timeout within = Timeout.of(settings.answerWithin());
        this.http = HttpClients.custom()
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression()
                .setUserAgent("Ticketing-Webhooks/1")
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setResponseTimeout(within)
                        .setConnectionRequestTimeout(CONNECT_WITHIN)
                        .build())
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setDnsResolver(new Checked(settings.insideAllowed()))
                        .setMaxConnTotal(MOST_CONNECTIONS)
                        .setMaxConnPerRoute(MOST_CONNECTIONS)
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(CONNECT_WITHIN)
                                .setSocketTimeout(within)
                                .build())
                        .build())
                .build();
    }

    /** An address that webhooks must not be sent to. */
    static final class NotPublic extends UnknownHostException {
        private static final long serialVersionUID = 1L;

        NotPublic(String host) {
            super(host + " is not on the open internet");
        }
    }

    /** Gives the addresses that were looked at, and so the connection is made to one of them. */
    private static final class Checked extends SystemDefaultDnsResolver {

        private final boolean insideAllowed;

        Checked(boolean insideAllowed) {
            this.insideAllowed = insideAllowed;
        }

        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            InetAddress[] addresses = super.resolve(host);
            for (InetAddress address : addresses) {
                if (!insideAllowed && !PublicAddresses.isPublic(address)) {
                    throw new NotPublic(host);
                }
            }
            return addresses;
        }
    }

    /**
     * Sends once. Whatever is wrong with the URL is an {@link IOException}, too: it was looked at when the webhook was made, perhaps by another version of the program.
     *
     * @param id the same for every attempt
     * @param seconds since 1970, of this attempt
     * @return the status of the answer
     * @throws IOException if there is none in time
     */
    int send(URI url, byte[] secret, String id, long seconds, byte[] body) throws IOException {
        HttpPost post;
        HttpHost host;
        try {
            post = new HttpPost(url);
            host = RoutingSupport.determineHost(post);
        } catch (HttpException | IllegalArgumentException e) {
            throw new MalformedURLException("cannot be called: " + e.getMessage());
        }
        if (host == null) {
            throw new MalformedURLException("cannot be called: there is no host");
        }
        post.setHeader("webhook-id", id);
        post.setHeader("webhook-timestamp", Long.toString(seconds));
        post.setHeader("webhook-signature", signature(secret, id, seconds, body));
        post.setEntity(new ByteArrayEntity(body, ContentType.APPLICATION_JSON));
        // A receiver that sends a byte now and then would never be too late for the socket.
        ScheduledFuture<?> end =
                watch.schedule(post::cancel, settings.answerWithin().toMillis(), TimeUnit.MILLISECONDS);
        try {
            ClassicHttpResponse response = http.executeOpen(host, post, null);
            try {
                return response.getCode();
            } finally {
                close(response);
            }
        } finally {
            end.cancel(false);
        }
    }

    /** Whatever is the matter with the rest of an answer, its status has been given. A long one is not worth its connection. */
    private static void close(ClassicHttpResponse response) {
        try (response) {
            HttpEntity entity = response.getEntity();
            if (entity != null && entity.getContent().readNBytes(MOST_READ).length < MOST_READ) {
                EntityUtils.consume(entity);
            }
        } catch (IOException e) {
            LOG.debug("The rest of an answer to a webhook could not be read", e);
        }
    }

    static String signature(byte[] secret, String id, long seconds, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            mac.update((id + '.' + seconds + '.').getBytes(java.nio.charset.StandardCharsets.UTF_8));
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every Java has HMAC-SHA256", e);
        }
    }

    @Override
    public void close() throws IOException {
        watch.shutdownNow();
        http.close();
    }
}
