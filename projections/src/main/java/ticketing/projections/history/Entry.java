package ticketing.projections.history;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Predicate;

/**
 * Something that happened to a show.
 *
 * @param position in the event store
 * @param seat its index in the layout, or {@link #NO_SEAT}
 * @param micros since 1970, when it was published: as precise as the event store is
 */
public record Entry(long position, Happening what, int seat, long micros) {

    /** Of what happens to no seat alone. */
    public static final int NO_SEAT = -1;

    /** How many positions of the store share a row. */
    static final int WINDOW = 128;

    /** Bytes. */
    static final int SIZE = 14;

    /** When it was published. */
    public Instant at() {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    /** As the event store rounds. */
    static long micros(Instant at) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, at.plusNanos(500));
    }

    static long windowOf(long position) {
        return position / WINDOW * WINDOW;
    }

    void write(ByteBuffer to) {
        to.put((byte) (position - windowOf(position)))
                .put(what.code())
                .putInt(seat)
                .putLong(micros);
    }

    /**
     * Gives the entries of a row one after the other, as long as they are wanted.
     *
     * @return whether all were
     */
    static boolean read(long windowStart, byte[] entries, Predicate<Entry> wanted) {
        ByteBuffer from = ByteBuffer.wrap(entries);
        while (from.remaining() >= SIZE) {
            long position = windowStart + (from.get() & 0xff);
            Happening what = Happening.ofCode(from.get());
            if (!wanted.test(new Entry(position, what, from.getInt(), from.getLong()))) {
                return false;
            }
        }
        return true;
    }
}
