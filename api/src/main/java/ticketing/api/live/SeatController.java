package ticketing.api.live;

import io.swagger.v3.oas.annotations.Hidden;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import ticketing.api.Cacheable;
import ticketing.api.limits.Turn;
import ticketing.api.problem.Problem;
import ticketing.api.security.Caller;
import ticketing.api.security.Role;
import ticketing.api.websocket.Handshake;
import ticketing.api.websocket.Writers;
import ticketing.messages.show.ShowId;
import ticketing.projections.seatfeed.Availability;
import ticketing.projections.seatfeed.PastSeats;
import ticketing.projections.seatfeed.ResumePoint;
import ticketing.projections.seatfeed.SeatFrame;
import ticketing.projections.seatfeed.SeatSubscription;

/** The availability of a show's seats: once, as a stream of server-sent events, and as a WebSocket. */
@RestController
class SeatController {

    private static final Logger LOG = LoggerFactory.getLogger(SeatController.class);

    private static final int LONGEST_WAIT = 30;

    private static final byte[] STILL_HERE = ": still here\n\n".getBytes(StandardCharsets.UTF_8);

    private static final SeatFrame.Form EVENT = frame -> ("event: "
                    + frame.kind().word() + "\nid: " + frame.epoch() + ':' + frame.seq() + "\ndata: " + frame.json()
                    + "\n\n")
            .getBytes(StandardCharsets.UTF_8);

    private final LiveSeats seats;
    private final PreparedAvailability prepared;
    private final PastSeats past;
    private final Watchers watchers;
    private final Writers writers;
    private final LiveSettings settings;
    private final Cacheable cacheable;
    private final List<String> origins;

    SeatController(
            LiveSeats seats,
            PreparedAvailability prepared,
            PastSeats past,
            Watchers watchers,
            Writers writers,
            LiveSettings settings,
            Cacheable cacheable,
            Environment environment) {
        this.seats = seats;
        this.prepared = prepared;
        this.past = past;
        this.watchers = watchers;
        this.writers = writers;
        this.settings = settings;
        this.cacheable = cacheable;
        // The pages that may call the API are those that may watch.
        this.origins = Binder.get(environment)
                .bind("ticketing.cors.origins", Bindable.listOf(String.class))
                .orElse(List.of());
    }

    /** What was booked before the request is in the answer; what strangers get, a shared cache may keep for a moment. */
    @GetMapping(
            path = "/v1/events/{eventId}/availability",
            params = {"!at", "!since"},
            produces = MediaType.APPLICATION_JSON_VALUE)
    @ApiResponse(
            responseCode = "200",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            schema = @Schema(implementation = Availability.class)))
    @Nullable
    ResponseEntity<Availability> availability(
            @PathVariable ShowId eventId,
            @Nullable Caller caller,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        if (caller == null) {
            prepared.of(eventId).write(request, response);
            return null;
        }
        Availability now = seats.availability(eventId);
        return cacheable.changing(now, PreparedAvailability.tag(now), caller);
    }

    /**
     * Long polling: as soon as there is something after this sequence number, or what there is when the time is up. Keeps the request's own (virtual) thread.
     *
     * @param epoch under which {@code since} was told; another one than the present is news by itself
     * @param wait seconds, 0 to 30
     */
    @GetMapping(
            path = "/v1/events/{eventId}/availability",
            params = {"since", "!at"})
    ResponseEntity<Availability> availabilitySince(
            @PathVariable ShowId eventId,
            @RequestParam long since,
            @RequestParam(required = false) @Nullable String epoch,
            @RequestParam(defaultValue = "0") int wait,
            @Nullable Caller caller,
            HttpServletRequest request)
            throws InterruptedException {
        if (since < 0) {
            throw Problem.invalid("since", "must not be negative");
        }
        if (wait < 0 || wait > LONGEST_WAIT) {
            throw Problem.invalid("wait", "must be 0 to " + LONGEST_WAIT);
        }
        Availability now = seats.availability(eventId);
        boolean known = (epoch == null || epoch.equals(now.epoch())) && now.seq() <= since;
        if (known && wait > 0) {
            awaitNews(now, eventId, since, Duration.ofSeconds(wait), who(request, caller), request);
            now = seats.availability(eventId);
            known = now.seq() <= since;
        }
        if (known) {
            // Not to be kept: whoever asks for the same again wants to wait again.
            return ResponseEntity.ok()
                    .eTag(PreparedAvailability.tag(now))
                    .cacheControl(CacheControl.noStore())
                    .varyBy(HttpHeaders.AUTHORIZATION)
                    .body(now);
        }
        return cacheable.changing(now, PreparedAvailability.tag(now), caller);
    }

    private void awaitNews(
            Availability now, ShowId eventId, long since, Duration atMost, Watchers.Who who, HttpServletRequest request)
            throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        Watch watch = new Watch(eventId, List.of(), Optional.of(new ResumePoint(now.epoch(), now.seq())));
        try (SeatSubscription subscription = seats.subscribe(watch);
                Watchers.Entry _ = watchers.enter(who, subscription::close)) {
            Turn.giveBack(request);
            SeatFrame frame;
            do {
                frame = subscription.next(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
            } while (frame != null && frame.seq() <= since);
        }
    }

    /** As it was at a past moment. Which roles may ask is decided by the path's rules; an organizer only for shows of their own. */
    @GetMapping(path = "/v1/events/{eventId}/availability", params = "at")
    ResponseEntity<Availability> availabilityAt(@PathVariable ShowId eventId, @RequestParam Instant at, Caller caller) {
        boolean seesAll = caller.has(Role.ANALYST) || caller.isAdmin();
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                .body(past.at(eventId, at, seesAll ? null : caller.id()));
    }

    /** Whatever is to be refused is refused while this is still a request, with the same problem documents as everywhere else. */
    @GetMapping("/v1/events/{eventId}/seats/live")
    @Hidden // described by hand: it answers with a WebSocket
    void live(
            @PathVariable ShowId eventId,
            @RequestParam(required = false) @Nullable String epoch,
            @RequestParam(required = false) @Nullable String since,
            @Nullable Caller caller,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException, ServletException {
        Handshake.check(request, origins);
        Watch watch = Watch.of(eventId, request, LiveSeats.resumeFrom(epoch, since));
        Watchers.Who who = who(request, caller);
        watchers.check(who);
        seats.check(watch);
        Optional<String> protocol = Handshake.subprotocol(request, Subprotocol.NAMES);
        Subprotocol form = protocol.map(Subprotocol::of).orElse(Subprotocol.JSON);
        Handshake.accept(
                request,
                response,
                protocol,
                writers,
                connection -> SeatSocket.open(connection, seats, watchers, who, watch, form));
    }

    private static Watchers.Who who(HttpServletRequest request, @Nullable Caller caller) {
        return Watchers.Who.of(request.getRemoteAddr(), caller == null ? null : caller.id());
    }

    /**
     * Holds the request's own (virtual) thread for as long as the client listens: it fetches a frame, writes it and only then asks for another, so a
     * slow client gets fewer frames and nothing piles up.
     */
    @GetMapping(path = "/v1/events/{eventId}/seats/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    void stream(
            @PathVariable ShowId eventId,
            @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String lastEventId,
            @RequestParam(required = false) @Nullable String epoch,
            @RequestParam(required = false) @Nullable String since,
            @Nullable Caller caller,
            HttpServletRequest request,
            HttpServletResponse response)
            throws InterruptedException {
        Optional<ResumePoint> from = LiveSeats.resumeFrom(lastEventId).or(() -> LiveSeats.resumeFrom(epoch, since));
        try (SeatSubscription subscription = seats.subscribe(Watch.of(eventId, request, from));
                Watchers.Entry _ = watchers.enter(who(request, caller), subscription::close)) {
            Turn.giveBack(request);
            response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
            response.setCharacterEncoding(StandardCharsets.UTF_8);
            response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
            // Proxies that gather what they pass on would hold frames back.
            response.setHeader("X-Accel-Buffering", "no");
            if (!request.getMethod().equals("HEAD")) {
                write(subscription, response);
            }
        } catch (IOException e) {
            LOG.debug("A client of a seat stream went away", e);
        }
    }

    private void write(SeatSubscription subscription, HttpServletResponse response)
            throws IOException, InterruptedException {
        OutputStream out = response.getOutputStream();
        out.write("retry: 1000\n\n".getBytes(StandardCharsets.UTF_8));
        while (true) {
            SeatFrame frame = subscription.next(settings.heartbeat());
            if (frame == null && subscription.isClosed()) {
                return;
            }
            out.write(frame == null ? STILL_HERE : frame.as(EVENT));
            response.flushBuffer();
        }
    }
}
