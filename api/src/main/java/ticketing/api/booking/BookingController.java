package ticketing.api.booking;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import ticketing.api.Dispatch;
import ticketing.api.Visibility;
import ticketing.api.booking.BookingRequest.Confirmation;
import ticketing.api.idempotency.Idempotency;
import ticketing.api.problem.Problem;
import ticketing.api.problem.ProblemCode;
import ticketing.api.security.Caller;
import ticketing.api.security.Role;
import ticketing.messages.booking.BookingCommand.PayBooking;
import ticketing.messages.booking.BookingCommand.RefundBooking;
import ticketing.messages.booking.BookingCommand.ReleaseBooking;
import ticketing.messages.booking.BookingId;
import ticketing.messages.booking.BookingOf;
import ticketing.messages.booking.BookingOf.Booking;
import ticketing.messages.booking.BookingStatus;
import ticketing.messages.booking.BookingsOf;
import ticketing.messages.booking.Payment;
import ticketing.messages.booking.Reserved;
import ticketing.messages.payment.PaymentStatus;

/** Holding, paying, giving back. Every answer is what the next read says too. */
@RestController
@RequestMapping("/v1/bookings")
class BookingController {

    private static final String[] READ_MODELS = {"booking-view", "seat-view"};

    private final Dispatch dispatch;
    private final Visibility visibility;
    private final Reservations reservations;
    private final Idempotency idempotency;

    BookingController(Dispatch dispatch, Visibility visibility, Reservations reservations, Idempotency idempotency) {
        this.dispatch = dispatch;
        this.visibility = visibility;
        this.reservations = reservations;
        this.idempotency = idempotency;
    }

    /** Holds all of the seats or none. */
    @PostMapping
    ResponseEntity<?> reserve(
            @RequestBody BookingRequest request,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key,
            Caller caller) {
        caller.requireAny(Role.CUSTOMER);
        return idempotency.once(caller, key, request, name -> {
            Reserved reserved = reservations.reserve(caller.id(), name, request);
            Booking booking = written(reserved.bookingId(), caller);
            return ResponseEntity.created(URI.create("/v1/bookings/" + reserved.bookingId()))
                    .cacheControl(CacheControl.noStore())
                    .body(booking);
        });
    }

    @GetMapping("/{id}")
    ResponseEntity<Booking> get(@PathVariable String id, Caller caller) {
        return mine(read(Reservations.booking(id), caller));
    }

    /** My bookings, the latest first. */
    @GetMapping
    ResponseEntity<BookingsOf.Page> list(
            @RequestParam @Nullable String cursor, @RequestParam(defaultValue = "20") int limit, Caller caller) {
        return mine(dispatch.ask(Pages.bookings(caller.id(), cursor, limit), BookingsOf.Page.class)
                .orElseThrow());
    }

    /** Gives the hold back: the seats are free at once. */
    @DeleteMapping("/{id}")
    ResponseEntity<Void> release(@PathVariable String id, Caller caller) {
        BookingId bookingId = Reservations.booking(id);
        dispatch.send(new ReleaseBooking(bookingId, caller.id()));
        visibility.await("bookingId", bookingId, READ_MODELS);
        return ResponseEntity.noContent().build();
    }

    /** Pays and confirms; saying it twice charges once. 202 while the buyer has to do something at the bank. */
    @PutMapping("/{id}/confirm")
    ResponseEntity<?> confirm(
            @PathVariable String id,
            @RequestBody Confirmation request,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key,
            Caller caller) {
        BookingId bookingId = Reservations.booking(id);
        String method = request.paymentMethod();
        if (method == null || method.isBlank() || method.length() > 255) {
            throw Problem.invalid("paymentMethod", "is needed");
        }
        return idempotency.once(caller, key, request, () -> {
            Payment payment = dispatch.pay(new PayBooking(bookingId, caller.id(), method), Payment.class);
            return ResponseEntity.status(
                            payment.status() == PaymentStatus.REQUIRES_ACTION ? HttpStatus.ACCEPTED : HttpStatus.OK)
                    .cacheControl(CacheControl.noStore())
                    .body(written(bookingId, caller));
        });
    }

    /** Takes a sold booking back: the buyer gets the money, the seats are free again. */
    @PostMapping("/{id}/refund")
    ResponseEntity<?> refund(
            @PathVariable String id,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key,
            Caller caller) {
        caller.requireAny(Role.ORGANIZER, Role.ADMIN);
        BookingId bookingId = Reservations.booking(id);
        return idempotency.once(caller, key, "", () -> {
            dispatch.pay(new RefundBooking(bookingId, caller.isAdmin() ? null : caller.id()));
            visibility.await("bookingId", bookingId, READ_MODELS);
            return ResponseEntity.ok(new Refunded(bookingId, BookingStatus.REFUNDED));
        });
    }

    private Booking written(BookingId id, Caller caller) {
        return visibility.written(
                "bookingId", id, () -> dispatch.ask(new BookingOf(id, caller.id()), Booking.class), READ_MODELS);
    }

    private Booking read(BookingId id, Caller caller) {
        return dispatch.ask(new BookingOf(id, caller.id()), Booking.class)
                .orElseThrow(() -> new Problem(ProblemCode.BOOKING_NOT_FOUND, "There is no such booking."));
    }

    private static <T> ResponseEntity<T> mine(T body) {
        return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(body);
    }
}
