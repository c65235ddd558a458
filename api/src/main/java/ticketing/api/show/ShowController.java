package ticketing.api.show;

import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.time.Clock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.ServletWebRequest;
import ticketing.api.Cacheable;
import ticketing.api.Dispatch;
import ticketing.api.Visibility;
import ticketing.api.id.NewId;
import ticketing.api.prepared.Prepared;
import ticketing.api.problem.Problem;
import ticketing.api.problem.ProblemCode;
import ticketing.api.security.Caller;
import ticketing.api.security.Role;
import ticketing.messages.UserId;
import ticketing.messages.show.LayoutVersionOf;
import ticketing.messages.show.LayoutVersionOf.LayoutVersion;
import ticketing.messages.show.SeatLayoutOf;
import ticketing.messages.show.ShowCommand.CancelShow;
import ticketing.messages.show.ShowCommand.DraftShow;
import ticketing.messages.show.ShowCommand.PublishShow;
import ticketing.messages.show.ShowCommand.ReviseShow;
import ticketing.messages.show.ShowDetails;
import ticketing.messages.show.ShowId;
import ticketing.messages.show.ShowOf;
import ticketing.messages.show.ShowOf.Show;
import ticketing.messages.show.ShowStatus;
import ticketing.messages.ticket.TicketStatus;
import ticketing.messages.ticket.TicketsOf;
import tools.jackson.core.exc.JacksonIOException;

/** Events: organizers write them, everybody reads them once they are published. */
@RestController
@RequestMapping("/v1/events")
class ShowController {

    private static final Logger LOG = LoggerFactory.getLogger(ShowController.class);

    private static final String CATALOGUE = "catalogue";
    private static final String SEATS = "seat-view";

    private final Dispatch dispatch;
    private final Visibility visibility;
    private final Cacheable cacheable;
    private final PreparedShows shows;
    private final Drawings drawings;
    private final Clock clock;

    ShowController(
            Dispatch dispatch,
            Visibility visibility,
            Cacheable cacheable,
            PreparedShows shows,
            Drawings drawings,
            Clock clock) {
        this.dispatch = dispatch;
        this.visibility = visibility;
        this.cacheable = cacheable;
        this.shows = shows;
        this.drawings = drawings;
        this.clock = clock;
    }

    @PostMapping
    ResponseEntity<Show> draft(@RequestBody @Valid ShowRequest request, Caller caller) {
        caller.requireAny(Role.ORGANIZER, Role.ADMIN);
        ShowDetails details = request.details();
        requireFuture(details);
        ShowId id = new ShowId(NewId.next());
        dispatch.send(new DraftShow(id, caller.id(), request.venueId(), details, request.prices()));
        return ResponseEntity.created(URI.create("/v1/events/" + id)).body(written(id, caller, CATALOGUE));
    }

    @PutMapping("/{id}")
    Show revise(@PathVariable ShowId id, @RequestBody @Valid ShowRequest request, Caller caller) {
        caller.requireAny(Role.ORGANIZER, Role.ADMIN);
        ShowDetails details = request.details();
        Show present = find(id, caller);
        // An event that has begun may still be described better, but none may be moved into the past.
        if (!details.startsAt().equals(present.startsAt())) {
            requireFuture(details);
        }
        dispatch.send(new ReviseShow(id, caller.id(), caller.isAdmin(), request.venueId(), details, request.prices()));
        return written(id, caller, CATALOGUE);
    }

    @PostMapping("/{id}/publish")
    Show publish(@PathVariable ShowId id, Caller caller) {
        caller.requireAny(Role.ORGANIZER, Role.ADMIN);
        dispatch.send(new PublishShow(id, caller.id(), caller.isAdmin()));
        return written(id, caller, CATALOGUE, SEATS);
    }

    @PostMapping("/{id}/cancel")
    Show cancel(@PathVariable ShowId id, Caller caller) {
        caller.requireAny(Role.ORGANIZER, Role.ADMIN);
        dispatch.send(new CancelShow(id, caller.id(), caller.isAdmin()));
        return written(id, caller, CATALOGUE, SEATS);
    }

    /** @param include {@code tickets} adds the event's tickets */
    @GetMapping(path = "/{id}", produces = MediaType.APPLICATION_JSON_VALUE)
    @ApiResponse(
            responseCode = "200",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            schema = @Schema(implementation = Show.class)))
    @Nullable
    ResponseEntity<Show> get(
            @PathVariable ShowId id,
            @RequestParam @Nullable String include,
            @Nullable Caller caller,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        if (include != null && !include.equals("tickets")) {
            throw Problem.invalid("include", "can only be tickets");
        }
        if (caller == null && include == null) {
            Prepared prepared = prepared(id);
            prepared.write(request, response);
            return null;
        }
        Show show = dispatch.ask(new ShowOf(id, idOf(caller), isAdmin(caller), include != null), Show.class)
                .orElseThrow(ShowController::notFound);
        return show.status() == ShowStatus.DRAFT ? cacheable.secret(show) : cacheable.changing(show, caller);
    }

    private Prepared prepared(ShowId id) {
        Prepared prepared = shows.of(id);
        if (prepared == null) {
            throw notFound();
        }
        return prepared;
    }

    /** @param section only of the section of this name */
    @GetMapping("/{id}/tickets")
    ResponseEntity<TicketsOf.Tickets> tickets(
            @PathVariable ShowId id,
            @RequestParam @Nullable String section,
            @RequestParam @Nullable TicketStatus status,
            @Nullable Caller caller) {
        if (section != null) {
            TextParameter.check("section", section);
        }
        TicketsOf query = new TicketsOf(id, idOf(caller), isAdmin(caller), section, status);
        TicketsOf.Tickets tickets = dispatch.ask(query, TicketsOf.Tickets.class).orElseThrow(ShowController::notFound);
        if (section != null && tickets.tickets().isEmpty()) {
            requireSection(id, section, caller);
        }
        return cacheable.changing(tickets, caller);
    }

    private void requireSection(ShowId id, String section, @Nullable Caller caller) {
        Show show = dispatch.ask(new ShowOf(id, idOf(caller), isAdmin(caller), false), Show.class)
                .orElseThrow(ShowController::notFound);
        if (show.sections().stream().noneMatch(one -> one.name().equals(section))) {
            throw Problem.invalid("section", "is not a section of this event");
        }
    }

    /** Where the seats are. It changes only with its version, so clients keep it; which seats are free, the availability tells. */
    @GetMapping("/{id}/seats")
    @ApiResponse(
            responseCode = "200",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            schema = @Schema(implementation = SeatLayoutOf.Layout.class)))
    void seats(
            @PathVariable ShowId id,
            @Nullable Caller caller,
            HttpServletRequest request,
            HttpServletResponse response) {
        LayoutVersion version = dispatch.ask(
                        new LayoutVersionOf(id, idOf(caller), isAdmin(caller)), LayoutVersion.class)
                .orElseThrow(ShowController::notFound);
        // A draft's seats may still change and are nobody else's business; those of a published event a stranger can
        // ask for too.
        String control = version.published() ? Drawings.FOR_EVERYBODY : "no-cache, private";
        if (!version.published()) {
            response.addHeader(HttpHeaders.VARY, HttpHeaders.AUTHORIZATION);
            if (new ServletWebRequest(request, response).checkNotModified('"' + version.layoutVersion() + '"')) {
                response.setHeader(HttpHeaders.CACHE_CONTROL, control);
                return;
            }
        }
        // Only once there is a drawing: a refusal is not to be kept for a day.
        Drawings.Target target = new Drawings.Target() {
            @Override
            public OutputStream open() throws IOException {
                response.setHeader(HttpHeaders.CACHE_CONTROL, control);
                response.setContentType(MediaType.APPLICATION_JSON_VALUE);
                if (version.published()) {
                    response.addHeader(HttpHeaders.VARY, HttpHeaders.AUTHORIZATION);
                    response.setHeader(HttpHeaders.ETAG, '"' + version.layoutVersion() + '"');
                }
                return response.getOutputStream();
            }

            @Override
            public void send(Prepared drawing) throws IOException {
                drawing.write(request, response);
            }
        };
        Supplier<SeatLayoutOf.Layout> draw =
                () -> dispatch.ask(new SeatLayoutOf(id, idOf(caller), isAdmin(caller)), SeatLayoutOf.Layout.class)
                        .orElseThrow(ShowController::notFound);
        try {
            if (version.published()) {
                drawings.write(id, version.layoutVersion(), draw, target);
            } else {
                drawings.writeOnce(draw, target);
            }
        } catch (IOException | JacksonIOException e) {
            LOG.debug("A client that asked for seats went away", e);
        }
    }

    private void requireFuture(ShowDetails details) {
        if (!details.startsAt().isAfter(clock.instant())) {
            throw Problem.invalid("startsAt", "must be in the future");
        }
    }

    private Show find(ShowId id, Caller caller) {
        return dispatch.ask(new ShowOf(id, caller.id(), caller.isAdmin(), false), Show.class)
                .orElseThrow(ShowController::notFound);
    }

    private Show written(ShowId id, Caller caller, String... readModels) {
        return visibility.written(
                "eventId",
                id,
                () -> dispatch.ask(new ShowOf(id, caller.id(), caller.isAdmin(), false), Show.class),
                readModels);
    }

    private static Problem notFound() {
        return new Problem(ProblemCode.EVENT_NOT_FOUND, "There is no such event.");
    }

    private static @Nullable UserId idOf(@Nullable Caller caller) {
        return caller == null ? null : caller.id();
    }

    private static boolean isAdmin(@Nullable Caller caller) {
        return caller != null && caller.isAdmin();
    }
}
