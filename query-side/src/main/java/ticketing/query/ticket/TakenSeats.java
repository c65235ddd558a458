package ticketing.query.ticket;

import java.util.BitSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import ticketing.messages.show.ShowId;

/**
 * The seats of one show that are held or sold. All who ask while the table is being read share the next reading: everybody sees what was committed
 * before they asked, and a rush of buyers costs one query at a time.
 */
final class TakenSeats {

    private final JdbcClient jdbc;
    private final ShowId showId;
    private final ReentrantLock reading = new ReentrantLock();
    private final AtomicLong begun = new AtomicLong();
    /** The number of the last reading that came to its end. */
    private long done;

    private long position = -1;
    private BitSet seats = new BitSet();

    TakenSeats(JdbcClient jdbc, ShowId showId) {
        this.jdbc = jdbc;
        this.showId = showId;
    }

    /** Not to be changed by the caller. */
    BitSet now() {
        long begunBefore = begun.get();
        reading.lock();
        try {
            if (done <= begunBefore) {
                long number = begun.incrementAndGet();
                read();
                // Not before: those who wait for a reading that fails must not take the seats of an older one for it.
                done = number;
            }
            return seats;
        } finally {
            reading.unlock();
        }
    }

    private void read() {
        long newest = jdbc.sql("SELECT coalesce(max(position), 0) FROM view.section WHERE show_id = ?")
                .param(showId.value())
                .query(Long.class)
                .single();
        if (newest == position) {
            return;
        }
        // Position first: what commits between the two is read twice rather than never.
        BitSet taken = new BitSet();
        @Nullable
        Integer[] found = jdbc.sql("SELECT array_agg(seat) FROM view.seat WHERE show_id = ? AND status <> 0")
                .param(showId.value())
                .query((row, n) -> row.getArray(1) == null
                        ? new Integer[0]
                        : (Integer[]) row.getArray(1).getArray())
                .single();
        for (Integer seat : found) {
            if (seat != null) {
                taken.set(seat);
            }
        }
        seats = taken;
        position = newest;
    }
}
