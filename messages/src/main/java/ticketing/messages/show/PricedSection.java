package ticketing.messages.show;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;
import ticketing.messages.Money;

/**
 * A section of a published show.
 *
 * @param firstSeat the index of its first seat in the show's layout
 * @param seats how many seats follow from there
 * @param price absent if the section is not for sale
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PricedSection(
        String name, int firstSeat, int seats, @Nullable Money price) {

    /** Whether the seat with this index lies in the section. */
    public boolean contains(int seat) {
        return seat >= firstSeat && seat < firstSeat + seats;
    }
}
