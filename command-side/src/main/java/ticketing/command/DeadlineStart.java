package ticketing.command;

import org.springframework.context.SmartLifecycle;
import ticketing.command.deadline.PostgresDeadlineManager;

/** Starts the deadlines after everything else and stops them before anything else. */
final class DeadlineStart implements SmartLifecycle {

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
        return Integer.MAX_VALUE;
    }
}
