package ticketing.auditor;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the auditor remembers of a show: its sections, how many of their seats are held and sold, and its money. Nothing for each seat or booking. */
final class ShowBooks {

    /** @param price absent if the section is not for sale */
    record Section(
            String name, int firstSeat, int seats, @Nullable Sum price) {
        boolean contains(int seat) {
            return seat >= firstSeat && seat < firstSeat + seats;
        }
    }

    /** In seat order; empty until the show is published. */
    List<Section> sections = List.of();

    long publishedAt;
    int[] held = {};
    int[] sold = {};

    /** Of tickets, by the tickets' own events. */
    int ticketsSold;

    BigDecimal soldByTickets = BigDecimal.ZERO;

    /** Of tickets, by the bookings' events. */
    int ticketsBooked;

    /** Taken from buyers and not on its way back. */
    BigDecimal captured = BigDecimal.ZERO;

    /** Authorised for sold tickets and not taken yet. */
    BigDecimal owed = BigDecimal.ZERO;

    /** On its way back while the tickets are still the buyer's. */
    BigDecimal returning = BigDecimal.ZERO;

    void publish(long position, List<Section> published) {
        publishedAt = position;
        sections = published;
        held = new int[published.size()];
        sold = new int[published.size()];
    }

    /** The index of the section with this seat; -1 if there is none for sale. */
    int sectionOf(int seat) {
        for (int i = 0; i < sections.size(); i++) {
            if (sections.get(i).contains(seat)) {
                return sections.get(i).price() == null ? -1 : i;
            }
        }
        return -1;
    }

    int available(int section) {
        return sections.get(section).price() == null
                ? 0
                : sections.get(section).seats() - held[section] - sold[section];
    }

    /** Whether held + sold + available is the section's capacity, each of them at least 0. */
    boolean isConserved(int section) {
        return held[section] >= 0
                && sold[section] >= 0
                && held[section] + sold[section] <= sections.get(section).seats();
    }

    /** Money captured, to be captured and on its way back is tickets sold less refunds, as their prices say. */
    boolean moneyAddsUp() {
        return soldByTickets.compareTo(captured.add(owed).add(returning)) == 0;
    }
}
