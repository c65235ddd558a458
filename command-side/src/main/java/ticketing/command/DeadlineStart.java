package ticketing.command;

import org.springframework.context.SmartLifecycle;
import ticketing.command.deadline.PostgresDeadlineManager;

/**
 * Starts the deadlines when commands are handled and read models follow, but before requests come: what fell due while the program was down is dealt with
 * first.
 */
final class DeadlineStart implements SmartLifecycle {

    /** After everything that has to do with events and before the web server, whose phases are above. */
    private static final int PHASE = DEFAULT_PHASE - 3_072;

    private final PostgresDeadlineManager deadlines;
    private volatile boolean running;

    DeadlineStart(PostgresDeadlineManager deadlines) {
        this.deadlines = deadlines;
    }

    @Override
    public void start() {
        deadlines.start();
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        deadlines.close();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
