package ticketing.api.live;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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
import ticketing.api.security.Caller;
import ticketing.api.security.Role;
import ticketing.messages.show.ShowId;
import ticketing.projections.seatfeed.Availability;
import ticketing.projections.seatfeed.PastSeats;
import ticketing.projections.seatfeed.ResumePoint;
import ticketing.projections.seatfeed.SeatFrame;
import ticketing.projections.seatfeed.SeatSubscription;

/** The availability of a show's seats, once and as a stream of server-sent events. */
@RestController
class SeatController {

    private static final Logger LOG = LoggerFactory.getLogger(SeatController.class);

    private final LiveSeats seats;
    private final PastSeats past;
    private final Watchers watchers;
    private final LiveSettings settings;
    private final Cacheable cacheable;

    SeatController(LiveSeats seats, PastSeats past, Watchers watchers, LiveSettings settings, Cacheable cacheable) {
        this.seats = seats;
        this.past = past;
        this.watchers = watchers;
        this.settings = settings;
        this.cacheable = cacheable;
    }

    /** What was booked before the request is in the answer; what strangers get, a shared cache may keep for a second. */
    @GetMapping("/v1/events/{eventId}/availability")
    ResponseEntity<Availability> availability(@PathVariable ShowId eventId, @Nullable Caller caller) {
        Availability now = seats.availability(eventId);
        return cacheable.changing(now, '"' + now.epoch() + '-' + now.seq() + '"', caller);
    }

    /** As it was at a past moment. Which roles may ask is decided by the path's rules; an organizer only for shows of their own. */
    @GetMapping(path = "/v1/events/{eventId}/availability", params = "at")
    ResponseEntity<Availability> availabilityAt(@PathVariable ShowId eventId, @RequestParam Instant at, Caller caller) {
        boolean seesAll = caller.has(Role.ANALYST) || caller.isAdmin();
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                .body(past.at(eventId, at, seesAll ? null : caller.id()));
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
            HttpServletRequest request,
            HttpServletResponse response)
            throws InterruptedException {
        Optional<ResumePoint> from = LiveSeats.resumeFrom(lastEventId).or(() -> LiveSeats.resumeFrom(epoch, since));
        try (SeatSubscription subscription = seats.subscribe(eventId, from);
                Watchers.Entry _ = watchers.enter(request.getRemoteAddr(), subscription::close)) {
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
            String text = frame == null
                    ? ": still here\n\n"
                    : "event: " + frame.kind().word() + "\nid: " + frame.epoch() + ':' + frame.seq() + "\ndata: "
                            + frame.json() + "\n\n";
            out.write(text.getBytes(StandardCharsets.UTF_8));
            response.flushBuffer();
        }
    }
}
