package ticketing.api.search;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import ticketing.api.start.StartRefused;

/**
 * An Elasticsearch of one's own, by Spring Boot's names; Boot's module for them is missing from Maven Central.
 *
 * @param uris where its nodes are, {@code https://host:9200}; none: the one beside the program
 * @param username together with the password
 * @param password never logged
 * @param apiKey instead of user name and password, in the encoded form that Elasticsearch gives out; never logged
 * @param pathPrefix what stands before every path, behind a proxy
 * @param connectionTimeout how long a connection is awaited; searches have another answer, so it is short
 * @param socketTimeout how long an answer is awaited where nothing shorter is asked for
 * @param restclient with the name of the SSL bundle, if the certificate is not one that Java trusts
 */
@ConfigurationProperties("spring.elasticsearch")
record ElasticsearchSettings(
        @DefaultValue List<String> uris,
        @Nullable String username,
        @Nullable String password,
        @Nullable String apiKey,
        @Nullable String pathPrefix,
        @DefaultValue("300ms") Duration connectionTimeout,
        @DefaultValue("10s") Duration socketTimeout,
        @DefaultValue Restclient restclient) {

    /** Settings of the connection. */
    record Restclient(@DefaultValue Ssl ssl) {

        /** @param bundle the name of one of {@code spring.ssl.bundle} */
        record Ssl(@Nullable String bundle) {}
    }

    /** The nodes, without what stands before an at sign. */
    List<URI> nodes() {
        return uris.stream()
                .map(ElasticsearchSettings::parsed)
                .map(ElasticsearchSettings::withoutUser)
                .toList();
    }

    /** The value of the header {@code Authorization}, if the cluster asks for one. */
    Optional<String> authorization() {
        if (apiKey != null && !apiKey.isBlank()) {
            return Optional.of("ApiKey " + apiKey);
        }
        if (username != null && !username.isBlank()) {
            return Optional.of(basic(username + ":" + (password == null ? "" : password)));
        }
        return uris.stream()
                .map(uri -> Optional.ofNullable(parsed(uri).getUserInfo()))
                .flatMap(Optional::stream)
                .findFirst()
                .map(ElasticsearchSettings::basic);
    }

    private static String basic(String userAndPassword) {
        return "Basic " + Base64.getEncoder().encodeToString(userAndPassword.getBytes(StandardCharsets.UTF_8));
    }

    private static URI parsed(String text) {
        try {
            URI uri = new URI(text.contains("://") ? text.strip() : "http://" + text.strip());
            if (uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // Told below; the exception's text would repeat a password.
        }
        throw new StartRefused(
                "spring.elasticsearch.uris has an address that is none: write https://host:9200, several of them with commas between.");
    }

    private static URI withoutUser(URI uri) {
        try {
            return new URI(uri.getScheme(), null, uri.getHost(), uri.getPort(), uri.getPath(), null, null);
        } catch (URISyntaxException e) {
            throw new IllegalStateException("a part of an address is none", e);
        }
    }

    /** Neither password nor key ever shows in a log. */
    @Override
    public String toString() {
        return "ElasticsearchSettings[nodes=" + uris.size() + "]";
    }
}
