package ticketing.api.feed;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import ticketing.api.problem.Problem;

/**
 * What a webhook's URL has to look like, and that it does not lead inside, as far as can be told when it is made. A name may lead elsewhere tomorrow: {@link WebhookSender} looks
 * at the addresses of each connection again, and that is what keeps us from calling anybody inside. This is for whoever would otherwise wait for calls that never come.
 */
final class WebhookUrl {

    private static final int LONGEST = 2_000;
    private static final int HIGHEST_PORT = 65_535;

    /** A name server that is slower does not keep anybody from making a webhook. */
    private static final Duration LOOKED_UP_WITHIN = Duration.ofSeconds(3);

    private static final String THIS_MACHINE = "localhost";

    private static final Executor LOOKING_UP =
            task -> Thread.ofVirtual().name("webhook-name").start(task);

    /** Which addresses a name has. */
    @FunctionalInterface
    interface Names {
        InetAddress[] of(String host) throws UnknownHostException;
    }

    private WebhookUrl() {}

    /**
     * The URL, if webhooks can be sent to it.
     *
     * @throws Problem 400 that names the field and says why not
     */
    static URI checked(@Nullable String url, WebhookSettings settings) {
        return checked(url, settings, InetAddress::getAllByName, LOOKED_UP_WITHIN);
    }

    /** The same with names of one's own. */
    static URI checked(@Nullable String url, WebhookSettings settings, Names names, Duration within) {
        if (url == null) {
            throw wrong("is missing");
        }
        URI target = parsed(url);
        String scheme = target.getScheme() == null ? "" : target.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("https") && !(settings.insideAllowed() && scheme.equals("http"))) {
            throw wrong("must begin with https://");
        }
        String host = target.getHost();
        if (host == null || target.getRawUserInfo() != null || target.getRawFragment() != null) {
            throw wrong("must have a host, and no user, password or fragment");
        }
        if (url.length() > LONGEST) {
            throw wrong("must have at most " + LONGEST + " characters");
        }
        if (target.getPort() == 0 || target.getPort() > HIGHEST_PORT) {
            throw wrong("must have a port between 1 and " + HIGHEST_PORT + ", or none");
        }
        if (!settings.insideAllowed() && leadsInside(host, names, within)) {
            throw wrong("leads to an address that is not on the open internet");
        }
        return target;
    }

    private static URI parsed(String url) {
        try {
            return new URI(url);
        } catch (URISyntaxException e) {
            throw wrong("must be a URL");
        }
    }

    private static Problem wrong(String message) {
        return Problem.invalid("url", message);
    }

    /** A name that cannot be looked up now may be one tomorrow, and what cannot be called is told by the webhook's last answer. */
    private static boolean leadsInside(String host, Names names, Duration within) {
        // The dot that ends a name which is complete is no part of it.
        String name = (host.endsWith(".") ? host.substring(0, host.length() - 1) : host).toLowerCase(Locale.ROOT);
        if (name.equals(THIS_MACHINE) || name.endsWith("." + THIS_MACHINE)) {
            return true;
        }
        try {
            // 2130706433 and 0x7f000001 are this machine, too, and not everybody who resolves them says so.
            return !PublicAddresses.isPublic(Inet4Address.ofPosixLiteral(name));
        } catch (IllegalArgumentException _) {
            // A name, or an address of version 6.
        }
        try {
            for (InetAddress address : addresses(name, names, within)) {
                if (!PublicAddresses.isPublic(address)) {
                    return true;
                }
            }
            return false;
        } catch (UnknownHostException e) {
            // Brackets are around an address. One that only this machine understands is of its own network.
            return name.startsWith("[");
        }
    }

    private static InetAddress[] addresses(String name, Names names, Duration within) throws UnknownHostException {
        CompletableFuture<InetAddress[]> found = CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return names.of(name);
                    } catch (UnknownHostException e) {
                        throw new CompletionException(e);
                    }
                },
                LOOKING_UP);
        try {
            return found.get(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            UnknownHostException unknown = new UnknownHostException(name);
            unknown.initCause(e);
            throw unknown;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnknownHostException(name);
        }
    }
}
