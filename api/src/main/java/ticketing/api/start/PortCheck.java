package ticketing.api.start;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import org.springframework.boot.context.event.ApplicationPreparedEvent;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.Environment;

/**
 * Looks whether the HTTP port is free before anything else is started: a second start by mistake is the commonest failure, and it should neither
 * take seconds nor touch the database.
 */
public final class PortCheck implements ApplicationListener<ApplicationPreparedEvent> {

    private static final int USUAL_PORT = 8080;

    /** @throws StartRefused if something else listens on the configured port, or the configured address is not this machine's */
    @Override
    public void onApplicationEvent(ApplicationPreparedEvent event) {
        Environment environment = event.getApplicationContext().getEnvironment();
        int port = Binder.get(environment).bind("server.port", Integer.class).orElse(USUAL_PORT);
        String address = environment.getProperty("server.address", "");
        if (port > 0) {
            check(address, port);
        }
    }

    private static void check(String address, int port) {
        if (port > 65_535) {
            throw new StartRefused("SERVER_PORT is " + port + ", but a port is between 1 and 65535.");
        }
        try (ServerSocket socket = new ServerSocket()) {
            // As the web server does it: connections of an ended program that linger do not count as taken.
            socket.setReuseAddress(true);
            socket.bind(address.isBlank() ? new InetSocketAddress(port) : resolved(address, port));
        } catch (UnknownHostException e) {
            throw new StartRefused("server.address " + address + " is no address of this machine.", e);
        } catch (IOException e) {
            throw new StartRefused(port < 1024 ? notAllowed(port) : taken(port), e);
        }
    }

    private static InetSocketAddress resolved(String address, int port) throws UnknownHostException {
        InetSocketAddress resolved = new InetSocketAddress(address, port);
        if (resolved.isUnresolved()) {
            throw new UnknownHostException(address);
        }
        return resolved;
    }

    static String taken(int port) {
        return "Port " + port
                + " is taken by another program: stop that one, or start this one with another SERVER_PORT.";
    }

    private static String notAllowed(int port) {
        return "Port " + port
                + " is taken by another program or may only be opened by root: start with another SERVER_PORT.";
    }
}
