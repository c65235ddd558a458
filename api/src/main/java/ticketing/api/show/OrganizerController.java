package ticketing.api.show;

import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import ticketing.api.Dispatch;
import ticketing.api.problem.Problem;
import ticketing.api.security.Caller;
import ticketing.api.security.Role;
import ticketing.messages.performer.PerformersOfOrganizer;
import ticketing.messages.performer.PerformersOfOrganizer.OwnPerformers;
import ticketing.messages.show.ShowsOfOrganizer;
import ticketing.messages.show.ShowsOfOrganizer.OwnShows;
import ticketing.messages.venue.VenuesOfOrganizer;
import ticketing.messages.venue.VenuesOfOrganizer.OwnVenues;

/** What an organizer has made, drafts included: nobody could find those otherwise. */
@RestController
@RequestMapping("/v1/users/me")
class OrganizerController {

    private final Dispatch dispatch;

    OrganizerController(Dispatch dispatch) {
        this.dispatch = dispatch;
    }

    @GetMapping("/events")
    ResponseEntity<OwnShows> events(
            @RequestParam(defaultValue = "0") int page,
            @RequestParam(defaultValue = "20") int pageSize,
            Caller caller) {
        requireOrganizer(caller);
        if (pageSize < 1 || pageSize > ShowsOfOrganizer.LARGEST_PAGE) {
            throw Problem.invalid("pageSize", "lies between 1 and " + ShowsOfOrganizer.LARGEST_PAGE);
        }
        if (page < 0 || (page + 1L) * pageSize > ShowsOfOrganizer.DEEPEST) {
            throw Problem.invalid("page", "lies between 0 and " + (ShowsOfOrganizer.DEEPEST / pageSize - 1));
        }
        return mine(dispatch.ask(new ShowsOfOrganizer(caller.id(), page, pageSize), OwnShows.class)
                .orElseThrow());
    }

    @GetMapping("/venues")
    ResponseEntity<OwnVenues> venues(Caller caller) {
        requireOrganizer(caller);
        return mine(dispatch.ask(new VenuesOfOrganizer(caller.id(), VenuesOfOrganizer.MOST), OwnVenues.class)
                .orElseThrow());
    }

    @GetMapping("/performers")
    ResponseEntity<OwnPerformers> performers(Caller caller) {
        requireOrganizer(caller);
        return mine(
                dispatch.ask(new PerformersOfOrganizer(caller.id(), PerformersOfOrganizer.MOST), OwnPerformers.class)
                        .orElseThrow());
    }

    private static void requireOrganizer(Caller caller) {
        caller.requireAny(Role.ORGANIZER, Role.ADMIN);
    }

    private static <T> ResponseEntity<T> mine(T body) {
        return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(body);
    }
}
