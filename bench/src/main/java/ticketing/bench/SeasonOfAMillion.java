package ticketing.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import ticketing.messages.search.Words;

/**
 * Very many invented shows with names, places, dates and prices as real ones have them, written straight into the read models' tables: through commands
 * they would take hours, and what is measured begins where the tables end. Always the same shows, relative to today.
 */
final class SeasonOfAMillion {

    /** Name, country, latitude, longitude, zone. */
    private static final String[] CITIES = {
        "Amsterdam,NL,52.37,4.90,Europe/Amsterdam", "Athens,GR,37.98,23.73,Europe/Athens",
        "Barcelona,ES,41.39,2.17,Europe/Madrid", "Berlin,DE,52.52,13.40,Europe/Berlin",
        "Bogotá,CO,4.71,-74.07,America/Bogota", "Boston,US,42.36,-71.06,America/New_York",
        "Brussels,BE,50.85,4.35,Europe/Brussels", "Budapest,HU,47.50,19.04,Europe/Budapest",
        "Buenos Aires,AR,-34.60,-58.38,America/Argentina/Buenos_Aires", "Cape Town,ZA,-33.92,18.42,Africa/Johannesburg",
        "Chicago,US,41.88,-87.63,America/Chicago", "Copenhagen,DK,55.68,12.57,Europe/Copenhagen",
        "Dublin,IE,53.35,-6.26,Europe/Dublin", "Edinburgh,GB,55.95,-3.19,Europe/London",
        "Glasgow,GB,55.86,-4.25,Europe/London", "Hamburg,DE,53.55,9.99,Europe/Berlin",
        "Helsinki,FI,60.17,24.94,Europe/Helsinki", "Istanbul,TR,41.01,28.98,Europe/Istanbul",
        "Köln,DE,50.94,6.96,Europe/Berlin", "Lisbon,PT,38.72,-9.14,Europe/Lisbon",
        "London,GB,51.51,-0.13,Europe/London", "Los Angeles,US,34.05,-118.24,America/Los_Angeles",
        "Madrid,ES,40.42,-3.70,Europe/Madrid", "Manchester,GB,53.48,-2.24,Europe/London",
        "Melbourne,AU,-37.81,144.96,Australia/Melbourne", "Mexico City,MX,19.43,-99.13,America/Mexico_City",
        "Milan,IT,45.46,9.19,Europe/Rome", "Montréal,CA,45.50,-73.57,America/Toronto",
        "Mumbai,IN,19.08,72.88,Asia/Kolkata", "München,DE,48.14,11.58,Europe/Berlin",
        "New York,US,40.71,-74.01,America/New_York", "Oslo,NO,59.91,10.75,Europe/Oslo",
        "Paris,FR,48.86,2.35,Europe/Paris", "Prague,CZ,50.08,14.44,Europe/Prague",
        "Rome,IT,41.90,12.50,Europe/Rome", "San Francisco,US,37.77,-122.42,America/Los_Angeles",
        "São Paulo,BR,-23.55,-46.63,America/Sao_Paulo", "Seattle,US,47.61,-122.33,America/Los_Angeles",
        "Seoul,KR,37.57,126.98,Asia/Seoul", "Singapore,SG,1.35,103.82,Asia/Singapore",
        "Stockholm,SE,59.33,18.07,Europe/Stockholm", "Sydney,AU,-33.87,151.21,Australia/Sydney",
        "Tokyo,JP,35.68,139.69,Asia/Tokyo", "Toronto,CA,43.65,-79.38,America/Toronto",
        "Vienna,AT,48.21,16.37,Europe/Vienna", "Warsaw,PL,52.23,21.01,Europe/Warsaw",
        "Wellington,NZ,-41.29,174.78,Pacific/Auckland", "Zürich,CH,47.38,8.54,Europe/Zurich"
    };

    private static final String[] ADJECTIVES = words("""
            Acoustic Amber Ancient Autumn Blue Bold Bright Broken Burning Calm Charming Clever Cosmic Crimson Crystal Curious Daring Distant Double
            Electric Emerald Endless Fearless Final First Flying Forgotten Fragile Friendly Gentle Golden Grand Great Happy Hidden Hollow Holy Honest
            Hungry Infinite Invisible Iron Last Little Lonely Long Lost Loud Lucky Lunar Magic Marble Midnight Modern Naked Noble Northern Paper Perfect
            Purple Quiet Rapid Restless Royal Rusty Sacred Scarlet Secret Serious Silent Silver Simple Slow Solar Southern Stolen Strange Sudden Summer
            Sweet Tender Thousand Tiny Tropical Twisted Ultimate Unknown Urban Velvet Wandering Warm Wicked Wild Winter Wooden Young Ninth""");

    private static final String[] NOUNS = words("""
            Affair Anthem Arrow Ballad Battle Bird Boat Book Bridge Brother Butterfly Candle Carnival Castle Circle Circus City Clock Cloud Comet Crown
            Dance Daughter Dawn Desert Diamond Dog Door Dragon Dream Echo Eclipse Empire Engine Evening Eye Fable Falcon Feather Fire Flame Flower Forest
            Fox Garden Ghost Giant Glass Hammer Harbour Heart Hero Highway Holiday Horizon Horse House Hunter Island Journey Jungle Kingdom Kitchen Lantern
            Legend Letter Light Lion Machine Mask Memory Mirror Moon Morning Mountain Night Ocean Orchard Palace Parade Party Pearl Phoenix Piano Pirate
            Planet Promise Prophet Queen Rain Rebel Rhythm River Road Robot Rocket Room Rose Sailor Season Shadow Sister Sky Snow Soldier Song Sparrow
            Spider Spring Star Station Stone Storm Story Stranger Street Sun Swan Temple Theory Thief Tide Tiger Tower Train Treasure Tree Valley Village
            Voice Voyage Wall Waltz Water Wave Whale Whisper Window Wing Witch Wolf Wonder World""");

    private static final String[] FIRST_NAMES = words("""
            Ada Adam Aisha Alba Alma Amir Ana Anders Anouk Arlo Astrid Ben Bianca Björn Boris Camille Carla Carlos Cem Clara Dalia Daniel Daphne Diego Dora
            Edgar Elena Elias Elif Emil Emma Enzo Esther Eva Farah Felix Fiona Florian Freya Gabriel Greta Hana Hassan Hector Helga Hugo Ida Igor Ines Iris
            Ivan Jamal Jana Jasper Joan Jonas José Julia Kai Karim Keiko Lara Lars Leila Leo Lina Lola Luca Lucía Malik Mara Marco Maya Mei Milan Mira
            Nadia Nils Nina Noah Nora Olga Omar Oscar Paula Pedro Petra Quentin Rafael Rania Rita Robin Rosa Ruben Samir Sara Selma Sofia Sven Tara Theo
            Tomás Uma Ursula Vera Viktor Wanda Willem Xenia Yara Yusuf Zoe""");

    private static final String[] BEGINNINGS = words(
            "Al Bar Bel Ber Bran Cal Car Cor Dal Del Dor El Fal Far Gar Gil Hal Har Jan Kal Kel Kor Lan Lar Lin Mal "
                    + "Mar Mel Mon Nar Nor Ol Or Pel Per Ran Ros Sal San Sel Tal Tar Tor Val Var Vel Wal Wil Yar Zan");
    private static final String[] MIDDLES = words("a e i o u an ar en er in on or av ev il ol am em");
    private static final String[] ENDS = words(
            "berg bury den din dorf feld gard holm kin kov land lind lov man mer mond nak ner nova quist ran ren rin ros "
                    + "sen shaw son stad ster stein ston strom tan ton vale ven vic ville wald well wood yan zar zic");

    private static final String[] HOUSES = words(
            "Arena Hall Theatre Palace Garden Stadium Opera Playhouse Cinema Club Forum Pavilion Auditorium Ballroom "
                    + "Amphitheatre Lounge Dome Studio Factory Warehouse");

    private static final String[] GENRES = words(
            "Pop Rock Jazz Soul Folk Metal Indie Blues Electronic Classical Reggae Country Latin Punk Opera Ballet Drama "
                    + "Improv Magic Football Basketball Tennis Documentary Animation");

    /** Four of twelve are concerts. */
    private static final String[] TYPES =
            words("CONCERT CONCERT CONCERT CONCERT THEATER THEATER MOVIE MOVIE SPORTS COMEDY FAMILY OTHER");

    private static final int VENUES = 5_000;
    private static final int PERFORMERS = 40_000;
    private static final int CHUNK = 50_000;
    private static final int DAYS = 540;
    private static final int DESCRIPTION = 16;

    private final SplittableRandom random = new SplittableRandom(20260901);
    private final Instant today = Instant.now().truncatedTo(ChronoUnit.DAYS);
    private final Set<String> words = new HashSet<>();
    private final List<Place> venues = new ArrayList<>();
    private final List<Artist> performers = new ArrayList<>();

    /** A venue. */
    record Place(String id, String name, String city, String country, double lat, double lon, String zone) {}

    /** A performer. */
    record Artist(String id, String name, String genre) {}

    SeasonOfAMillion() {
        for (int i = 0; i < VENUES; i++) {
            List<String> city = Arrays.asList(any(CITIES).split(",", -1));
            venues.add(new Place(
                    "benchvenue" + i,
                    any(ADJECTIVES) + " " + any(NOUNS) + " " + any(HOUSES),
                    city.get(0),
                    city.get(1),
                    Double.parseDouble(city.get(2)) + random.nextDouble(-0.2, 0.2),
                    Double.parseDouble(city.get(3)) + random.nextDouble(-0.2, 0.2),
                    city.get(4)));
        }
        for (int i = 0; i < PERFORMERS; i++) {
            String name = random.nextInt(3) == 0
                    ? "The " + any(ADJECTIVES) + " " + any(NOUNS) + "s"
                    : any(FIRST_NAMES) + " " + any(BEGINNINGS) + any(MIDDLES) + any(ENDS);
            performers.add(new Artist("benchperformer" + i, name, any(GENRES)));
        }
    }

    List<Place> venues() {
        return venues;
    }

    List<Artist> performers() {
        return performers;
    }

    /** A name as a show may have it. */
    String title(SplittableRandom chance) {
        return any(chance, ADJECTIVES) + " " + any(chance, NOUNS);
    }

    /** Writes so many shows, and everything that searches read of them. */
    void write(Connection database, int shows) throws SQLException {
        try (Statement statement = database.createStatement()) {
            statement.execute("SET maintenance_work_mem = '512MB'");
            statement.execute("SET synchronous_commit = off");
            statement.execute("DROP INDEX view.search_words, view.search_place_words, view.search_performer_words");
            insert(
                    database,
                    "view.venue",
                    "text text text text text text float8 float8 text integer bigint",
                    venues.size(),
                    this::venue);
            insert(
                    database,
                    "view.performer",
                    "text text text text text text bigint",
                    performers.size(),
                    this::performer);
            statement.execute("""
                    CREATE TEMP TABLE season (show_id text, venue integer, name text, type text, starts_at timestamptz, minutes integer, amount numeric,
                        seats integer, sold integer, performers text, description text, folded_name text, folded_performers text,
                        folded_place text, folded_genres text)
                    """);
            for (int from = 0; from < shows; from += CHUNK) {
                int first = from;
                statement.execute("TRUNCATE season");
                insert(
                        database,
                        "season",
                        "text integer text text timestamptz integer numeric integer integer text text text text text text",
                        Math.min(CHUNK, shows - from),
                        i -> show(first + i));
                draw(statement);
            }
            copyWords(database);
            statement.execute("CREATE INDEX search_words ON view.search USING gin (words)");
            statement.execute("CREATE INDEX search_place_words ON view.search USING gin (place_words)");
            statement.execute("CREATE INDEX search_performer_words ON view.search USING gin (performer_words)");
            statement.execute("ANALYZE view.search, view.show, view.section, view.search_word");
        }
    }

    /** As the catalogue's own statement draws a row, which it does from the same texts. */
    private static void draw(Statement statement) throws SQLException {
        statement.execute("""
                INSERT INTO view.show (show_id, organizer_id, venue_id, status, name, starts_at, details, prices, performer_ids, seat_map_version,
                                       sections, published_at, position)
                SELECT s.show_id, 'benchorganizer', 'benchvenue' || s.venue, 'PUBLISHED', s.name, s.starts_at,
                       jsonb_build_object('name', s.name, 'description', s.description, 'type', s.type,
                           'performerIds', to_jsonb(p.ids), 'startsAt', s.starts_at, 'endsAt', s.starts_at + s.minutes * interval '1 minute',
                           'holdSeconds', 600, 'maxTicketsPerBooking', 8, 'imageIds', '[]'::jsonb),
                       jsonb_build_object('Everywhere', jsonb_build_object('amount', s.amount::text, 'currency', 'EUR')), p.ids, 1,
                       jsonb_build_array(jsonb_build_object('name', 'Everywhere', 'firstSeat', 0, 'seats', s.seats,
                           'price', jsonb_build_object('amount', s.amount::text, 'currency', 'EUR'))),
                       now(), 0
                FROM season s, LATERAL (SELECT array_agg('benchperformer' || n) AS ids FROM unnest(s.performers::integer[]) AS n) p
                """);
        statement.execute("""
                INSERT INTO view.section (show_id, section, ordinal, first_seat, seats, amount, currency, sold, position)
                SELECT show_id, 'Everywhere', 0, 0, seats, amount, 'EUR', sold, 0 FROM season
                """);
        statement.execute("""
                INSERT INTO view.search (show_id, name, type, starts_at, over_at, zone, venue_id, venue_name, city, country, lat, lon,
                                         performers, min_price, currency, words, place_words, performer_words)
                SELECT s.show_id, s.name, s.type, s.starts_at, s.starts_at + s.minutes * interval '1 minute', v.zone,
                       v.venue_id, v.name, v.city, v.country, v.lat, v.lon,
                       ARRAY(SELECT p.name FROM unnest(s.performers::integer[]) WITH ORDINALITY AS u (n, place)
                             JOIN view.performer p ON p.performer_id = 'benchperformer' || u.n ORDER BY u.place),
                       s.amount, 'EUR',
                       setweight(to_tsvector('simple', s.folded_name), 'A') || setweight(to_tsvector('simple', s.folded_performers), 'A')
                           || setweight(to_tsvector('simple', s.folded_place), 'B') || setweight(to_tsvector('simple', s.folded_genres), 'C')
                           || setweight(to_tsvector('simple', s.description), 'D'),
                       to_tsvector('simple', s.folded_place), to_tsvector('simple', s.folded_performers)
                FROM season s JOIN view.venue v ON v.venue_id = 'benchvenue' || s.venue
                """);
    }

    private Object[] venue(int i) {
        Place place = venues.get(i);
        return new Object[] {
            place.id,
            "benchorganizer",
            place.name,
            "1 Bench Street",
            place.city,
            place.country,
            place.lat,
            place.lon,
            place.zone,
            1,
            0
        };
    }

    private @Nullable Object[] performer(int i) {
        Artist artist = performers.get(i);
        return new @Nullable Object[] {artist.id, "benchorganizer", artist.name, "", artist.genre, null, 0};
    }

    private Object[] show(int i) {
        int venue = random.nextInt(VENUES);
        String type = any(TYPES);
        int[] acts = IntStream.generate(() -> popular(PERFORMERS))
                .limit(type.equals("CONCERT") ? random.nextInt(1, 4) : 1)
                .distinct()
                .toArray();
        Artist first = performers.get(acts[0]);
        String name = random.nextInt(3) == 0
                ? first.name + ": " + title(random)
                : "The " + title(random) + (type.equals("CONCERT") ? " Tour" : "");
        String description = IntStream.range(0, DESCRIPTION)
                .mapToObj(n -> n % 2 == 0 ? any(ADJECTIVES) : any(NOUNS))
                .collect(Collectors.joining(" "))
                .toLowerCase(Locale.ROOT);
        Instant starts = today.plus(random.nextInt(1, DAYS), ChronoUnit.DAYS)
                .plus(Duration.ofMinutes(60L * random.nextInt(10, 22) + 30L * random.nextInt(2)));
        int seats = 100 * random.nextInt(1, 200);
        int sold = random.nextInt(20) == 0 ? seats : random.nextInt(seats);
        String artists =
                Arrays.stream(acts).mapToObj(n -> performers.get(n).name).collect(Collectors.joining(" "));
        String genres =
                Arrays.stream(acts).mapToObj(n -> performers.get(n).genre).collect(Collectors.joining(" "));
        Place place = venues.get(venue);
        return new Object[] {
            // As the program's own identifiers: in no order.
            "b" + Long.toString(mixed(i), 36),
            venue,
            name,
            type,
            starts.atOffset(ZoneOffset.UTC),
            120,
            random.nextInt(8, 250) + "." + random.nextInt(10) + "0",
            seats,
            sold,
            Arrays.stream(acts).mapToObj(Integer::toString).collect(Collectors.joining(",", "{", "}")),
            description,
            folded(name),
            folded(artists),
            folded(place.city + " " + place.name),
            folded(genres + " " + type)
        };
    }

    /** Half of all shows have one of a tenth of the performers. */
    private int popular(int bound) {
        return random.nextBoolean() ? random.nextInt(bound / 10) : random.nextInt(bound);
    }

    /** A number for a number, each once, in no order that shows. */
    private static long mixed(long i) {
        long mixed = (i + 1) * 0x9E3779B97F4A7C15L;
        return mixed >>> 1;
    }

    private String folded(String text) {
        List<String> found = Words.of(text);
        words.addAll(found);
        return String.join(" ", found);
    }

    private void copyWords(Connection database) throws SQLException {
        for (String word : ADJECTIVES) {
            words.add(word.toLowerCase(Locale.ROOT));
        }
        for (String word : NOUNS) {
            words.add(word.toLowerCase(Locale.ROOT));
        }
        List<String> all = List.copyOf(words);
        insert(database, "view.search_word", "text", all.size(), i -> new Object[] {all.get(i)});
    }

    private interface Row {
        @Nullable
        Object[] at(int i);
    }

    /** Writes rows with one statement, each column as an array of texts that the database reads as the types of the table. */
    private static void insert(Connection database, String table, String types, int rows, Row row) throws SQLException {
        List<String> casts = List.of(types.split(" ", -1));
        @Nullable String[][] columns = new String[casts.size()][rows];
        for (int i = 0; i < rows; i++) {
            @Nullable Object[] values = row.at(i);
            for (int column = 0; column < columns.length; column++) {
                columns[column][i] = values[column] == null ? null : values[column].toString();
            }
        }
        String arrays = casts.stream().map(type -> "?::text[]::" + type + "[]").collect(Collectors.joining(", "));
        try (PreparedStatement statement =
                database.prepareStatement("INSERT INTO " + table + " SELECT * FROM unnest(" + arrays + ")")) {
            for (int column = 0; column < columns.length; column++) {
                statement.setArray(column + 1, database.createArrayOf("text", columns[column]));
            }
            statement.executeUpdate();
        }
    }

    private String any(String[] of) {
        return any(random, of);
    }

    private static String any(SplittableRandom chance, String[] of) {
        return of[chance.nextInt(of.length)];
    }

    private static String[] words(String text) {
        return text.trim().split("\\s+", -1);
    }
}
