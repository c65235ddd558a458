package ticketing.api.demo;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ticketing.messages.Command;
import ticketing.messages.UserId;
import ticketing.messages.show.ShowCommand.PublishShow;

/** Sends the season's commands one after the other, and notes now and then how far it is. */
final class SeasonLoader {

    private static final Logger LOG = LoggerFactory.getLogger(SeasonLoader.class);

    private static final Duration LONGEST_COMMAND = Duration.ofMinutes(1);
    private static final Duration BETWEEN_LINES = Duration.ofMillis(500);

    /** A note costs a write to the disk. */
    private static final int COMMANDS_BETWEEN_NOTES = 10;

    private final CommandGateway gateway;
    private final SeasonProgress progress;

    SeasonLoader(CommandGateway gateway, SeasonProgress progress) {
        this.gateway = gateway;
        this.progress = progress;
    }

    /**
     * Goes on where the last load ended, and returns when all is loaded or something is in the way; the next start tries again. An interrupt ends it
     * between two commands.
     */
    void load(SeasonProgress.Begun begun, UserId organizer) {
        List<Command> commands = Season.commands(begun.startedAt(), organizer);
        if (begun.done() >= commands.size()) {
            return;
        }
        long started = System.nanoTime();
        long said = started;
        int done = begun.done();
        LOG.info(
                "Loading the demo season: {} shows, the first of each kind at once, the rest behind.", shows(commands));
        try {
            for (int i = begun.done(); i < commands.size(); i++) {
                // A killed process may have carried out these without a word about it.
                boolean mayBeDone = i < begun.done() + COMMANDS_BETWEEN_NOTES;
                send(commands.get(i), mayBeDone);
                done = i + 1;
                if (done % COMMANDS_BETWEEN_NOTES == 0) {
                    progress.advance(done);
                }
                if (System.nanoTime() - said > BETWEEN_LINES.toNanos()) {
                    said = System.nanoTime();
                    LOG.info("Demo season: {} of {} shows.", shows(commands.subList(0, i + 1)), shows(commands));
                }
            }
            progress.advance(done);
            long millis = Duration.ofNanos(System.nanoTime() - started).toMillis();
            LOG.info(
                    "The demo season is loaded: {} shows in {}.{} s.",
                    shows(commands),
                    millis / 1000,
                    millis / 100 % 10);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            LOG.warn("The demo season is incomplete; the next start goes on with it.", e.getCause());
        } catch (TimeoutException e) {
            LOG.warn(
                    "The demo season is incomplete, because a command had no answer within {}; the next start goes on with it.",
                    LONGEST_COMMAND);
        }
    }

    private void send(Command command, boolean mayBeDone)
            throws InterruptedException, ExecutionException, TimeoutException {
        try {
            gateway.send(command).get(LONGEST_COMMAND.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (!mayBeDone) {
                throw e;
            }
            LOG.debug("{} was refused; taken for done before", command.target(), e);
        }
    }

    private static long shows(List<Command> commands) {
        return commands.stream().filter(PublishShow.class::isInstance).count();
    }
}
