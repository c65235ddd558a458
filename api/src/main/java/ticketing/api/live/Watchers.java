package ticketing.api.live;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import ticketing.api.limits.Limits;
import ticketing.api.problem.Problem;
import ticketing.api.problem.ProblemCode;
import ticketing.messages.UserId;

/** Everybody who is connected to a live seat map of this node: counts them, bounds them, and sends them home when the node stops. */
final class Watchers implements SmartLifecycle {

    /** Before the web server begins to wait for requests to end: these would never end by themselves. */
    private static final int PHASE = DEFAULT_PHASE - 512;

    private static final Duration GOODBYE = Duration.ofMillis(900);

    private final int most;
    private final int mostPerAddress;
    private final int mostPerUser;

    // Guarded by this.
    private final Set<Entry> entries = new HashSet<>();
    private final Map<String, Integer> byNetwork = new HashMap<>();
    private final Map<UserId, Integer> byUser = new HashMap<>();
    private boolean open;

    /** @param mostPerAddress of IPv6: per /64 network */
    Watchers(int most, int mostPerAddress, int mostPerUser) {
        this.most = most;
        this.mostPerAddress = mostPerAddress;
        this.mostPerUser = mostPerUser;
    }

    /**
     * Who comes.
     *
     * @param network the address, or what counts as one client
     * @param user absent if nobody is logged in
     */
    record Who(String network, @Nullable UserId user) {
        static Who of(String address, @Nullable UserId user) {
            return new Who(Limits.networkOf(address), user);
        }
    }

    /** @throws Problem if they are not let in now */
    synchronized void check(Who who) {
        if (!open || entries.size() >= most) {
            throw new Problem(ProblemCode.UNAVAILABLE, "Too many are watching; try again shortly.")
                    .withHeader("Retry-After", "5");
        }
        if (byNetwork.getOrDefault(who.network, 0) >= mostPerAddress) {
            throw new Problem(ProblemCode.RATE_LIMITED, "Too many seat maps are being watched from your address.")
                    .withHeader("Retry-After", "5");
        }
        if (who.user != null && byUser.getOrDefault(who.user, 0) >= mostPerUser) {
            throw new Problem(ProblemCode.RATE_LIMITED, "You are watching too many seat maps.")
                    .withHeader("Retry-After", "5");
        }
    }

    /**
     * Lets somebody in, until the entry is closed.
     *
     * @param end ends the connection; called when the node stops, by another thread
     * @throws Problem if there is none
     */
    synchronized Entry enter(Who who, Runnable end) {
        check(who);
        Entry entry = new Entry(who, end);
        entries.add(entry);
        byNetwork.merge(who.network, 1, Integer::sum);
        if (who.user != null) {
            byUser.merge(who.user, 1, Integer::sum);
        }
        return entry;
    }

    private synchronized void leave(Entry entry) {
        if (entries.remove(entry)) {
            byNetwork.computeIfPresent(entry.who.network, (_, n) -> n == 1 ? null : n - 1);
            if (entry.who.user != null) {
                byUser.computeIfPresent(entry.who.user, (_, n) -> n == 1 ? null : n - 1);
            }
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

        private final Who who;
        private final Runnable end;

        private Entry(Who who, Runnable end) {
            this.who = who;
            this.end = end;
        }

        @Override
        public void close() {
            leave(this);
        }
    }
}
