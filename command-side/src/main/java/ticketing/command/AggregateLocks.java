package ticketing.command;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.axonframework.common.lock.Lock;
import org.axonframework.common.lock.LockAcquisitionFailedException;
import org.axonframework.common.lock.LockFactory;

/**
 * One unit of work at a time for each aggregate of this node, first come first served. Both the wait and the queue are bounded.
 *
 * <p>Axon's own factory either gives up at the first contention or polls, without an order among those who wait. It also looks for deadlocks; here nobody can
 * wait in a circle, because everybody takes locks in one order: bookings, then tickets by seat; a show, then its venue, then its performers by identifier.
 * Nobody takes locks of both kinds in one unit of work, and no command is sent from within another's unit of work on the same thread.
 */
final class AggregateLocks implements LockFactory {

    private final ConcurrentMap<String, Entry> entries = new ConcurrentHashMap<>();
    private final int longestQueue;
    private final Duration longestWait;

    /**
     * @param longestQueue how many may hold or wait for one aggregate's lock
     * @param longestWait after which somebody who waits gives up
     */
    AggregateLocks(int longestQueue, Duration longestWait) {
        this.longestQueue = longestQueue;
        this.longestWait = longestWait;
    }

    /** @throws LockAcquisitionFailedException if too many wait, or it takes too long */
    @Override
    public Lock obtainLock(String identifier) {
        Entry entry = entries.compute(identifier, (_, present) -> {
            Entry one = present == null ? new Entry() : present;
            if (one.users >= longestQueue) {
                throw new LockAcquisitionFailedException("Too many wait for " + identifier);
            }
            one.users++;
            return one;
        });
        boolean obtained = false;
        try {
            obtained = entry.lock.tryLock(longestWait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LockAcquisitionFailedException("Interrupted while waiting for " + identifier, e);
        } finally {
            if (!obtained) {
                leave(identifier);
            }
        }
        if (!obtained) {
            throw new LockAcquisitionFailedException("Waited too long for " + identifier);
        }
        return new Held(identifier, entry);
    }

    /** How many aggregates are locked or waited for. */
    int size() {
        return entries.size();
    }

    private void leave(String identifier) {
        entries.computeIfPresent(identifier, (_, entry) -> --entry.users == 0 ? null : entry);
    }

    private static final class Entry {
        private final ReentrantLock lock = new ReentrantLock(true);

        /** Who holds the lock or waits for it; read and changed only by the map's own atomic operations. */
        private int users;
    }

    private final class Held implements Lock {

        private final String identifier;
        private final Entry entry;

        Held(String identifier, Entry entry) {
            this.identifier = identifier;
            this.entry = entry;
        }

        @Override
        public void release() {
            entry.lock.unlock();
            leave(identifier);
        }

        @Override
        public boolean isHeld() {
            return entry.lock.isHeldByCurrentThread();
        }
    }
}
