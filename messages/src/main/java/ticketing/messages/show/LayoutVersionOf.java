package ticketing.messages.show;

import org.jspecify.annotations.Nullable;
import ticketing.messages.UserId;

/**
 * Asks which version the drawing of a show's seats has; answered with {@link LayoutVersion} or nothing, without drawing anything. A draft exists only
 * for its organizer.
 *
 * @param viewer who asks, if known
 * @param seesDrafts whether the viewer may see everybody's drafts
 */
public record LayoutVersionOf(ShowId showId, @Nullable UserId viewer, boolean seesDrafts) {

    /**
     * @param layoutVersion that of {@link SeatLayoutOf.Layout}
     * @param published whether it stays so for ever, because the show has been published
     */
    public record LayoutVersion(String layoutVersion, boolean published) {}
}
