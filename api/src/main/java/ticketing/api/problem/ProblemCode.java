package ticketing.api.problem;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Every code a problem document can have. The same refusal always has the same code, clients branch on it, so a published code never changes its
 * meaning.
 */
public enum ProblemCode {
    VALIDATION_FAILED(
            400, "The request is not valid", "A field or parameter has a value that cannot be; `errors` names each."),
    MALFORMED_JSON(
            400, "The body is not JSON", "The body is missing, is not JSON, or is nested or sized beyond reason."),
    MALFORMED_REQUEST(
            400, "The request is malformed", "The request cannot be understood as HTTP or as one of this API."),
    BAD_SIGNATURE(
            400, "The signature is wrong", "The call is not signed by the one it claims to come from, or is too old."),
    UNAUTHENTICATED(401, "Log in first", "The access token is missing, expired or not one of ours."),
    BAD_CREDENTIALS(
            401,
            "Wrong e-mail or password",
            "No account has this e-mail and this password, or the refresh token is dead."),
    PAYMENT_DECLINED(
            402,
            "The payment was declined",
            "Try another payment method as long as the hold lasts, until the booking's `expiresAt`. `reason` says why."),
    FORBIDDEN(403, "Not allowed", "The account lacks the role for this."),
    ADMISSION_REQUIRED(
            403, "Admission required", "The event has a waiting room; book with the Admission-Token it gives."),
    NOT_FOUND(404, "Nothing here", "There is nothing at this path."),
    EVENT_NOT_FOUND(
            404,
            "No such event",
            "The event does not exist, or is not yours to touch. With `publishedAt` it does, but had no seats before then."),
    VENUE_NOT_FOUND(404, "No such venue", "The venue does not exist, or is not yours to touch."),
    PERFORMER_NOT_FOUND(404, "No such performer", "The performer does not exist, or is not yours to touch."),
    TICKET_NOT_FOUND(
            404,
            "No such ticket",
            "The ticket does not exist, is not of this event, or is not yours. `ticketIds` names which."),
    BOOKING_NOT_FOUND(404, "No such booking", "The booking does not exist, or is not yours."),
    PAYMENT_NOT_FOUND(404, "No such payment", "The payment does not exist, or is not yours."),
    USER_NOT_FOUND(404, "No such user", "The account does not exist."),
    IMAGE_NOT_FOUND(404, "No such image", "The image does not exist."),
    PROJECTION_NOT_FOUND(404, "No such projection", "No read model has this name."),
    WEBHOOK_NOT_FOUND(404, "No such webhook", "The webhook does not exist."),
    METHOD_NOT_ALLOWED(
            405,
            "Method not allowed",
            "The path exists, but not with this method; the Allow header lists those it has."),
    NOT_ACCEPTABLE(406, "Not acceptable", "None of the media types in Accept can be given."),
    EMAIL_TAKEN(409, "E-mail taken", "There already is an account with this e-mail."),
    SEAT_TAKEN(
            409,
            "Seat taken",
            "Somebody else was faster. `ticketIds` lists the tickets that are gone; none was reserved."),
    NOT_ON_SALE(
            409, "Not on sale", "Tickets of this event cannot be booked now. `onSaleAt` says when they can, if known."),
    BOOKING_CLOSED(409, "Booking closed", "This is not possible where the booking stands. `bookingStatus` says where."),
    EVENT_NOT_EDITABLE(409, "Event not editable", "The event is not in a state in which this change is possible."),
    PAYMENT_IN_PROGRESS(409, "Payment in progress", "A payment for this booking is under way; ask again in a moment."),
    ALREADY_CHECKED_IN(409, "Already checked in", "The ticket has been used."),
    LAST_ADMIN(409, "The last administrator", "Somebody has to keep the role ADMIN."),
    REPLAY_RUNNING(
            409, "Replay running", "A replay of this read model has not ended yet. `replay` says how far it is."),
    IDEMPOTENCY_KEY_IN_FLIGHT(
            409, "Still running", "A request with this Idempotency-Key is still running; ask again in a moment."),
    CONFLICT(409, "Conflict", "The request does not fit the current state."),
    HOLD_EXPIRED(410, "Hold expired", "The hold has ended; the seats are free again."),
    PRECONDITION_FAILED(412, "Precondition failed", "What you refer to has changed meanwhile."),
    BODY_TOO_LARGE(413, "Body too large", "The body is larger than this path takes."),
    UNSUPPORTED_MEDIA_TYPE(415, "Unsupported media type", "The body's Content-Type is not one this path takes."),
    TOO_MANY_TICKETS(
            422, "Too many tickets", "More tickets than one booking may have. `limit` says how many are possible."),
    IDEMPOTENCY_KEY_REUSED(
            422, "Idempotency key reused", "This Idempotency-Key came before with another request; use a new key."),
    RATE_LIMITED(429, "Too many requests", "Wait as long as Retry-After says."),
    INTERNAL_ERROR(500, "A fault of ours", "Something broke; `reference` finds it in our log."),
    OVERLOADED(
            503,
            "Overloaded",
            "More is asked than can be done at once, and nothing was changed; try again after Retry-After."),
    UNAVAILABLE(503, "Busy", "The service cannot answer now; try again shortly."),
    OUTCOME_UNKNOWN(
            504,
            "Outcome unknown",
            "No answer in time, and the request may still succeed: repeat it with the same Idempotency-Key.");

    /** Agreed on for what is not built yet. Whoever builds it takes its code out of here. */
    private static final Set<ProblemCode> RESERVED = EnumSet.of(BAD_SIGNATURE, ADMISSION_REQUIRED, ALREADY_CHECKED_IN);

    private static final Map<String, ProblemCode> BY_CODE =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(ProblemCode::code, Function.identity()));

    private final String code;
    private final int status;
    private final String title;
    private final String meaning;

    ProblemCode(int status, String title, String meaning) {
        this.code = name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        this.status = status;
        this.title = title;
        this.meaning = meaning;
    }

    /** As clients see it, for example {@code seat-taken}. */
    public String code() {
        return code;
    }

    /** The HTTP status it always comes with. */
    public int status() {
        return status;
    }

    /** A few words for a person, the same every time. */
    public String title() {
        return title;
    }

    /** What it means and what a client can do about it. */
    public String meaning() {
        return meaning;
    }

    /** Whether nothing gives it yet. */
    public boolean isReserved() {
        return RESERVED.contains(this);
    }

    /** The {@code type} of the problem document: where its meaning can be read. */
    public String type() {
        return "/problems/" + code;
    }

    static Optional<ProblemCode> of(String code) {
        return Optional.ofNullable(BY_CODE.get(code));
    }

    /** The nearest code for a status that something other than our own code has chosen. */
    static ProblemCode ofStatus(int status) {
        return switch (status) {
            case 401 -> UNAUTHENTICATED;
            case 403 -> FORBIDDEN;
            case 404 -> NOT_FOUND;
            case 405 -> METHOD_NOT_ALLOWED;
            case 406 -> NOT_ACCEPTABLE;
            case 409 -> CONFLICT;
            case 412 -> PRECONDITION_FAILED;
            case 413 -> BODY_TOO_LARGE;
            case 415 -> UNSUPPORTED_MEDIA_TYPE;
            case 429 -> RATE_LIMITED;
            case 503 -> UNAVAILABLE;
            case 504 -> OUTCOME_UNKNOWN;
            default -> status >= 400 && status < 500 ? MALFORMED_REQUEST : INTERNAL_ERROR;
        };
    }
}
