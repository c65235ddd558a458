package ticketing.api.venue;

import jakarta.validation.Valid;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import ticketing.api.Cacheable;
import ticketing.api.Dispatch;
import ticketing.api.GeoParameters;
import ticketing.api.Visibility;
import ticketing.api.id.NewId;
import ticketing.api.problem.Problem;
import ticketing.api.problem.ProblemCode;
import ticketing.api.security.Caller;
import ticketing.api.security.Role;
import ticketing.messages.venue.VenueCommand.OpenVenue;
import ticketing.messages.venue.VenueCommand.ReviseVenue;
import ticketing.messages.venue.VenueId;
import ticketing.messages.venue.VenueOf;
import ticketing.messages.venue.VenueOf.Venue;
import ticketing.messages.venue.VenuesNear;

/** Venues: organizers write them, everybody reads them. */
@RestController
@RequestMapping("/v1/venues")
class VenueController {

    private static final String READ_MODEL = "catalogue";
    private static final double DEFAULT_RADIUS_KM = 25;
    private static final int MOST_VENUES = 100;

    private final Dispatch dispatch;
    private final Visibility visibility;
    private final Cacheable cacheable;

    VenueController(Dispatch dispatch, Visibility visibility, Cacheable cacheable) {
        this.dispatch = dispatch;
        this.visibility = visibility;
        this.cacheable = cacheable;
    }

    @PostMapping
    ResponseEntity<Venue> open(@RequestBody @Valid VenueRequest request, Caller caller) {
        caller.requireAny(Role.ORGANIZER, Role.ADMIN);
        VenueId id = new VenueId(NewId.next());
        dispatch.send(new OpenVenue(id, caller.id(), request.details(), request.seatMap()));
        return ResponseEntity.created(URI.create("/v1/venues/" + id)).body(written(id));
    }

    @PutMapping("/{id}")
    Venue revise(@PathVariable VenueId id, @RequestBody @Valid VenueRequest request, Caller caller) {
        caller.requireAny(Role.ORGANIZER, Role.ADMIN);
        dispatch.send(new ReviseVenue(id, caller.id(), caller.isAdmin(), request.details(), request.seatMap()));
        return written(id);
    }

    @GetMapping("/{id}")
    ResponseEntity<Venue> get(@PathVariable VenueId id, @Nullable Caller caller) {
        Venue venue = dispatch.ask(new VenueOf(id), Venue.class)
                .orElseThrow(() -> new Problem(ProblemCode.VENUE_NOT_FOUND, "There is no such venue."));
        return cacheable.changing(venue, caller);
    }

    /** The nearest venues, at most 100. */
    @GetMapping
    ResponseEntity<VenuesNear.Venues> near(
            @RequestParam String near, @RequestParam @Nullable String radiusKm, @Nullable Caller caller) {
        Double radius = GeoParameters.radiusKm(radiusKm);
        VenuesNear query =
                new VenuesNear(GeoParameters.near(near), radius == null ? DEFAULT_RADIUS_KM : radius, MOST_VENUES);
        return cacheable.changing(dispatch.ask(query, VenuesNear.Venues.class).orElseThrow(), caller);
    }

    private Venue written(VenueId id) {
        return visibility.written("venueId", id, () -> dispatch.ask(new VenueOf(id), Venue.class), READ_MODEL);
    }
}
