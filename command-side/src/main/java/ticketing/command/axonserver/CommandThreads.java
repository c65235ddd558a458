package ticketing.command.axonserver;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.axonframework.axonserver.connector.PriorityRunnable;

/**
 * Where routed commands are handled: on virtual threads, so many at once, the more urgent first.
 *
 * <p>A command that is carried out in steps sends further commands and waits for them, which come back here. It has a thread beside the others, or as many of
 * them as there are threads would wait for one another for ever; how many are at work at once the checkout bounds. How many commands wait, Axon Server bounds: it
 * sends no more than it has permits for.
 */
public final class CommandThreads extends AbstractExecutorService {

    /** Axon's tasks compare themselves: by priority, then in the order in which they came. */
    private final Queue<Runnable> waiting = new PriorityBlockingQueue<>();

    private final Semaphore slots;
    private final int most;
    private final AtomicInteger inSteps = new AtomicInteger();
    private volatile boolean closed;

    /** @param most how many are handled at once */
    public CommandThreads(int most) {
        this.slots = new Semaphore(most);
        this.most = most;
    }

    @Override
    public void execute(Runnable task) {
        if (closed) {
            throw new RejectedExecutionException("This node is stopping");
        }
        if (task instanceof PriorityRunnable prioritized && prioritized.priority() == CommandPriorities.IN_STEPS) {
            inSteps.incrementAndGet();
            start(() -> {
                try {
                    task.run();
                } finally {
                    inSteps.decrementAndGet();
                }
            });
        } else {
            waiting.add(task);
            if (slots.tryAcquire()) {
                start(this::work);
            }
        }
    }

    /** How many commands wait for their turn. */
    public int waiting() {
        return waiting.size();
    }

    private static void start(Runnable work) {
        Thread.ofVirtual().name("command-handler").start(work);
    }

    private void work() {
        do {
            try {
                Runnable next = waiting.poll();
                while (next != null) {
                    next.run();
                    next = waiting.poll();
                }
            } finally {
                slots.release();
            }
            // Somebody may have come between the last look and the release, and have found no slot.
        } while (!waiting.isEmpty() && slots.tryAcquire());
    }

    @Override
    public void shutdown() {
        closed = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
        closed = true;
        List<Runnable> left = List.copyOf(waiting);
        waiting.clear();
        return left;
    }

    @Override
    public boolean isShutdown() {
        return closed;
    }

    @Override
    public boolean isTerminated() {
        return closed && inSteps.get() == 0 && slots.availablePermits() == most;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        long deadline = System.nanoTime() + unit.toNanos(timeout);
        while (!isTerminated()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return true;
    }
}
