package ticketing.command.show;

import ticketing.command.PolicyScope;
import ticketing.messages.StoredAs;
import ticketing.messages.show.ShowId;

/** The deadline after a show was cancelled: its bookings are to be ended. */
@StoredAs("deadline.ShowCancellation")
public record ShowCancellation(ShowId showId) {
    public static final String DEADLINE = "show-cancelled";
    public static final PolicyScope SCOPE = new PolicyScope("show-cancellation");
}
