package ticketing.api.ticket;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import ticketing.api.Dispatch;
import ticketing.api.booking.Pages;
import ticketing.api.problem.Problem;
import ticketing.api.problem.ProblemCode;
import ticketing.api.security.Caller;
import ticketing.messages.ticket.TicketId;
import ticketing.messages.ticket.TicketOfBuyer;
import ticketing.messages.ticket.TicketOfBuyer.OwnedTicket;
import ticketing.messages.ticket.TicketsOfBuyer;

/** My tickets: what I have paid for. */
@RestController
@RequestMapping("/v1/tickets")
class TicketController {

    private final Dispatch dispatch;

    TicketController(Dispatch dispatch) {
        this.dispatch = dispatch;
    }

    /** My tickets, the latest booking's first. */
    @GetMapping
    ResponseEntity<TicketsOfBuyer.Page> list(
            @RequestParam @Nullable String cursor, @RequestParam(defaultValue = "20") int limit, Caller caller) {
        return mine(dispatch.ask(Pages.tickets(caller.id(), cursor, limit), TicketsOfBuyer.Page.class)
                .orElseThrow());
    }

    @GetMapping("/{id}")
    ResponseEntity<OwnedTicket> get(@PathVariable String id, Caller caller) {
        TicketId ticketId;
        try {
            ticketId = new TicketId(id);
        } catch (IllegalArgumentException e) {
            throw notFound(id);
        }
        return mine(dispatch.ask(new TicketOfBuyer(ticketId, caller.id()), OwnedTicket.class)
                .orElseThrow(() -> notFound(id)));
    }

    private static Problem notFound(String id) {
        return new Problem(ProblemCode.TICKET_NOT_FOUND, "There is no such ticket of yours.")
                .with("ticketIds", List.of(id));
    }

    private static <T> ResponseEntity<T> mine(T body) {
        return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(body);
    }
}
