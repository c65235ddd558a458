package ticketing.analysis.whatif;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import ticketing.analysis.whatif.Recording.Recorded;
import ticketing.messages.Event;
import ticketing.messages.booking.BookingEvent;
import ticketing.messages.booking.BookingEvent.BookingConfirmed;
import ticketing.messages.booking.BookingEvent.BookingExpired;
import ticketing.messages.booking.BookingEvent.BookingRefunded;
import ticketing.messages.booking.BookingEvent.BookingReleased;
import ticketing.messages.booking.BookingEvent.BookingReserved;
import ticketing.messages.booking.BookingEvent.PaymentDeclined;
import ticketing.messages.booking.BookingEvent.PaymentStarted;
import ticketing.messages.booking.BookingId;
import ticketing.messages.show.ShowEvent;
import ticketing.messages.show.ShowEvent.ShowCancelled;
import ticketing.messages.show.ShowEvent.ShowPublished;

/**
 * Who did what when, read off a recording. Tickets' events are left out: they follow.
 *
 * @param show what the organizer did
 * @param buyers what each buyer did, from the reservation on, without what the alarm did; in the order of their reservations
 * @param alarms by booking; there is none for a booking that it has not ended
 * @param stillHeld bookings whose hold had not been ended when the recording was made, with the hold's end
 */
record Script(
        List<Step> show,
        Map<BookingId, List<Step>> buyers,
        Map<BookingId, Alarm> alarms,
        Map<BookingId, Instant> stillHeld) {

    /**
     * The alarm that ended a hold.
     *
     * @param late how long after the hold's end it took its turn
     * @param lag as of a step
     * @param position of the booking's end
     */
    record Alarm(Duration late, Duration lag, long position) {

        /** For a hold that has had none: about as late as alarms are, and later than whoever still waited for a lock when the hold ended. */
        static final Alarm USUAL = new Alarm(Duration.ofSeconds(1), Duration.ZERO, Long.MAX_VALUE);
    }

    static Script of(Recording recording) {
        List<Step> show = new ArrayList<>();
        Map<BookingId, List<Step>> buyers = new LinkedHashMap<>();
        Map<BookingId, Alarm> alarms = new HashMap<>();
        Map<BookingId, Instant> holds = new HashMap<>();
        Map<BookingId, Instant> declinedAndOver = expiredWithTheirDecline(recording);
        Instant due = Instant.MIN;
        for (Recorded recorded : recording.events()) {
            Event event = recorded.event();
            if (!(event instanceof BookingEvent) && !(event instanceof ShowEvent)) {
                continue;
            }
            Instant now = now(recorded, holds, declinedAndOver);
            // Commands wait for one another's locks after they have read the clock: the order is that of the commits.
            due = now.isAfter(due) ? now : due;
            Step step = new Step(due, Duration.between(now, due), recorded.position(), event);
            switch (event) {
                case ShowEvent _ -> show.add(step);
                case BookingReserved e -> {
                    buyers.put(e.bookingId(), new ArrayList<>(List.of(step)));
                    holds.put(e.bookingId(), e.expiresAt());
                }
                case BookingExpired e -> {
                    Instant held = holds.remove(e.bookingId());
                    if (held != null && !declinedAndOver.containsKey(e.bookingId())) {
                        alarms.put(e.bookingId(), new Alarm(Duration.between(held, due), step.lag(), step.position()));
                    }
                }
                case BookingEvent e -> {
                    switch (e) {
                        case PaymentStarted started -> holds.put(e.bookingId(), started.holdUntil());
                        case PaymentDeclined declined -> holds.put(e.bookingId(), declined.holdUntil());
                        case BookingConfirmed _, BookingReleased _ -> holds.remove(e.bookingId());
                        default -> {
                            // The hold goes on, or is over already.
                        }
                    }
                    List<Step> steps = buyers.get(e.bookingId());
                    if (steps != null) {
                        steps.add(step);
                    }
                }
                default -> throw new IllegalStateException("tickets were left out");
            }
        }
        return new Script(show, buyers, alarms, holds);
    }

    /** When the clock was read for the event: as it says itself, else as its message was made. */
    private static Instant now(
            Recorded recorded, Map<BookingId, Instant> holds, Map<BookingId, Instant> declinedAndOver) {
        return switch (recorded.event()) {
            case BookingReserved e -> e.reservedAt();
            case PaymentStarted e -> e.startedAt();
            case BookingConfirmed e -> e.confirmedAt();
            case BookingReleased e -> e.releasedAt();
            case BookingExpired e -> e.expiredAt();
            case BookingRefunded e -> e.refundedAt();
            case ShowPublished e -> e.publishedAt();
            case ShowCancelled e -> e.cancelledAt();
            case PaymentDeclined e -> {
                Instant over = declinedAndOver.get(e.bookingId());
                if (over != null && !over.isBefore(e.holdUntil())) {
                    yield over;
                }
                // It did not end the hold, so it came before the hold's end, whenever its message was made.
                Instant end = holds.getOrDefault(e.bookingId(), Instant.MAX);
                Instant first = e.holdUntil().isBefore(end) ? e.holdUntil() : end;
                yield recorded.at().isBefore(first) ? recorded.at() : first.minusNanos(1);
            }
            default -> recorded.at();
        };
    }

    /** Bookings that ended in the same moment as their last payment was declined, and that moment. */
    private static Map<BookingId, Instant> expiredWithTheirDecline(Recording recording) {
        Map<BookingId, Instant> over = new HashMap<>();
        @Nullable Event before = null;
        for (Recorded recorded : recording.events()) {
            if (recorded.event() instanceof BookingExpired expired
                    && before instanceof PaymentDeclined declined
                    && declined.bookingId().equals(expired.bookingId())
                    && !expired.expiredAt().isBefore(declined.holdUntil())) {
                over.put(expired.bookingId(), expired.expiredAt());
            }
            before = recorded.event();
        }
        return over;
    }
}
