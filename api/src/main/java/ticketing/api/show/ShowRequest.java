package ticketing.api.show;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import ticketing.api.problem.Problem;
import ticketing.api.problem.ProblemCode;
import ticketing.messages.Identifier;
import ticketing.messages.Money;
import ticketing.messages.performer.PerformerId;
import ticketing.messages.show.ShowDetails;
import ticketing.messages.show.ShowType;
import ticketing.messages.venue.VenueId;

/** What an organizer tells of an event. */
record ShowRequest(
        @NotBlank @Size(max = 200) String name,
        @Nullable @Size(max = 10_000) String description,
        @NotNull ShowType type,
        @NotNull VenueId venueId,
        @Nullable @Size(max = 50) List<@NotNull PerformerId> performerIds,
        @NotNull Instant startsAt,
        @Nullable Instant endsAt,
        @Nullable Instant onSaleAt,
        @NotEmpty @Size(max = 1_000) Map<@NotBlank @Size(max = 40) String, @NotNull Money> prices,
        @Nullable @Min(1) @Max(3600) Integer holdSeconds,
        @Nullable @Min(1) @Max(ShowDetails.MOST_TICKETS) Integer maxTicketsPerBooking,
        @Nullable @Size(max = 20) List<@NotNull @Size(max = 80) String> imageIds) {

    /** Nobody sells tickets for later than this, and databases end not far behind it. */
    private static final Instant LATEST = Instant.parse("9999-01-01T00:00:00Z");

    /**
     * The rules over more than one field.
     *
     * @throws Problem 400 naming the field
     */
    ShowDetails details() {
        if (!startsAt.isBefore(LATEST)) {
            throw Problem.invalid("startsAt", "must be before the year 9999");
        }
        if (endsAt != null && (!endsAt.isAfter(startsAt) || !endsAt.isBefore(LATEST))) {
            throw Problem.invalid("endsAt", "must be after startsAt");
        }
        Instant saleEnd = endsAt == null ? startsAt : endsAt;
        if (onSaleAt != null && (!onSaleAt.isBefore(saleEnd) || onSaleAt.isBefore(Instant.EPOCH))) {
            throw Problem.invalid("onSaleAt", "must be before the event is over");
        }
        if (prices.values().stream().map(Money::currency).distinct().count() > 1) {
            throw Problem.invalid("prices", "must all have the same currency");
        }
        List<PerformerId> performers = performerIds == null ? List.of() : performerIds;
        if (performers.stream().distinct().count() < performers.size()) {
            throw Problem.invalid("performerIds", "must not name a performer twice");
        }
        int most = maxTicketsPerBooking == null ? ShowDetails.DEFAULT_MAX_TICKETS : maxTicketsPerBooking;
        prices.forEach((section, price) -> checkPrice(section, price, most));
        List<String> images = imageIds == null ? List.of() : imageIds;
        if (!images.stream().allMatch(Identifier::isWellFormed)) {
            throw Problem.invalid("imageIds", "must be images' identifiers");
        }
        if (!images.isEmpty()) {
            // Nobody can have stored one yet, so each of them would be a dead link.
            throw new Problem(ProblemCode.IMAGE_NOT_FOUND, "There is no such image.").with("imageIds", images);
        }
        return new ShowDetails(
                name.strip(),
                description == null ? "" : description,
                type,
                performers,
                startsAt,
                endsAt,
                onSaleAt,
                holdSeconds == null ? ShowDetails.DEFAULT_HOLD_SECONDS : holdSeconds,
                most,
                images);
    }

    private static void checkPrice(String section, Money price, int most) {
        if (Currency.getInstance(price.currency()).getDefaultFractionDigits() < 0) {
            throw Problem.invalid("prices." + section + ".currency", "must be a currency that can be paid in");
        }
        if (price.amount().multiply(BigDecimal.valueOf(most)).compareTo(Money.LARGEST) >= 0) {
            throw Problem.invalid(
                    "prices." + section + ".amount",
                    "must be so low that " + most + " tickets cost less than " + Money.LARGEST.toPlainString());
        }
    }
}
