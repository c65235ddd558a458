package ticketing.bench;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.axonframework.commandhandling.gateway.CommandGateway;
import ticketing.messages.Money;
import ticketing.messages.UserId;
import ticketing.messages.booking.BookingCommand.ReserveBooking;
import ticketing.messages.booking.BookingId;
import ticketing.messages.booking.Reserved;
import ticketing.messages.show.ShowCommand.DraftShow;
import ticketing.messages.show.ShowCommand.PublishShow;
import ticketing.messages.show.ShowDetails;
import ticketing.messages.show.ShowId;
import ticketing.messages.show.ShowType;
import ticketing.messages.ticket.TicketId;
import ticketing.messages.venue.SeatMap;
import ticketing.messages.venue.VenueCommand.OpenVenue;
import ticketing.messages.venue.VenueDetails;
import ticketing.messages.venue.VenueDetails.Address;
import ticketing.messages.venue.VenueDetails.GeoPoint;
import ticketing.messages.venue.VenueId;

/** What the write side does without HTTP in front of it, in this very process. */
final class GatewayBench {

    private static final int CALLERS = 64;
    private static final int TOGETHER = 4;
    private static final int SHOWS = 5;
    private static final int SEATS = SeatMap.LARGEST;
    private static final Duration WARM_UP = Duration.ofSeconds(20);
    private static final Duration MEASURED = Duration.ofSeconds(8);
    private static final UserId ORGANIZER = new UserId("benchorganizer");

    private final CommandGateway commands;
    private final Report report;
    private final AtomicInteger showsMade = new AtomicInteger();
    private final AtomicLong bookings = new AtomicLong();

    GatewayBench(CommandGateway commands, Report report) {
        this.commands = commands;
        this.report = report;
    }

    /** The same commands as a contender among others, on shows of its own. */
    Contender contender(String name) {
        VenueId venue = openVenue();
        List<ShowId> shows = new ArrayList<>();
        for (int i = 0; i < CompareBench.SEATS / SEATS; i++) {
            shows.add(show(venue));
        }
        AtomicInteger seats = new AtomicInteger();
        return new Contender() {
            @Override
            public AtomicInteger seats() {
                return seats;
            }

            @Override
            public String name() {
                return name;
            }

            @Override
            public boolean hold(int caller, int seat) {
                ShowId show = shows.get(seat / SEATS);
                reserve(new UserId("buyer" + caller), show, List.of(TicketId.of(show, seat % SEATS)));
                return true;
            }

            @Override
            public void close() {
                // The program is not this one's to end.
            }
        };
    }

    /** A large show that is on sale. */
    ShowId newShow() {
        return show(openVenue());
    }

    private VenueId openVenue() {
        VenueId venue = new VenueId("benchvenue" + showsMade.incrementAndGet());
        commands.sendAndWait(new OpenVenue(
                venue,
                ORGANIZER,
                new VenueDetails(
                        "Bench Field",
                        new Address("1 Bench Street", "Vienna", "AT"),
                        new GeoPoint(48.2, 16.37),
                        ZoneId.of("Europe/Vienna")),
                new SeatMap(List.of(SeatMap.Section.standing(Api.SECTION, SEATS)))));
        return venue;
    }

    void run() throws InterruptedException {
        VenueId venue = openVenue();
        report.begins("reserving through the gateway: one seat");
        report.load(
                "reserve one seat through the gateway",
                measure(shows(venue), 1, true),
                "commands/s",
                CALLERS + " callers");
        report.begins("reserving through the gateway: four seats in one booking");
        report.load(
                "reserve four seats, one booking",
                measure(shows(venue), TOGETHER, true),
                "bookings/s",
                CALLERS + " callers, all or nothing");
        report.begins("reserving through the gateway: four seats one after another");
        report.load(
                "reserve four seats, one booking each",
                measure(shows(venue), TOGETHER, false),
                "times four/s",
                CALLERS + " callers, four commands in a row: the cheapest process, without compensation");
    }

    private List<ShowId> shows(VenueId venue) {
        List<ShowId> shows = new ArrayList<>();
        for (int i = 0; i < SHOWS; i++) {
            shows.add(show(venue));
        }
        return shows;
    }

    private ShowId show(VenueId venue) {
        ShowId show = new ShowId("bench" + showsMade.incrementAndGet());
        commands.sendAndWait(new DraftShow(
                show,
                ORGANIZER,
                venue,
                new ShowDetails(
                        "Bench Night",
                        "Nobody will come.",
                        ShowType.CONCERT,
                        List.of(),
                        Instant.now().plus(30, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS),
                        null,
                        null,
                        ShowDetails.DEFAULT_HOLD_SECONDS,
                        ShowDetails.DEFAULT_MAX_TICKETS,
                        List.of()),
                Map.of(Api.SECTION, Money.ofMinorUnits(1_000, "EUR"))));
        commands.sendAndWait(new PublishShow(show, ORGANIZER, false));
        return show;
    }

    private Load.Outcome measure(List<ShowId> shows, int seats, boolean atOnce) throws InterruptedException {
        AtomicInteger next = new AtomicInteger();
        UserId[] buyers = IntStream.range(0, CALLERS)
                .mapToObj(i -> new UserId("buyer" + i))
                .toArray(UserId[]::new);
        return Load.run(CALLERS, WARM_UP, MEASURED, caller -> {
            int first = next.getAndAdd(seats);
            // Numbers are used up across the shows; each show's size is a multiple of what is booked together.
            int show = first / SEATS;
            if (show >= shows.size()) {
                return false;
            }
            List<TicketId> tickets = IntStream.range(first % SEATS, first % SEATS + seats)
                    .mapToObj(seat -> TicketId.of(shows.get(show), seat))
                    .toList();
            if (atOnce) {
                reserve(buyers[caller], shows.get(show), tickets);
            } else {
                tickets.forEach(ticket -> reserve(buyers[caller], shows.get(show), List.of(ticket)));
            }
            return true;
        });
    }

    private void reserve(UserId buyer, ShowId show, List<TicketId> tickets) {
        BookingId booking = BookingId.of(show, Long.toString(bookings.incrementAndGet()));
        Reserved reserved = commands.sendAndWait(new ReserveBooking(booking, buyer, tickets));
        if (reserved == null || reserved.tickets().size() != tickets.size()) {
            throw new Inconsistent("not what was asked for: " + reserved);
        }
    }
}
