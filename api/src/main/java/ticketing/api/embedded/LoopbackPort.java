package ticketing.api.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.util.OptionalInt;

/** Ports on the loopback interface for the embedded parts. */
final class LoopbackPort {

    /** Below the ports that systems give to outgoing connections, so that nobody gets ours by chance while we are stopped. */
    static final int LOWEST = 20_000;

    static final int HIGHEST = 32_000;

    private static final int TRIES = 100;
    private static final SecureRandom RANDOM = new SecureRandom();

    private LoopbackPort() {}

    /** A port on which nobody listens now; empty if none was found in a bounded number of tries. */
    static OptionalInt free() {
        return RANDOM.ints(TRIES, LOWEST, HIGHEST).filter(LoopbackPort::isFree).findFirst();
    }

    static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
