package ticketing.api.openapi;

import static ticketing.api.problem.ProblemCode.BAD_CREDENTIALS;
import static ticketing.api.problem.ProblemCode.BOOKING_CLOSED;
import static ticketing.api.problem.ProblemCode.BOOKING_NOT_FOUND;
import static ticketing.api.problem.ProblemCode.CONFLICT;
import static ticketing.api.problem.ProblemCode.EMAIL_TAKEN;
import static ticketing.api.problem.ProblemCode.EVENT_NOT_EDITABLE;
import static ticketing.api.problem.ProblemCode.EVENT_NOT_FOUND;
import static ticketing.api.problem.ProblemCode.FORBIDDEN;
import static ticketing.api.problem.ProblemCode.HOLD_EXPIRED;
import static ticketing.api.problem.ProblemCode.IMAGE_NOT_FOUND;
import static ticketing.api.problem.ProblemCode.LAST_ADMIN;
import static ticketing.api.problem.ProblemCode.NOT_ON_SALE;
import static ticketing.api.problem.ProblemCode.PAYMENT_DECLINED;
import static ticketing.api.problem.ProblemCode.PAYMENT_IN_PROGRESS;
import static ticketing.api.problem.ProblemCode.PAYMENT_NOT_FOUND;
import static ticketing.api.problem.ProblemCode.PERFORMER_NOT_FOUND;
import static ticketing.api.problem.ProblemCode.PRECONDITION_FAILED;
import static ticketing.api.problem.ProblemCode.PROJECTION_NOT_FOUND;
import static ticketing.api.problem.ProblemCode.REPLAY_RUNNING;
import static ticketing.api.problem.ProblemCode.SEAT_TAKEN;
import static ticketing.api.problem.ProblemCode.TICKET_NOT_FOUND;
import static ticketing.api.problem.ProblemCode.TOO_MANY_TICKETS;
import static ticketing.api.problem.ProblemCode.USER_NOT_FOUND;
import static ticketing.api.problem.ProblemCode.VENUE_NOT_FOUND;
import static ticketing.api.problem.ProblemCode.WEBHOOK_NOT_FOUND;
import static ticketing.api.security.Role.ADMIN;
import static ticketing.api.security.Role.ANALYST;
import static ticketing.api.security.Role.CUSTOMER;
import static ticketing.api.security.Role.ORGANIZER;

import java.util.List;
import ticketing.api.account.Profile;
import ticketing.api.booking.Refunded;
import ticketing.messages.booking.BookingOf.Booking;
import ticketing.messages.booking.BookingsOf;
import ticketing.messages.booking.Payment;
import ticketing.messages.performer.PerformerOf.Performer;
import ticketing.messages.performer.PerformersOfOrganizer.OwnPerformers;
import ticketing.messages.search.SearchShows;
import ticketing.messages.search.Suggestions;
import ticketing.messages.show.SeatLayoutOf;
import ticketing.messages.show.ShowOf.Show;
import ticketing.messages.show.ShowsOfOrganizer.OwnShows;
import ticketing.messages.ticket.TicketOfBuyer.OwnedTicket;
import ticketing.messages.ticket.TicketsOf;
import ticketing.messages.ticket.TicketsOfBuyer;
import ticketing.messages.venue.VenueOf.Venue;
import ticketing.messages.venue.VenuesNear;
import ticketing.messages.venue.VenuesOfOrganizer.OwnVenues;

/** All calls of the API, as a stranger should read about them. */
final class Calls {

    static final String ACCOUNTS = "Accounts";
    static final String CATALOGUE = "Venues, performers and events";
    static final String SEARCH = "Search";
    static final String SEATS = "Seats";
    static final String BOOKINGS = "Bookings and payments";
    static final String TICKETS = "Tickets";
    static final String ANALYSIS = "Looking back";
    static final String FEED = "Feed and webhooks";

    /** The one call whose method cannot be read off the code: it answers with another protocol. */
    static final String LIVE = "GET /v1/events/{eventId}/seats/live";

    static final String STREAM_PATH = "/v1/events/{eventId}/seats/stream";

    private static final String METHODS = """
            The sandbox provider takes `pm_card_visa`, `pm_card_mastercard` and `pm_card_amex`, which pay; `pm_card_chargeDeclined`, \
            `pm_card_visa_chargeDeclined`, `pm_card_chargeDeclinedInsufficientFunds` and `pm_card_chargeDeclinedExpiredCard`, which are declined; and \
            `pm_card_authenticationRequired`: the answer is 202 with `payment.status` REQUIRES_ACTION, the booking stays RESERVED, and \
            `POST /v1/sandbox/payments/{paymentId}/complete` with `payment.paymentId` plays the buyer at the bank.""";

    private static final String CODES = """
            `statuses` is Base64 of two bits a seat in the order of the layout: seat 0 in the two low bits of byte 0, seat 1 in the next two, seat 4 in \
            the low bits of byte 1. 0 is available, 1 held, 2 sold, 3 not for sale.""";

    private static final String MESSAGES = """
            The first message is a `snapshot` {type, epoch, seq, seatCount, statuses}, as in `GET /v1/events/{id}/availability`; then come `delta`s \
            {type, prevSeq, seq, changes: [[seatIndex, status], …]}, at most ten a second. `prevSeq` is the last `seq`; where that could not be, a new \
            snapshot comes instead. With `section` it is about the seats of these sections only: a snapshot then has `ranges` [[firstSeat, seats], …], and \
            `statuses` are theirs, one range after the other.""";

    static final List<Call> ALL = List.of(
            Call.of("POST /v1/users", ACCOUNTS, "register", "Register as a customer")
                    .open()
                    .gives(201, "The account.", Profile.class)
                    .refuses(EMAIL_TAKEN),
            Call.of("POST /v1/login", ACCOUNTS, "logIn", "Log in")
                    .open()
                    .gives(200, "An access token, good for `expiresIn` seconds, and a refresh token.", "Tokens")
                    .refuses(BAD_CREDENTIALS),
            Call.of("POST /v1/login/refresh", ACCOUNTS, "refreshLogin", "Get a new access token")
                    .open()
                    .text("A refresh token can be used once; the answer brings the next one.")
                    .gives(200, "New tokens.", "Tokens")
                    .refuses(BAD_CREDENTIALS),
            Call.of("POST /v1/logout", ACCOUNTS, "logOut", "Log out")
                    .openIf("Everybody who brings a refresh token in the body, or an access token.")
                    .text("With a refresh token its login ends, with an access token alone all logins of its owner.")
                    .givesNothing(204, "The refresh token is dead."),
            Call.of("GET /v1/users/me", ACCOUNTS, "getMyAccount", "My account")
                    .gives(200, "The account.", Profile.class),
            Call.of("PUT /v1/users/me", ACCOUNTS, "changeMyAccount", "Change my account")
                    .text("What is left out stays as it is. A new e-mail or password needs `currentPassword`.")
                    .gives(200, "The account as it is now.", Profile.class)
                    .refuses(EMAIL_TAKEN, BAD_CREDENTIALS),
            Call.of("DELETE /v1/users/me", ACCOUNTS, "eraseMyAccount", "Erase my account")
                    .text("No name and no e-mail is left anywhere; bookings stay under a pseudonym.")
                    .givesNothing(204, "The account is gone.")
                    .refuses(LAST_ADMIN),
            Call.of("GET /v1/users/me/export", ACCOUNTS, "exportMyData", "Everything held about me")
                    .gives(200, "Everything, as one object.", "object"),
            Call.of("PUT /v1/users/{id}/roles", ACCOUNTS, "giveRoles", "Give roles")
                    .by(ADMIN)
                    .gives(200, "The account as it is now.", Profile.class)
                    .refuses(USER_NOT_FOUND, LAST_ADMIN),
            Call.of("POST /v1/venues", CATALOGUE, "openVenue", "Open a venue")
                    .by(ORGANIZER, ADMIN)
                    .text("At most 200,000 places; all names and labels of one list differ.")
                    .creates("The venue.", Venue.class),
            Call.of("PUT /v1/venues/{id}", CATALOGUE, "reviseVenue", "Describe a venue anew")
                    .by(ORGANIZER, ADMIN)
                    .text("Published events keep the seat map that they were published with.")
                    .gives(200, "The venue.", Venue.class)
                    .refuses(VENUE_NOT_FOUND),
            Call.of("GET /v1/venues/{id}", CATALOGUE, "getVenue", "A venue")
                    .open()
                    .gives(200, "The venue.", Venue.class)
                    .refuses(VENUE_NOT_FOUND),
            Call.of("GET /v1/venues", CATALOGUE, "findVenuesNear", "Venues near a point")
                    .open()
                    .gives(200, "At most 100 venues, the nearest first.", VenuesNear.Venues.class),
            Call.of("POST /v1/performers", CATALOGUE, "addPerformer", "Add a performer")
                    .by(ORGANIZER, ADMIN)
                    .creates("The performer.", Performer.class)
                    .refuses(IMAGE_NOT_FOUND),
            Call.of("PUT /v1/performers/{id}", CATALOGUE, "revisePerformer", "Describe a performer anew")
                    .by(ORGANIZER, ADMIN)
                    .gives(200, "The performer.", Performer.class)
                    .refuses(PERFORMER_NOT_FOUND, IMAGE_NOT_FOUND),
            Call.of("GET /v1/performers/{id}", CATALOGUE, "getPerformer", "A performer")
                    .open()
                    .gives(200, "The performer.", Performer.class)
                    .refuses(PERFORMER_NOT_FOUND),
            Call.of("POST /v1/events", CATALOGUE, "draftEvent", "Draft an event")
                    .by(ORGANIZER, ADMIN)
                    .text(
                            "`prices` are by section name and all in one currency; a section without a price is not for sale.")
                    .creates("The event, a draft that only its organizer sees.", Show.class)
                    .refuses(VENUE_NOT_FOUND, PERFORMER_NOT_FOUND, IMAGE_NOT_FOUND),
            Call.of("PUT /v1/events/{id}", CATALOGUE, "reviseEvent", "Describe an event anew")
                    .by(ORGANIZER, ADMIN)
                    .text("Venue and prices are fixed once it is published, everything once it is cancelled.")
                    .gives(200, "The event.", Show.class)
                    .refuses(
                            EVENT_NOT_FOUND, VENUE_NOT_FOUND, PERFORMER_NOT_FOUND, IMAGE_NOT_FOUND, EVENT_NOT_EDITABLE),
            Call.of("POST /v1/events/{id}/publish", CATALOGUE, "publishEvent", "Put an event on sale")
                    .by(ORGANIZER, ADMIN)
                    .text(
                            "Every seat of a section with a price becomes an available ticket. Saying it twice is saying it once.")
                    .gives(200, "The event.", Show.class)
                    .refuses(EVENT_NOT_FOUND, EVENT_NOT_EDITABLE),
            Call.of("POST /v1/events/{id}/cancel", CATALOGUE, "cancelEvent", "Cancel an event")
                    .by(ORGANIZER, ADMIN)
                    .text(
                            "Holds are released and sold tickets refunded, behind the answer. Saying it twice is saying it once.")
                    .gives(200, "The event.", Show.class)
                    .refuses(EVENT_NOT_FOUND, EVENT_NOT_EDITABLE),
            Call.of("GET /v1/users/me/events", CATALOGUE, "listMyEvents", "My events and how they sell")
                    .by(ORGANIZER, ADMIN)
                    .gives(200, "One page of what I have made, drafts too, what comes next first.", OwnShows.class),
            Call.of("GET /v1/users/me/venues", CATALOGUE, "listMyVenues", "My venues")
                    .by(ORGANIZER, ADMIN)
                    .gives(200, "At most 1,000 venues by name.", OwnVenues.class),
            Call.of("GET /v1/users/me/performers", CATALOGUE, "listMyPerformers", "My performers")
                    .by(ORGANIZER, ADMIN)
                    .gives(200, "At most 1,000 performers by name.", OwnPerformers.class),
            Call.of("GET /v1/events/{id}", CATALOGUE, "getEvent", "An event")
                    .openOr("A draft is seen by its organizer and administrators only.")
                    .gives(200, "The event, with the numbers of its tickets.", Show.class)
                    .refuses(EVENT_NOT_FOUND),
            Call.of("GET /v1/events/{id}/tickets", SEATS, "listEventTickets", "The tickets of an event")
                    .openOr("A draft is seen by its organizer and administrators only.")
                    .gives(200, "The tickets in the order of the layout.", TicketsOf.Tickets.class)
                    .refuses(EVENT_NOT_FOUND),
            Call.of("GET /v1/events/{id}/seats", SEATS, "getSeatLayout", "Where the seats are")
                    .openOr("A draft is seen by its organizer and administrators only.")
                    .text("For drawing. It never changes within one `layoutVersion`.")
                    .gives(200, "All seats in order, 0 to `seatCount` − 1.", SeatLayoutOf.Layout.class)
                    .refuses(EVENT_NOT_FOUND),
            Call.of("GET /v1/events/{eventId}/availability", SEATS, "getAvailability", "Which seats are free")
                    .openIf("Everybody. With `at` only who has the role ORGANIZER, ANALYST or ADMIN.")
                    .text(
                            "With `since` and `wait` it is long polling: the answer comes when something has happened after this `seq`, or after `wait` seconds (0 to"
                                    + " 30) with what there is. There are no seats before the event is published: the 404 for such a moment has `publishedAt`. "
                                    + CODES)
                    .gives(200, "The status of every seat, now or `at` a past moment.", "Availability")
                    .refuses(EVENT_NOT_FOUND, FORBIDDEN),
            Call.of("GET " + STREAM_PATH, SEATS, "streamSeats", "Live seat map as server-sent events")
                    .open()
                    .text(MESSAGES + " Each message is an `event:` snapshot or delta with `id:` EPOCH:SEQ. " + CODES)
                    .gives(200, "A stream without an end.", "string", "text/event-stream")
                    .refuses(EVENT_NOT_FOUND),
            Call.of(LIVE, SEATS, "watchSeats", "Live seat map as a WebSocket")
                    .open()
                    .text(
                            "Subprotocol `seats.v1.json`, also when none is asked for; text frames. Subprotocol `seats.v1.bin`: the same in a few bytes,"
                                    + " binary frames, laid out in docs/live-feed.md. " + MESSAGES + " " + CODES)
                    .givesNothing(101, "The connection is a WebSocket from now on.")
                    .refuses(EVENT_NOT_FOUND, FORBIDDEN),
            Call.of("GET /v1/events/search", SEARCH, "searchEvents", "Find events")
                    .open()
                    .text(
                            "Published events that are not over. Without a parameter it lists them all; typing errors in `keyword` are forgiven.")
                    .gives(
                            200,
                            "One page of what was found; `facets` count all hits by type and city.",
                            SearchShows.Hits.class),
            Call.of("GET /v1/events/suggest", SEARCH, "suggestEvents", "Complete what is being typed")
                    .open()
                    .gives(200, "At most ten suggestions.", Suggestions.Found.class),
            Call.of("POST /v1/bookings", BOOKINGS, "reserveSeats", "Hold seats, all or none")
                    .by(CUSTOMER)
                    .text(
                            "Name the seats with `ticketIds` or let the platform choose with `bestAvailable`: one of the two, not both. The hold lasts until"
                                    + " `expiresAt`; then the seats are free again by themselves.")
                    .creates("The hold.", Booking.class)
                    .refuses(
                            EVENT_NOT_FOUND,
                            TICKET_NOT_FOUND,
                            SEAT_TAKEN,
                            NOT_ON_SALE,
                            BOOKING_CLOSED,
                            TOO_MANY_TICKETS),
            Call.of("GET /v1/bookings/{id}", BOOKINGS, "getBooking", "A booking of mine")
                    .by(CUSTOMER)
                    .gives(200, "The booking.", Booking.class)
                    .refuses(BOOKING_NOT_FOUND),
            Call.of("GET /v1/bookings", BOOKINGS, "listMyBookings", "My bookings, the latest first")
                    .by(CUSTOMER)
                    .gives(200, "A page; `nextCursor` is there if there are more.", BookingsOf.Page.class),
            Call.of("DELETE /v1/bookings/{id}", BOOKINGS, "releaseSeats", "Give a hold back")
                    .by(CUSTOMER)
                    .text("Saying it twice is saying it once.")
                    .givesNothing(204, "The seats are free again.")
                    .refuses(BOOKING_NOT_FOUND, BOOKING_CLOSED, PAYMENT_IN_PROGRESS, HOLD_EXPIRED),
            Call.of("PUT /v1/bookings/{id}/confirm", BOOKINGS, "confirmBooking", "Pay and confirm")
                    .by(CUSTOMER)
                    .text("Saying it twice charges once. " + METHODS)
                    .gives(200, "Paid: the booking is CONFIRMED.", Booking.class)
                    .gives(
                            202,
                            "The buyer has to do something at the bank first: the booking is still RESERVED.",
                            Booking.class)
                    .refuses(
                            BOOKING_NOT_FOUND,
                            PAYMENT_DECLINED,
                            PAYMENT_IN_PROGRESS,
                            BOOKING_CLOSED,
                            NOT_ON_SALE,
                            HOLD_EXPIRED),
            Call.of("POST /v1/bookings/{id}/refund", BOOKINGS, "refundBooking", "Take a sold booking back")
                    .by(ORGANIZER, ADMIN)
                    .text(
                            "The buyer gets all of the money and the seats are free again. An organizer refunds bookings of own events only.")
                    .gives(200, "The booking is REFUNDED.", Refunded.class)
                    .refuses(BOOKING_NOT_FOUND, EVENT_NOT_FOUND, BOOKING_CLOSED),
            Call.of(
                            "POST /v1/sandbox/payments/{paymentId}/complete",
                            BOOKINGS,
                            "completeSandboxPayment",
                            "Play the buyer at the bank")
                    .text("Goes on with a payment whose status is REQUIRES_ACTION.")
                    .gives(200, "The payment.", Payment.class)
                    .refuses(
                            PAYMENT_NOT_FOUND,
                            BOOKING_NOT_FOUND,
                            PAYMENT_DECLINED,
                            BOOKING_CLOSED,
                            NOT_ON_SALE,
                            HOLD_EXPIRED),
            Call.of("GET /v1/tickets", TICKETS, "listMyTickets", "My tickets, the latest booking's first")
                    .by(CUSTOMER)
                    .gives(200, "A page; `nextCursor` is there if there are more.", TicketsOfBuyer.Page.class),
            Call.of("GET /v1/tickets/{id}", TICKETS, "getTicket", "A ticket of mine")
                    .by(CUSTOMER)
                    .gives(200, "The ticket.", OwnedTicket.class)
                    .refuses(TICKET_NOT_FOUND),
            Call.of("GET /v1/events/{id}/history", ANALYSIS, "getEventHistory", "What happened to an event or a ticket")
                    .by(ANALYST, ADMIN)
                    .text(
                            "In the order in which it was stored, with causes; people appear by pseudonym only. `cursor` is the last page's `nextCursor`. A ticket"
                                    + " to which nothing has happened has no events; one that the event has not is a 404.")
                    .gives(200, "At most 200 events.", "HistoryPage")
                    .refuses(EVENT_NOT_FOUND, TICKET_NOT_FOUND),
            Call.of("GET /v1/events/{id}/sales", ANALYSIS, "getEventSales", "How an event sold over time")
                    .by(ANALYST, ADMIN)
                    .text("`bucket` is second, minute, hour or day. Each number counts tickets.")
                    .gives(200, "What happened in each bucket, those without anything left out.", "SalesOverTime")
                    .refuses(EVENT_NOT_FOUND),
            Call.of(
                            "GET /v1/events/{id}/timeline",
                            ANALYSIS,
                            "getEventTimeline",
                            "What happened to the seats, to play it back")
                    .by(ORGANIZER, ANALYST, ADMIN)
                    .text("An organizer sees own events only. `cursor` is the last page's `nextCursor`.")
                    .gives(200, "At most 50,000 changes, in columns.", "Timeline")
                    .refuses(EVENT_NOT_FOUND),
            Call.of("GET /v1/projections", ANALYSIS, "listProjections", "How far the read models are")
                    .by(ANALYST, ADMIN)
                    .gives(200, "All of them.", "Projections"),
            Call.of("GET /v1/projections/{name}", ANALYSIS, "getProjection", "How far a read model or its replay is")
                    .by(ANALYST, ADMIN)
                    .gives(200, "The read model.", "Projection")
                    .refuses(PROJECTION_NOT_FOUND),
            Call.of("POST /v1/projections/{name}/replay", ANALYSIS, "replayProjection", "Build a read model anew")
                    .by(ANALYST, ADMIN)
                    .text(
                            "The present one answers until the new one is complete. With `from` the new one begins as a copy of the present one, and the events from"
                                    + " that position on are taken in once more.")
                    .gives(202, "It is under way; `GET /v1/projections/{name}` tells how far.", "Projection")
                    .refuses(PROJECTION_NOT_FOUND, REPLAY_RUNNING),
            Call.of("GET /v1/feed", FEED, "readFeed", "What happened from a position on")
                    .by(ANALYST, ADMIN)
                    .text(
                            "Positions have no gaps: whoever asks for `next` misses nothing, also after a break. With `wait` an answer without events waits so many seconds"
                                    + " for news. With `Accept: text/event-stream` it is a stream; `Last-Event-ID` goes on after it. Nothing about people is in it."
                                    + " An account waits ten times at once at most.")
                    .gives(200, "At most `limit` positions.", "FeedPage")
                    .refuses(PRECONDITION_FAILED),
            Call.of("POST /v1/webhooks", FEED, "createWebhook", "Have events sent")
                    .by(ADMIN)
                    .text(
                            "Signed after Standard Webhooks, in order, at least once; what is not taken is tried again, later and later. Only https and only to public"
                                    + " addresses: a `url` that leads elsewhere now is refused, one that does later is not called. `secret` is told this once.")
                    .creates("The webhook.", "Webhook")
                    .refuses(CONFLICT),
            Call.of("GET /v1/webhooks", FEED, "listWebhooks", "All webhooks")
                    .by(ADMIN)
                    .gives(200, "How far each has come.", "WebhookList"),
            Call.of("GET /v1/webhooks/{id}", FEED, "getWebhook", "A webhook")
                    .by(ADMIN)
                    .gives(200, "How far it has come.", "Webhook")
                    .refuses(WEBHOOK_NOT_FOUND),
            Call.of("DELETE /v1/webhooks/{id}", FEED, "deleteWebhook", "Send nothing more")
                    .by(ADMIN)
                    .givesNothing(204, "It is gone.")
                    .refuses(WEBHOOK_NOT_FOUND),
            Call.of("POST /v1/webhooks/{id}/replay", FEED, "replayWebhook", "Send again from a position on")
                    .by(ADMIN)
                    .text("Also sends on what was stopped; without `from` from where it was.")
                    .gives(202, "It begins at once.", "Webhook")
                    .refuses(WEBHOOK_NOT_FOUND));

    private Calls() {}
}
