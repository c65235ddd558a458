package ticketing.api.live;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.context.SmartLifecycle;
import ticketing.api.limits.Limits;
import ticketing.api.problem.Problem;
import ticketing.api.problem.ProblemCode;

/** Everybody who is connected to a live seat map of this node: counts them, bounds them, and sends them home when the node stops. */
final class Watchers implements SmartLifecycle {

    /** Before the web server begins to wait for requests to end: these would never end by themselves. */
    private static final int PHASE = DEFAULT_PHASE - 512;

    private static final Duration GOODBYE = Duration.ofMillis(900);

    private final int most;
    private final int mostPerAddress;

    // Guarded by this.
    private final Set<Entry> entries = new HashSet<>();
    private final Map<String, Integer> byNetwork = new HashMap<>();
    private boolean open;

    Watchers(int most, int mostPerAddress) {
        this.most = most;
        this.mostPerAddress = mostPerAddress;
    }

    /** @throws Problem if nobody more is let in from this address now */
    synchronized void check(String address) {
        checkNetwork(Limits.networkOf(address));
    }

    private void checkNetwork(String network) {
        if (!open || entries.size() >= most) {
            throw new Problem(ProblemCode.UNAVAILABLE, "Too many are watching; try again shortly.")
                    .withHeader("Retry-After", "5");
        }
        if (byNetwork.getOrDefault(network, 0) >= mostPerAddress) {
            throw new Problem(ProblemCode.RATE_LIMITED, "Too many seat maps are being watched from your address.")
                    .withHeader("Retry-After", "5");
        }
    }

    /**
     * Lets somebody in, until the entry is closed.
     *
     * @param end ends the connection; called when the node stops, by another thread
     * @throws Problem if there is none
     */
    synchronized Entry enter(String address, Runnable end) {
        String network = Limits.networkOf(address);
        checkNetwork(network);
        Entry entry = new Entry(network, end);
        entries.add(entry);
        byNetwork.merge(network, 1, Integer::sum);
        return entry;
    }

    private synchronized void leave(Entry entry) {
        if (entries.remove(entry)) {
            byNetwork.computeIfPresent(entry.network, (_, n) -> n == 1 ? null : n - 1);
            notifyAll();
        }
    }

    synchronized int count() {
        return entries.size();
    }

    @Override
    public synchronized void start() {
        open = true;
    }

    @Override
    public void stop() {
        List<Entry> present;
        synchronized (this) {
            open = false;
            present = List.copyOf(entries);
        }
        present.forEach(entry -> entry.end.run());
        synchronized (this) {
            long deadline = System.nanoTime() + GOODBYE.toNanos();
            try {
                for (long left = GOODBYE.toNanos();
                        !entries.isEmpty() && left > 0;
                        left = deadline - System.nanoTime()) {
                    wait(Math.max(1, left / 1_000_000));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return open;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    /** One connection, let in. */
    final class Entry implements AutoCloseable {

        private final String network;
        private final Runnable end;

        private Entry(String network, Runnable end) {
            this.network = network;
            this.end = end;
        }

        @Override
        public void close() {
            leave(this);
        }
    }
}
