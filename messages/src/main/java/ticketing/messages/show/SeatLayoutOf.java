package ticketing.messages.show;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ticketing.messages.Money;
import ticketing.messages.UserId;
import ticketing.messages.ticket.TicketId;

/**
 * Asks for a drawing of a show's seats; answered with {@link Layout} or nothing. A draft exists only for its organizer.
 *
 * @param viewer who asks, if known
 * @param seesDrafts whether the viewer may see everybody's drafts
 */
public record SeatLayoutOf(ShowId showId, @Nullable UserId viewer, boolean seesDrafts) {

    /**
     * All places in the order of their index, 0 to {@code seatCount} − 1. Coordinates are in seat widths, x to the right, y away from the stage,
     * both from 0.
     *
     * @param layoutVersion two layouts of a show with the same version are equal
     */
    public record Layout(String layoutVersion, int seatCount, List<Section> sections) {}

    /**
     * @param price absent if the section is not for sale
     * @param standing true for a standing area: its places are drawn as one block
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Section(
            String name, @Nullable Money price, @Nullable Boolean standing, List<Row> rows) {}

    /** @param label empty for the one row of a standing area */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Row(String label, double y, @Nullable Boolean standing, List<Seat> seats) {}

    /**
     * @param y only where it differs from the row's: in bent rows and standing areas
     * @param accessible true if a wheelchair user can take it
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Seat(
            String label,
            double x,
            @Nullable Double y,
            @Nullable Boolean accessible,
            TicketId ticketId) {}
}
