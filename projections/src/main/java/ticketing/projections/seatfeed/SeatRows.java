package ticketing.projections.seatfeed;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the read models know of the seats of one published show.
 *
 * @param cancelledAt the global position of the show's cancellation; absent if none is known
 * @param seats the seats to which something happened; all others are as new
 */
record SeatRows(List<Section> sections, @Nullable Long cancelledAt, List<Seat> seats) {

    /**
     * Some neighbouring seats.
     *
     * @param name differs from those of the show's other sections
     * @param firstSeat the index of the first
     * @param position the global position of an event that the row has seen, at least of the publication
     */
    record Section(String name, int firstSeat, int seats, boolean forSale, long position) {}

    /** @param position the global position of the last event of the seat that the row has seen */
    record Seat(int seat, SeatStatus status, long position) {}

    /** The global position of the last event that any of the rows has seen. */
    long position() {
        long last = cancelledAt == null ? 0 : cancelledAt;
        for (Section section : sections) {
            last = Math.max(last, section.position());
        }
        for (Seat seat : seats) {
            last = Math.max(last, seat.position());
        }
        return last;
    }
}
