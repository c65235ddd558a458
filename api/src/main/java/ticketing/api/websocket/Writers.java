package ticketing.api.websocket;

import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The few threads that write to all WebSockets. A connection that has something to send waits in the queue of one of them, once; so the queues are bounded by
 * the number of connections, which is bounded where they are let in.
 */
public final class Writers implements AutoCloseable {

    private static final int MOST_THREADS = 4;
    private static final Duration LONGEST_LOOK_AGAIN = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(Writers.class);

    private final long heartbeat;
    private final long sendWithin;
    private final Writer[] writers;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger next = new AtomicInteger();
    private final Thread looking;
    private volatile boolean closed;

    /**
     * @param heartbeat how often clients are pinged; who does not answer three of them is dropped
     * @param sendWithin how long one frame may take to leave; a client that takes it slower is dropped
     */
    public Writers(Duration heartbeat, Duration sendWithin) {
        this.heartbeat = heartbeat.toNanos();
        this.sendWithin = sendWithin.toNanos();
        // Fewer would leave more to those who change something, and was measured to be slower for both: five thousand
        // take longer than the tenth of a second then.
        this.writers = new Writer[Math.clamp(Runtime.getRuntime().availableProcessors(), 1, MOST_THREADS)];
        for (int i = 0; i < writers.length; i++) {
            writers[i] = new Writer(i);
        }
        Duration lookAgain = heartbeat.dividedBy(2);
        Duration pause = lookAgain.compareTo(LONGEST_LOOK_AGAIN) < 0 ? lookAgain : LONGEST_LOOK_AGAIN;
        this.looking = Thread.ofVirtual().name("websocket-heartbeat").start(() -> look(pause));
    }

    void add(Connection connection) {
        connections.add(connection);
    }

    void remove(Connection connection) {
        connections.remove(connection);
    }

    /** @return which of the threads is to serve the next connection */
    int assign() {
        return Math.floorMod(next.getAndIncrement(), writers.length);
    }

    void serve(Connection connection, int assigned) {
        writers[assigned].serve(connection);
    }

    private void look(Duration pause) {
        while (!closed) {
            try {
                Thread.sleep(pause);
            } catch (InterruptedException e) {
                return;
            }
            for (Connection connection : connections) {
                try {
                    connection.look(System.nanoTime(), heartbeat, sendWithin);
                } catch (RuntimeException e) {
                    LOG.error("A connection could not be looked after", e);
                }
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        looking.interrupt();
        for (Writer writer : writers) {
            LockSupport.unpark(writer.thread);
        }
    }

    private final class Writer implements Runnable {

        private final Queue<Connection> due = new ConcurrentLinkedQueue<>();
        private final Thread thread;
        private volatile boolean asleep;

        Writer(int number) {
            thread = Thread.ofPlatform()
                    .daemon()
                    .name("websocket-writer-" + number)
                    .unstarted(this);
            thread.start();
        }

        void serve(Connection connection) {
            due.add(connection);
            if (asleep) {
                LockSupport.unpark(thread);
            }
        }

        @Override
        public void run() {
            while (!closed) {
                Connection connection = due.poll();
                if (connection == null) {
                    // Announced before looking again: whoever adds something after the look wakes this thread.
                    asleep = true;
                    if (due.isEmpty() && !closed) {
                        LockSupport.park(this);
                    }
                    asleep = false;
                } else {
                    send(connection);
                }
            }
        }

        private void send(Connection connection) {
            try {
                connection.send();
            } catch (RuntimeException e) {
                LOG.error("A connection ended unexpectedly", e);
                connection.end();
            }
        }
    }
}
