package ticketing.api.demo;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import ticketing.messages.Command;
import ticketing.messages.Money;
import ticketing.messages.UserId;
import ticketing.messages.performer.PerformerCommand.AddPerformer;
import ticketing.messages.performer.PerformerDetails;
import ticketing.messages.performer.PerformerId;
import ticketing.messages.show.ShowCommand.DraftShow;
import ticketing.messages.show.ShowCommand.PublishShow;
import ticketing.messages.show.ShowDetails;
import ticketing.messages.show.ShowId;
import ticketing.messages.show.ShowType;
import ticketing.messages.venue.VenueCommand.OpenVenue;
import ticketing.messages.venue.VenueDetails;
import ticketing.messages.venue.VenueDetails.Address;
import ticketing.messages.venue.VenueDetails.GeoPoint;
import ticketing.messages.venue.VenueId;

/**
 * The demo season as a list of commands. The same start gives the same commands with the same identifiers, so a load that was interrupted can go on where
 * it was. Every command comes after those it needs, and the first few dozen make one show of every type in every kind of venue.
 */
final class Season {

    private static final int DAYS = 270;
    private static final int FIRST_DAY = 2;
    private static final long SEED = 1_876;

    private final Instant startsFrom;
    private final UserId organizer;
    private final Random random = new Random(SEED);

    private final Map<String, City> cities = new HashMap<>();
    private final Map<String, Currency> currencies = new HashMap<>();
    private final Map<VenueKind, List<Venue>> venues = new EnumMap<>(VenueKind.class);
    private final Map<String, Performer> performers = new HashMap<>();
    private final List<Production> programme = new ArrayList<>();

    private final List<Command> commands = new ArrayList<>();
    private final Set<Object> introduced = new HashSet<>();
    private final Set<String> engagements = new HashSet<>();

    private Season(Instant startsFrom, UserId organizer) {
        this.startsFrom = startsFrom.truncatedTo(ChronoUnit.SECONDS);
        this.organizer = organizer;
    }

    /**
     * The whole season, in the order in which it is to be sent.
     *
     * @param startsFrom all dates lie after it, within about nine months
     * @param organizer who owns all of it
     */
    static List<Command> commands(Instant startsFrom, UserId organizer) {
        Season season = new Season(startsFrom, organizer);
        season.readInput();
        season.plan();
        return List.copyOf(season.commands);
    }

    private void readInput() {
        for (Map<String, String> row : Table.read("currencies.csv")) {
            Currency currency = new Currency(
                    field(row, "currency"),
                    new BigDecimal(field(row, "per euro")),
                    new BigDecimal(field(row, "rounded to")));
            currencies.put(currency.code(), currency);
        }
        for (Map<String, String> row : Table.read("cities.csv")) {
            City city = new City(
                    field(row, "city"),
                    field(row, "country"),
                    new GeoPoint(Double.parseDouble(field(row, "lat")), Double.parseDouble(field(row, "lon"))),
                    ZoneId.of(field(row, "zone")),
                    known(currencies, field(row, "currency")));
            cities.put(city.name(), city);
        }
        int venueNumber = 0;
        for (Map<String, String> row : Table.read("venues.csv")) {
            venueNumber++;
            VenueKind kind = VenueKind.valueOf(field(row, "kind"));
            venues.computeIfAbsent(kind, any -> new ArrayList<>())
                    .add(new Venue(
                            new VenueId("demovenue%02d".formatted(venueNumber)),
                            field(row, "name"),
                            kind,
                            known(cities, field(row, "city")),
                            field(row, "line1")));
        }
        int performerNumber = 0;
        for (Map<String, String> row : Table.read("performers.csv")) {
            performerNumber++;
            PerformerId id = new PerformerId("demoperformer%02d".formatted(performerNumber));
            PerformerDetails details =
                    new PerformerDetails(field(row, "name"), field(row, "description"), field(row, "genre"), null);
            performers.put(details.name(), new Performer(id, details));
        }
        for (Map<String, String> row : Table.read("programme.csv")) {
            programme.add(new Production(
                    field(row, "title"),
                    ShowType.valueOf(field(row, "type")),
                    VenueKind.valueOf(field(row, "kind")),
                    Arrays.stream(field(row, "performers").split(";"))
                            .map(name -> known(performers, name))
                            .toList(),
                    Integer.parseInt(field(row, "dates")),
                    new BigDecimal(field(row, "price")),
                    Duration.ofMinutes(Long.parseLong(field(row, "minutes"))),
                    LocalTime.parse(field(row, "starts")),
                    field(row, "on sale").isEmpty() ? Duration.ZERO : Duration.parse(field(row, "on sale")),
                    field(row, "description")));
        }
    }

    /** First every production's first date, then every second one, and so on: whoever looks early sees a bit of everything. */
    private void plan() {
        Map<Production, List<Venue>> tours = new LinkedHashMap<>();
        int rounds = 0;
        for (Production production : programme) {
            List<Venue> tour = new ArrayList<>(known(venues, production.kind()));
            Collections.shuffle(tour, random);
            tours.put(production, tour);
            rounds = Math.max(rounds, production.dates());
        }
        int number = 0;
        int total = programme.stream().mapToInt(Production::dates).sum();
        for (int round = 0; round < rounds; round++) {
            for (Production production : programme) {
                if (round < production.dates()) {
                    number++;
                    List<Venue> tour = known(tours, production);
                    ShowId id = new ShowId("demoshow%03d".formatted(number));
                    add(id, production, tour.get(round % tour.size()), round, number < total);
                }
            }
        }
    }

    /** @param published whether it goes on sale; the last show of the season stays a draft, for an organizer to try things on */
    private void add(ShowId id, Production production, Venue venue, int round, boolean published) {
        if (introduced.add(venue.id())) {
            City city = venue.city();
            commands.add(new OpenVenue(
                    venue.id(),
                    organizer,
                    new VenueDetails(
                            venue.name(),
                            new Address(venue.line1(), city.name(), city.country()),
                            city.location(),
                            city.zone()),
                    venue.kind().seatMap()));
        }
        for (Performer performer : production.performers()) {
            if (introduced.add(performer.id())) {
                commands.add(new AddPerformer(performer.id(), organizer, performer.details()));
            }
        }
        Instant startsAt = date(production, venue, round)
                .atTime(production.starts())
                .atZone(venue.city().zone())
                .toInstant();
        ShowDetails details = new ShowDetails(
                production.title(),
                production.description(),
                production.type(),
                production.performers().stream().map(Performer::id).toList(),
                startsAt,
                startsAt.plus(production.lasts()),
                onSaleAt(production),
                ShowDetails.DEFAULT_HOLD_SECONDS,
                ShowDetails.DEFAULT_MAX_TICKETS,
                List.of());
        commands.add(new DraftShow(id, organizer, venue.id(), details, prices(production, venue)));
        if (published) {
            commands.add(new PublishShow(id, organizer, false));
        }
    }

    /** A day on which the venue is free; a tour's dates come one after the other. */
    private LocalDate date(Production production, Venue venue, int round) {
        LocalDate today = LocalDate.ofInstant(startsFrom, venue.city().zone());
        int share = DAYS / production.dates();
        int wait = Math.toIntExact(production.onSaleIn().toDays());
        int day = FIRST_DAY + wait + round * share + random.nextInt(share);
        while (!engagements.add(venue.id() + " " + day)) {
            day++;
        }
        return today.plusDays(day);
    }

    private @Nullable Instant onSaleAt(Production production) {
        return production.onSaleIn().isZero() ? null : startsFrom.plus(production.onSaleIn());
    }

    /** In the money of the place. At a match nobody sits on the field, so it has no price. */
    private static Map<String, Money> prices(Production production, Venue venue) {
        Map<String, Money> prices = new LinkedHashMap<>();
        for (var section : venue.kind().seatMap().sections()) {
            if (production.type() == ShowType.SPORTS && section.standing() != null) {
                continue;
            }
            BigDecimal euros = production.price().multiply(VenueKind.share(section.name()));
            prices.put(section.name(), venue.city().currency().of(euros));
        }
        return prices;
    }

    private static String field(Map<String, String> row, String column) {
        return known(row, column);
    }

    private static <K, V> V known(Map<K, V> all, K key) {
        V found = all.get(key);
        if (found == null) {
            throw new IllegalStateException("the demo's input names no " + key);
        }
        return found;
    }

    private record City(String name, String country, GeoPoint location, ZoneId zone, Currency currency) {}

    private record Currency(String code, BigDecimal perEuro, BigDecimal roundedTo) {

        /** The next price tag above so many euros. */
        Money of(BigDecimal euros) {
            BigDecimal exact = euros.multiply(perEuro);
            return new Money(exact.divide(roundedTo, 0, RoundingMode.CEILING).multiply(roundedTo), code);
        }
    }

    private record Venue(VenueId id, String name, VenueKind kind, City city, String line1) {}

    private record Performer(PerformerId id, PerformerDetails details) {}

    /** @param onSaleIn time until the sale opens; zero: it is open */
    private record Production(
            String title,
            ShowType type,
            VenueKind kind,
            List<Performer> performers,
            int dates,
            BigDecimal price,
            Duration lasts,
            LocalTime starts,
            Duration onSaleIn,
            String description) {}
}
