package ticketing.api.problem;

import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.Path;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.axonframework.commandhandling.CommandExecutionException;
import org.axonframework.commandhandling.NoHandlerForCommandException;
import org.axonframework.common.AxonTransientException;
import org.axonframework.eventsourcing.eventstore.EventStoreException;
import org.axonframework.modelling.command.AggregateStreamCreationException;
import org.axonframework.queryhandling.NoHandlerForQueryException;
import org.axonframework.queryhandling.QueryExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.TypeMismatchException;
import org.springframework.core.MethodParameter;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.validation.BindingResult;
import org.springframework.validation.method.MethodValidationResult;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.MissingRequestHeaderException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.ServletRequestBindingException;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.multipart.MaxUploadSizeExceededException;
import org.springframework.web.multipart.support.MissingServletRequestPartException;
import org.springframework.web.servlet.NoHandlerFoundException;
import org.springframework.web.servlet.resource.NoResourceFoundException;
import ticketing.api.problem.Problem.FieldError;
import ticketing.messages.Rejected;
import ticketing.messages.Rejection;
import ticketing.messages.booking.BookingId;
import ticketing.messages.payment.PaymentId;
import ticketing.messages.performer.PerformerId;
import ticketing.messages.show.ShowId;
import ticketing.messages.ticket.TicketId;
import ticketing.messages.venue.VenueId;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.InvalidNullException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.exc.ValueInstantiationException;

/** What each throwable is to a client. Whatever is not known here is a fault of ours. */
final class Translation {

    private static final Logger log = LoggerFactory.getLogger(Translation.class);

    /** How far a chain of causes is followed; futures and gateways wrap a few times, never this often. */
    private static final int CAUSES = 12;

    Problem of(Throwable thrown) {
        Throwable cause = thrown;
        for (int depth = 0; cause != null && depth < CAUSES; depth++, cause = cause.getCause()) {
            Problem problem = known(cause);
            if (problem != null) {
                if (problem.code().status() >= 500) {
                    log.warn("{}: {}", problem.code().code(), cause.toString());
                }
                return problem;
            }
        }
        String reference = UUID.randomUUID().toString();
        log.error("internal-error {}", reference, thrown);
        return new Problem(
                        ProblemCode.INTERNAL_ERROR, "Something broke on our side; it is logged as " + reference + ".")
                .with("reference", reference);
    }

    private static @Nullable Problem known(Throwable thrown) {
        return switch (thrown) {
            case Problem problem -> problem;
            case Rejected rejected -> of(rejected.rejection());
            case CommandExecutionException e
            when e.getDetails().orElse(null) instanceof Rejection rejection -> of(rejection);
            case QueryExecutionException e
            when e.getDetails().orElse(null) instanceof Rejection rejection -> of(rejection);
            case NoHandlerForCommandException _, NoHandlerForQueryException _ ->
                unavailable("Nobody is there to do this now; try again shortly.");
            case TimeoutException _ ->
                new Problem(
                        ProblemCode.OUTCOME_UNKNOWN,
                        "No answer in time, and the request may still succeed: repeat it with the same Idempotency-Key.");
            // Locks that were not to be had, lost races beyond the retries, a full queue of the event store: nothing
            // has happened.
            case AxonTransientException _, AggregateStreamCreationException _ ->
                new Problem(ProblemCode.OVERLOADED, "Too many at once; nothing was changed. Try again shortly.")
                        .withHeader("Retry-After", "1");
            case EventStoreException _ ->
                new Problem(
                        ProblemCode.OUTCOME_UNKNOWN,
                        "The event store did not answer, and the request may have succeeded: repeat it with the same Idempotency-Key.");
            case OptimisticLockingFailureException _ ->
                new Problem(
                        ProblemCode.CONFLICT,
                        "Somebody else changed this at the same moment; read it again and repeat.");
            case InvalidParameterException e -> ofParameters(e);
            case HttpMessageNotReadableException e -> ofUnreadable(e);
            case MethodArgumentTypeMismatchException e -> ofArgument(e);
            case TypeMismatchException e ->
                Problem.invalid(e.getPropertyName() == null ? "" : e.getPropertyName(), mustBe(e.getRequiredType()));
            case MissingServletRequestParameterException e -> Problem.invalid(e.getParameterName(), "is missing");
            case MissingRequestHeaderException e -> Problem.invalid(e.getHeaderName(), "is missing");
            case MissingServletRequestPartException e -> Problem.invalid(e.getRequestPartName(), "is missing");
            case ServletRequestBindingException _ ->
                new Problem(ProblemCode.MALFORMED_REQUEST, "A parameter is missing.");
            case BindingResult e -> ofBinding(e);
            case MethodValidationResult e -> ofValidation(e);
            case ConstraintViolationException e -> ofViolations(e.getConstraintViolations());
            case NoResourceFoundException _, NoHandlerFoundException _ ->
                new Problem(ProblemCode.NOT_FOUND, "There is nothing at this path.");
            case HttpRequestMethodNotSupportedException e -> ofMethod(e);
            case HttpMediaTypeNotAcceptableException e ->
                new Problem(
                        ProblemCode.NOT_ACCEPTABLE,
                        e.getSupportedMediaTypes().isEmpty()
                                ? "The Accept header is not a list of media types."
                                : "This path gives " + MediaType.toString(e.getSupportedMediaTypes()) + ".");
            case HttpMediaTypeNotSupportedException e ->
                new Problem(
                                ProblemCode.UNSUPPORTED_MEDIA_TYPE,
                                e.getSupportedMediaTypes().isEmpty()
                                        ? "The Content-Type header is not a media type."
                                        : "This path takes " + MediaType.toString(e.getSupportedMediaTypes()) + ".")
                        .withHeader("Accept", MediaType.toString(e.getSupportedMediaTypes()));
            case MaxUploadSizeExceededException _ ->
                new Problem(ProblemCode.BODY_TOO_LARGE, "The upload is too large.");
            case AuthenticationException _ -> unauthenticated();
            case AccessDeniedException _ -> isAnonymous() ? unauthenticated() : forbidden();
            case SQLTransientConnectionException _, RejectedExecutionException _ ->
                unavailable("The service is busy; try again shortly.");
            case SQLException e -> ofDatabase(e);
            case ErrorResponse e -> ofStatus(e.getStatusCode().value());
            default -> null;
        };
    }

    /** Exhaustive on purpose, without a default: a new refusal does not compile before it has its code. */
    static Problem of(Rejection rejection) {
        String message = rejection.message();
        return switch (rejection) {
            case Rejection.Invalid r -> Problem.wrong(r.field(), r.message());
            case Rejection.VenueNotFound _ -> new Problem(ProblemCode.VENUE_NOT_FOUND, message);
            case Rejection.PerformerNotFound _ -> new Problem(ProblemCode.PERFORMER_NOT_FOUND, message);
            case Rejection.ShowNotFound _ -> new Problem(ProblemCode.EVENT_NOT_FOUND, message);
            case Rejection.ShowNotPublishedThen r -> {
                Problem problem = new Problem(ProblemCode.EVENT_NOT_FOUND, message);
                yield r.publishedAt() == null ? problem : problem.with("publishedAt", r.publishedAt());
            }
            case Rejection.TicketNotFound r ->
                new Problem(ProblemCode.TICKET_NOT_FOUND, message).with("ticketIds", r.ticketIds());
            case Rejection.BookingDiffers _ ->
                new Problem(ProblemCode.IDEMPOTENCY_KEY_REUSED, ProblemCode.IDEMPOTENCY_KEY_REUSED.meaning());
            case Rejection.BookingNotFound _ -> new Problem(ProblemCode.BOOKING_NOT_FOUND, message);
            case Rejection.ShowNotEditable r ->
                new Problem(ProblemCode.EVENT_NOT_EDITABLE, message).with("eventStatus", r.status());
            case Rejection.NotOnSale r -> {
                Problem problem = new Problem(ProblemCode.NOT_ON_SALE, message);
                yield r.onSaleAt() == null ? problem : problem.with("onSaleAt", r.onSaleAt());
            }
            case Rejection.SeatTaken r -> new Problem(ProblemCode.SEAT_TAKEN, message).with("ticketIds", r.ticketIds());
            case Rejection.TooManyTickets r ->
                new Problem(ProblemCode.TOO_MANY_TICKETS, message).with("limit", r.limit());
            case Rejection.HoldExpired _ -> new Problem(ProblemCode.HOLD_EXPIRED, message);
            case Rejection.BookingClosed r ->
                new Problem(ProblemCode.BOOKING_CLOSED, message).with("bookingStatus", r.status());
            case Rejection.PaymentDeclined r ->
                new Problem(ProblemCode.PAYMENT_DECLINED, message).with("reason", r.reason());
            case Rejection.PaymentInProgress _ ->
                new Problem(ProblemCode.PAYMENT_IN_PROGRESS, message).withHeader("Retry-After", "1");
            case Rejection.PaymentNotFound _ -> new Problem(ProblemCode.PAYMENT_NOT_FOUND, message);
        };
    }

    /** For a status that something other than our own code has chosen, such as the servlet container. */
    static Problem ofStatus(int status) {
        ProblemCode code = ProblemCode.ofStatus(status);
        return switch (code) {
            case UNAUTHENTICATED -> unauthenticated();
            case UNAVAILABLE -> unavailable(code.meaning());
            default -> new Problem(code, code.meaning());
        };
    }

    static Problem unauthenticated() {
        return new Problem(ProblemCode.UNAUTHENTICATED, "A valid access token is needed: Authorization: Bearer …")
                .withHeader("WWW-Authenticate", "Bearer");
    }

    static Problem forbidden() {
        return new Problem(ProblemCode.FORBIDDEN, "Your account does not have the role for this.");
    }

    /** Tomcat reads parameters when somebody first asks for one, and throws this in the middle of whatever that was doing. */
    private static Problem ofParameters(InvalidParameterException e) {
        return e.getErrorCode() == ProblemCode.MALFORMED_REQUEST.status()
                ? new Problem(
                        ProblemCode.MALFORMED_REQUEST,
                        "The parameters cannot be read: a percent sign begins two hexadecimal digits, and the text is UTF-8.")
                : ofStatus(e.getErrorCode());
    }

    private static Problem unavailable(String detail) {
        return new Problem(ProblemCode.UNAVAILABLE, detail).withHeader("Retry-After", "1");
    }

    private static boolean isAnonymous() {
        Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
        return authentication == null || authentication instanceof AnonymousAuthenticationToken;
    }

    private static Problem ofMethod(HttpRequestMethodNotSupportedException e) {
        Problem problem =
                new Problem(ProblemCode.METHOD_NOT_ALLOWED, "This path does not take " + plain(e.getMethod()) + ".");
        Set<HttpMethod> allowed = e.getSupportedHttpMethods();
        return allowed == null
                ? problem
                : problem.withHeader(
                        "Allow", allowed.stream().map(HttpMethod::name).sorted().collect(Collectors.joining(", ")));
    }

    /** An identifier in the path that cannot be one names nothing, which is a 404; anything else that does not parse is a 400. */
    private static Problem ofArgument(MethodArgumentTypeMismatchException e) {
        Class<?> type = e.getRequiredType();
        MethodParameter parameter = e.getParameter();
        if (type != null && parameter.hasParameterAnnotation(PathVariable.class)) {
            ProblemCode code = named(type);
            if (code != null) {
                return new Problem(code, code.title() + ".");
            }
        }
        return Problem.invalid(e.getName(), mustBe(type));
    }

    private static @Nullable ProblemCode named(Class<?> type) {
        if (type == ShowId.class) {
            return ProblemCode.EVENT_NOT_FOUND;
        } else if (type == VenueId.class) {
            return ProblemCode.VENUE_NOT_FOUND;
        } else if (type == PerformerId.class) {
            return ProblemCode.PERFORMER_NOT_FOUND;
        } else if (type == TicketId.class) {
            return ProblemCode.TICKET_NOT_FOUND;
        } else if (type == BookingId.class) {
            return ProblemCode.BOOKING_NOT_FOUND;
        } else if (type == PaymentId.class) {
            return ProblemCode.PAYMENT_NOT_FOUND;
        } else if (type == ticketing.messages.UserId.class) {
            return ProblemCode.USER_NOT_FOUND;
        }
        return null;
    }

    private static Problem ofBinding(BindingResult result) {
        List<FieldError> errors = new ArrayList<>();
        result.getFieldErrors()
                .forEach(error -> errors.add(new FieldError(
                        error.getField(),
                        error.isBindingFailure() || error.getDefaultMessage() == null
                                ? "has the wrong form"
                                : error.getDefaultMessage())));
        result.getGlobalErrors()
                .forEach(error -> errors.add(new FieldError(
                        "", error.getDefaultMessage() == null ? "is not valid" : error.getDefaultMessage())));
        return Problem.invalid(errors);
    }

    private static Problem ofValidation(MethodValidationResult result) {
        List<FieldError> errors = new ArrayList<>();
        result.getParameterValidationResults().forEach(parameter -> {
            String name = parameter.getMethodParameter().getParameterName();
            parameter
                    .getResolvableErrors()
                    .forEach(error -> errors.add(new FieldError(
                            error instanceof org.springframework.validation.FieldError field
                                    ? field.getField()
                                    : name == null ? "" : name,
                            error.getDefaultMessage() == null ? "is not valid" : error.getDefaultMessage())));
        });
        return Problem.invalid(errors);
    }

    private static Problem ofViolations(Set<ConstraintViolation<?>> violations) {
        List<FieldError> errors = new ArrayList<>();
        for (ConstraintViolation<?> violation : violations) {
            String last = "";
            for (Path.Node node : violation.getPropertyPath()) {
                last = node.toString();
            }
            errors.add(new FieldError(last, violation.getMessage()));
        }
        return Problem.invalid(errors);
    }

    /** Only what came from the client's body is the client's mistake: a document of ours that Jackson cannot read or write is a fault. */
    private static Problem ofUnreadable(HttpMessageNotReadableException e) {
        JacksonException json = null;
        Throwable cause = e.getCause();
        for (int depth = 0; cause != null && depth < CAUSES; depth++, cause = cause.getCause()) {
            if (cause instanceof Problem problem) {
                return problem; // thrown by the stream under Jackson's hands, which wraps whatever it meets inside a
                // list
            } else if (json == null && cause instanceof JacksonException outermost) {
                json = outermost;
            }
        }
        return json == null
                ? new Problem(ProblemCode.MALFORMED_JSON, "A body is needed, and it has to be JSON.")
                : ofJson(json);
    }

    /** Says where in the document and what was expected, in the client's words; Jackson's own messages name our classes. */
    private static Problem ofJson(JacksonException e) {
        String field = path(e);
        return switch (e) {
            case UnrecognizedPropertyException _ -> Problem.invalid(field, "is not a known field");
            case InvalidNullException _ -> Problem.invalid(field, "must not be null");
            case InvalidFormatException f -> Problem.invalid(field, mustBe(f.getTargetType()));
            case ValueInstantiationException v
            when v.getCause() instanceof IllegalArgumentException reason ->
                Problem.wrong(field, reason.getMessage() == null ? "is not valid" : reason.getMessage());
            case ValueInstantiationException v
            when v.getCause() instanceof NullPointerException -> Problem.invalid(field, "lacks a field");
            case MismatchedInputException m
            when m.getTargetType() != null ->
                field.isEmpty()
                        ? Problem.wrong("", "The body " + mustBe(m.getTargetType()) + ".")
                        : Problem.invalid(field, mustBe(m.getTargetType()));
            case InputCoercionException _ -> Problem.invalid(field, "is out of range");
            case StreamReadException _ ->
                new Problem(ProblemCode.MALFORMED_JSON, "The body is not JSON" + where(e) + ".");
            default ->
                e.getCause() instanceof IllegalArgumentException reason && reason.getMessage() != null
                        ? Problem.wrong(field, reason.getMessage())
                        : field.isEmpty()
                                ? new Problem(
                                        ProblemCode.MALFORMED_JSON,
                                        "The body is not what this path takes" + where(e) + ".")
                                : Problem.invalid(field, "has the wrong form");
        };
    }

    private static String where(JacksonException e) {
        return e.getLocation() == null || e.getLocation().getLineNr() < 1
                ? ""
                : " (line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr() + ")";
    }

    private static String path(JacksonException e) {
        StringBuilder path = new StringBuilder();
        for (JacksonException.Reference reference : e.getPath()) {
            String name = reference.getPropertyName();
            if (name != null) {
                path.append(path.isEmpty() ? "" : ".").append(name);
            } else if (reference.getIndex() >= 0) {
                path.append('[').append(reference.getIndex()).append(']');
            }
            if (path.length() > 200) {
                return path.substring(0, 200);
            }
        }
        return path.toString();
    }

    private static String mustBe(@Nullable Class<?> type) {
        if (type == null) {
            return "has the wrong form";
        } else if (type.isEnum()) {
            return "must be one of "
                    + Arrays.stream(type.getEnumConstants())
                            .map(Object::toString)
                            .collect(Collectors.joining(", "));
        } else if (type == String.class || CharSequence.class.isAssignableFrom(type)) {
            return "must be a text";
        } else if (type == boolean.class || type == Boolean.class) {
            return "must be true or false";
        } else if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
            return "must be a whole number";
        } else if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
            return "must be a number";
        } else if (type == java.time.Instant.class) {
            return "must be an instant such as 2026-01-31T19:30:00Z";
        } else if (type.isArray() || Iterable.class.isAssignableFrom(type)) {
            return "must be a list";
        } else if (type.isRecord() || java.util.Map.class.isAssignableFrom(type)) {
            return ticketing.messages.Identifier.class.isAssignableFrom(type)
                    ? "must be an identifier"
                    : "must be an object";
        }
        return "has the wrong form";
    }

    /** Text that PostgreSQL cannot keep (U+0000) is the client's mistake, and so is nothing else that a database can say. */
    private static @Nullable Problem ofDatabase(SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        if (state.equals("22021")) {
            return Problem.invalid("", "A text has a character that cannot be kept");
        }
        // 08: connection lost, 53: out of resources, 57: cancelled for taking too long, or being shut down,
        // 55P03: a lock was not to be had, 40: rolled back because of others (a lost race, a deadlock).
        return state.startsWith("08")
                        || state.startsWith("53")
                        || state.startsWith("57")
                        || state.equals("55P03")
                        || state.startsWith("40")
                ? unavailable("The service is busy; try again shortly.")
                : null;
    }

    /** What a client sent, fit for a sentence of ours. */
    static String plain(String text) {
        String printable = text.replaceAll("[^\\x21-\\x7E]", "?");
        return printable.length() > 40 ? printable.substring(0, 40) + "…" : printable;
    }
}
