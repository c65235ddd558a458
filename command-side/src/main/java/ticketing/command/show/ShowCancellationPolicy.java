package ticketing.command.show;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.deadline.DeadlineMessage;
import org.axonframework.messaging.Message;
import org.axonframework.messaging.ScopeAware;
import org.axonframework.messaging.ScopeDescriptor;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import ticketing.command.eventstore.StoreEnd;
import ticketing.messages.Rejected;
import ticketing.messages.Rejection.BookingClosed;
import ticketing.messages.booking.BookingCommand.CancelBooking;
import ticketing.messages.booking.BookingCommand.RefundBooking;
import ticketing.messages.booking.BookingId;
import ticketing.messages.booking.BookingStatus;
import ticketing.messages.show.ShowId;

/**
 * When a show is cancelled, every hold is released and every sold ticket refunded. Bookings are found as one key range of the event store; each is
 * dealt with by commands that bear repeating, so that a crash in the middle only means doing it again. One that fails keeps none of the others waiting: it is tried
 * again, with the whole deadline, when all have had their turn.
 */
@Component
class ShowCancellationPolicy implements ScopeAware {

    private static final int PAGE = 1_000;
    private static final int AT_ONCE = 32;
    private static final int MOST_TOLD = 10;
    private static final long PATIENCE_SECONDS = 30;

    private final JdbcClient jdbc;
    private final StoreEnd events;
    private final ObjectProvider<CommandGateway> commands;

    ShowCancellationPolicy(DataSource dataSource, StoreEnd events, ObjectProvider<CommandGateway> commands) {
        this.jdbc = JdbcClient.create(dataSource);
        this.events = events;
        this.commands = commands;
    }

    @Override
    public boolean canResolve(ScopeDescriptor scope) {
        return ShowCancellation.SCOPE.equals(scope);
    }

    @Override
    public void send(Message<?> message, ScopeDescriptor scope) throws Exception {
        if (message instanceof DeadlineMessage<?> deadline && deadline.getPayload() instanceof ShowCancellation due) {
            endBookings(due.showId());
        }
    }

    private void endBookings(ShowId showId) throws Exception {
        checkListed(events.committed());
        Semaphore slots = new Semaphore(AT_ONCE);
        String after = showId.value() + "-b";
        int failed = 0;
        List<Throwable> told = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<String> page;
            do {
                page = bookingsOf(showId, after);
                List<Future<@Nullable Void>> ended = new ArrayList<>(page.size());
                for (String bookingId : page) {
                    slots.acquire();
                    ended.add(threads.submit(() -> {
                        try {
                            end(new BookingId(bookingId));
                            return null;
                        } finally {
                            slots.release();
                        }
                    }));
                }
                for (Future<@Nullable Void> booking : ended) {
                    try {
                        booking.get();
                    } catch (ExecutionException e) {
                        failed++;
                        if (told.size() < MOST_TOLD) {
                            told.add(e.getCause() == null ? e : e.getCause());
                        }
                    }
                }
                if (!page.isEmpty()) {
                    after = page.getLast();
                }
            } while (page.size() == PAGE);
        }
        if (failed > 0) {
            IllegalStateException unfinished =
                    new IllegalStateException(failed + " bookings of show " + showId + " could not be ended yet");
            told.forEach(unfinished::addSuppressed);
            throw unfinished;
        }
    }

    /** Where the events are kept elsewhere the table follows them; a booking that is not in it yet would be overlooked. */
    private void checkListed(long upTo) {
        long listed = jdbc.sql("SELECT position FROM store.event_head")
                .query(Long.class)
                .single();
        if (listed < upTo) {
            throw new IllegalStateException("the table of events is at " + listed + " and needed at " + upTo);
        }
    }

    private List<String> bookingsOf(ShowId showId, String after) {
        // '-c' is the first key behind all '-b…' keys of the show.
        return jdbc.sql("""
                        SELECT aggregate_identifier FROM store.domain_event
                        WHERE aggregate_identifier > ? AND aggregate_identifier < ? AND sequence_number = 0
                        ORDER BY aggregate_identifier LIMIT ?
                        """)
                .params(after, showId.value() + "-c", PAGE)
                .query(String.class)
                .list();
    }

    private void end(BookingId bookingId) {
        CommandGateway gateway = commands.getObject();
        BookingStatus status = gateway.sendAndWait(new CancelBooking(bookingId), PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (status == BookingStatus.CONFIRMED) {
            try {
                gateway.sendAndWait(new RefundBooking(bookingId, null), PATIENCE_SECONDS, TimeUnit.SECONDS);
            } catch (Rejected refused) {
                // It came to another end in the meantime; anything else is tried again with the whole deadline.
                if (!(refused.rejection() instanceof BookingClosed)) {
                    throw refused;
                }
            }
        }
    }
}
