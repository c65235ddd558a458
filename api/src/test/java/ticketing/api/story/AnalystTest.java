package ticketing.api.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import ticketing.analysis.export.Analyst;
import ticketing.analysis.whatif.Outcome;
import ticketing.analysis.whatif.Recording;
import ticketing.analysis.whatif.Rules;
import ticketing.analysis.whatif.WhatIf;
import ticketing.api.story.Client.Answer;
import ticketing.api.story.Client.Person;
import ticketing.api.story.Client.Show;
import ticketing.messages.show.ShowId;
import tools.jackson.databind.JsonNode;

/** An on-sale with everything in it, and what an analyst makes of it afterwards. */
class AnalystTest extends Platform {

    /** How many can be in the shop at a time. */
    private static final int AT_ONCE = 64;

    /** How many of those who have paid want their money back. */
    private static final int REFUNDED = 5;

    private static final int MOMENTS = 10;
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final String NAME = "Zacharias Quimby-" + UUID.randomUUID();
    private static final String EMAIL = "quimby-" + UUID.randomUUID().toString().substring(0, 8);

    @Autowired
    @SuppressWarnings("NullAway.Init")
    private DataSource database;

    @Autowired
    @SuppressWarnings("NullAway.Init")
    private JdbcConnectionDetails access;

    private final Queue<String> bookings = new ConcurrentLinkedQueue<>();

    /**
     * How much happens.
     *
     * @param standing seats without a number, besides those in rows of twenty
     * @param wishes how often each buyer tries to get some
     */
    private record Sale(int rows, int standing, int buyers, int wishes) {
        int seats() {
            return rows * 20 + standing;
        }
    }

    private static final Sale SMALL = new Sale(10, 100, 30, 8);
    private static final Sale LARGE = new Sale(200, 1000, 2000, 1);

    @Test
    void an_export_adds_up_to_what_the_api_says_and_names_nobody(@TempDir Path directory) throws Exception {
        Show show = onSale(SMALL);
        Commands commands = new Commands(access);
        Path parquet = directory.resolve("parquet");
        commands.run("export", "--to", parquet.toString(), "--show", show.id()).expect(0);
        assertSumsEqualTheApis(show, parquet);
        assertThat(Files.readString(parquet.resolve("export.json"))).contains("\"show " + show.id() + "\"");

        // Going on: a part that was cut off is written anew, what has happened since comes in a part of its own.
        Files.writeString(parquet.resolve("events-000002.parquet"), "cut off");
        Person late = register("late");
        client.pay(late, client.hold(late, show, freeSeat(show)), "pm_card_visa")
                .expect(200);
        commands.run("export", "--to", parquet.toString(), "--show", show.id()).expect(0);
        assertThat(parquet.resolve("events-000002.parquet")).exists();
        assertSumsEqualTheApis(show, parquet);

        for (String format : List.of("csv", "ndjson")) {
            Path other = Files.createDirectory(directory.resolve(format));
            // Or every booking would have another pseudonym.
            Files.copy(parquet.resolve("pseudonyms.key"), other.resolve("pseudonyms.key"));
            commands.run("export", "--to", other.toString(), "--show", show.id(), "--format", format)
                    .expect(0);
            assertThat(answers(other, "SELECT * FROM events ORDER BY position, ordinal"))
                    .as(format)
                    .isEqualTo(answers(parquet, "SELECT * FROM events ORDER BY position, ordinal"))
                    .hasSizeGreaterThan(SMALL.seats());
        }
        for (Analyst.Question question : Analyst.Question.values()) {
            assertThat(answers(parquet, "FROM " + question.view()))
                    .as(question.view())
                    .isNotEmpty();
        }
        assertChecksumsHold(parquet);
        assertNamesNobody(directory);
        assertThat(commands.run("sql", "SELECT sum(revenue) AS euros FROM revenue WHERE show_id = '" + show.id() + "'")
                        .expect(0)
                        .output())
                .contains("euros")
                .contains(taken(show).toPlainString());

        assertThat(commands.run("export", "--to", parquet.toString()).expect(2).output())
                .contains("another export");
    }

    @Test
    void a_sale_happens_again_exactly_under_the_same_rules_and_otherwise_under_others() throws Exception {
        Show show = onSale(SMALL);
        WhatIf whatIf = new WhatIf(recording(show));
        WhatIf.Fidelity fidelity = whatIf.fidelity();
        assertThat(fidelity.same()).isEqualTo(fidelity.events()).isGreaterThan(SMALL.seats());
        Outcome reality = whatIf.reality();
        assertThat(whatIf.under(Rules.UNCHANGED)).isEqualTo(reality);
        assertThat(reality.revenue()).isEqualByComparingTo(taken(show));
        assertThat(reality.expired()).isPositive();
        assertThat(reality.released()).isPositive();
        assertThat(reality.refunded()).isPositive();

        Rules dearer = new Rules(
                null,
                null,
                null,
                Map.of("Stalls", new BigDecimal("99.00"), "Floor", new BigDecimal("60.00")),
                0,
                0.5,
                1);
        assertThat(whatIf.under(dearer).ticketsSold()).isEqualTo(reality.ticketsSold());
        assertThat(whatIf.under(dearer).revenue())
                .isEqualByComparingTo(reality.revenue().multiply(BigDecimal.TWO));
        Rules felt = new Rules(null, null, null, dearer.prices(), 1, 0.5, 1);
        assertThat(whatIf.under(felt).bookings()).isLessThan(reality.bookings());
        assertThat(whatIf.under(felt)).isEqualTo(whatIf.under(felt));
        assertThat(whatIf.under(felt))
                .isNotEqualTo(whatIf.under(new Rules(null, null, null, dearer.prices(), 1, 0.5, 2)));

        Outcome single = whatIf.under(new Rules(null, 1, null, Map.of(), 0, 0.5, 1));
        assertThat(single.ticketsSold()).isEqualTo(single.paid() - single.refunded());

        Outcome queued = whatIf.under(new Rules(null, null, 60, Map.of(), 0, 0.5, 1));
        assertThat(queued.untilLast()).isGreaterThan(Duration.ofSeconds(queued.paid() / 2));

        assertThat(new Commands(access)
                        .run("what-if", "--show", show.id(), "--hold", "1", "--seed", "7")
                        .expect(0)
                        .output())
                .contains("happen again exactly.")
                .contains("tickets sold")
                .contains("┤");
        assertThat(new Commands(access)
                        .run("what-if", "--show", show.id(), "--price", "Stalls=990,Floor=600", "--elasticity", "100")
                        .expect(0)
                        .output())
                .as("where nobody buys there is no last sale")
                .containsPattern("tickets sold +[\\d,]+ +0 ")
                .containsPattern("last sale after +\\d\\S* +- +-\\R");
        assertThat(new Commands(access)
                        .run("what-if", "--show", show.id(), "--price", "stalls=10")
                        .expect(2)
                        .output())
                .contains("The show has no section stalls, but Stalls, Floor.");
    }

    @Test
    @Timeout(300)
    void after_two_thousand_buyers_every_way_of_looking_back_tells_the_same(@TempDir Path directory) throws Exception {
        Show show = published(LARGE);
        Person analyst = client.newPerson("ANALYST");
        NavigableMap<Long, byte[]> live;
        PastMoments past = new PastMoments(client, jdbc, show, analyst);
        try (Watcher watcher = Watcher.of(client, show)) {
            await().atMost(LONGEST).until(() -> !watcher.frames().isEmpty());
            sell(LARGE, show);
            await().atMost(LONGEST).until(() -> watcher.maps().lastKey() >= past.last());
            live = watcher.maps();
        }

        List<Map.Entry<Long, byte[]>> random = new ArrayList<>(live.entrySet());
        Collections.shuffle(random, new Random(7));
        int compared = 0;
        for (Map.Entry<Long, byte[]> moment : random) {
            compared += past.assertAre(Map.ofEntries(moment));
            if (compared == MOMENTS) {
                break;
            }
        }
        assertThat(compared).as("moments compared, of " + random.size()).isEqualTo(MOMENTS);

        ReadModelReplays replays = new ReadModelReplays(client, jdbc, analyst);
        Map<String, Map<String, List<String>>> before = replays.dumps();
        for (String name : Dump.TABLES.keySet()) {
            replays.replay(name, Map.of());
            assertThat(Dump.of(jdbc, name)).as(name).isEqualTo(before.get(name));
        }

        Commands commands = new Commands(access);
        Path parquet = directory.resolve("parquet");
        commands.run("export", "--to", parquet.toString(), "--show", show.id()).expect(0);
        assertSumsEqualTheApis(show, parquet);

        WhatIf whatIf = new WhatIf(recording(show));
        assertThat(whatIf.fidelity().same())
                .isEqualTo(whatIf.fidelity().events())
                .isGreaterThan(LARGE.seats());
        assertThat(whatIf.under(Rules.UNCHANGED)).isEqualTo(whatIf.reality());
        assertThat(whatIf.reality().revenue()).isEqualByComparingTo(taken(show));

        commands.run("audit").expect(0);
    }

    private Recording recording(Show show) throws SQLException, IOException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            return Recording.of(connection, new ShowId(show.id()));
        }
    }

    // The sale

    private Show onSale(Sale sale) throws Exception {
        Show show = published(sale);
        sell(sale, show);
        return show;
    }

    private Show published(Sale sale) {
        Person organizer = client.newPerson("ORGANIZER");
        return client.newShow(
                organizer, client.newVenue(organizer, sale.rows(), 20, sale.standing()), Map.of("holdSeconds", 2));
    }

    private void sell(Sale sale, Show show) throws Exception {
        bookings.clear();
        Semaphore shop = new Semaphore(AT_ONCE);
        try (ExecutorService crowd = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> buyers = new ArrayList<>();
            for (int i = 0; i < sale.buyers(); i++) {
                int number = i;
                buyers.add(crowd.submit(() -> {
                    shop.acquire();
                    try {
                        buy(register("n" + number), show, sale, new Random(number));
                    } finally {
                        shop.release();
                    }
                    return number;
                }));
            }
            for (Future<?> buyer : buyers) {
                buyer.get();
            }
        }
        List<String> paid = bookings.stream().sorted().limit(REFUNDED).toList();
        for (String booking : paid) {
            client.post("/v1/bookings/" + booking + "/refund", show.organizer(), null)
                    .expect(200);
        }
        await().atMost(LONGEST)
                .untilAsserted(() -> assertThat(client.counts(show)).contains(" 0 held"));
    }

    private Person register(String who) {
        return client.newBuyer(EMAIL + who + UUID.randomUUID() + "@example.com", NAME + who);
    }

    private void buy(Person buyer, Show show, Sale sale, Random random) {
        for (int i = 0; i < sale.wishes(); i++) {
            int first = random.nextInt(sale.seats() - 4);
            List<String> wish = IntStream.rangeClosed(first, first + random.nextInt(4))
                    .mapToObj(show::ticket)
                    .toList();
            Answer answer = client.book(buyer, show, wish);
            if (answer.status() != 201) {
                continue;
            }
            String booking = answer.at("/bookingId");
            int mood = random.nextInt(10);
            if (mood < 2) {
                client.pay(buyer, booking, "pm_card_chargeDeclined");
            }
            if (mood < 6 && client.pay(buyer, booking, "pm_card_visa").status() == 200) {
                bookings.add(booking);
            } else if (mood == 6) {
                client.pay(buyer, booking, "pm_card_chargeDeclinedExpiredCard");
            } else if (mood == 7) {
                client.delete("/v1/bookings/" + booking, buyer);
            }
        }
    }

    private int freeSeat(Show show) {
        JsonNode free = client.get("/v1/events/" + show.id() + "/tickets?status=AVAILABLE")
                .expect(200)
                .json()
                .path("tickets");
        return Integer.parseInt(
                free.get(0).path("ticketId").asString("").substring(show.id().length() + 1));
    }

    /** As the buyers' bookings say. */
    private BigDecimal taken(Show show) {
        return jdbc.sql("SELECT sum(total) FROM view.booking WHERE show_id = ? AND status = 'CONFIRMED'")
                .param(show.id())
                .query(BigDecimal.class)
                .single();
    }

    // The export

    private void assertSumsEqualTheApis(Show show, Path export) throws Exception {
        JsonNode api = client.get("/v1/events/" + show.id()).expect(200).json();
        for (JsonNode section : api.path("sections")) {
            assertThat(answers(
                            export,
                            "SELECT sold - refunded FROM revenue WHERE section = '"
                                    + section.path("name").asString("") + "'"))
                    .containsExactly(List.of(String.valueOf(section.path("sold").asInt())));
        }
        List<List<String>> sums = answers(
                export,
                "SELECT sum(sold - refunded)::INT, sum(revenue), (SELECT sum(paid)::INT FROM conversion) FROM revenue");
        assertThat(sums.getFirst().getFirst())
                .isEqualTo(String.valueOf(api.path("availability").path("sold").asInt()));
        assertThat(new BigDecimal(sums.getFirst().get(1))).isEqualByComparingTo(taken(show));
        assertThat(sums.getFirst().get(2))
                .isEqualTo(jdbc.sql(
                                "SELECT count(*)::text FROM view.booking WHERE show_id = ? AND status IN ('CONFIRMED', 'REFUNDED')")
                        .param(show.id())
                        .query(String.class)
                        .single());
    }

    private static List<List<String>> answers(Path export, String sql) throws SQLException, IOException {
        List<List<String>> lines = new ArrayList<>();
        try (Analyst analyst = Analyst.of(export)) {
            analyst.ask(sql, new Analyst.Lines() {
                @Override
                public void columns(List<String> names) {
                    assertThat(names).isNotEmpty();
                }

                @Override
                public void line(List<String> values) {
                    lines.add(values);
                }
            });
        }
        return lines;
    }

    private static void assertChecksumsHold(Path export) throws Exception {
        List<String> sums = Files.readAllLines(export.resolve("SHA256SUMS"));
        assertThat(sums).hasSize(2);
        for (String line : sums) {
            String[] parts = line.split(" {2}", 2);
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(export.resolve(parts[1])));
            assertThat(HexFormat.of().formatHex(digest)).isEqualTo(parts[0]);
        }
    }

    /** Searches every byte of every file, and what is compressed also as it reads. */
    private void assertNamesNobody(Path directory) throws Exception {
        List<String> secret = new ArrayList<>(List.of(
                "Quimby",
                "quimby",
                "@example.com",
                "Zacharias",
                "Some Body",
                "pm_card",
                "The Night",
                "Little Hall",
                "1 Street"));
        secret.addAll(jdbc.sql("SELECT user_id FROM account.person")
                .query(String.class)
                .list());
        secret.addAll(bookings);
        List<String> texts = new ArrayList<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                texts.add(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
            }
        }
        texts.add(answers(directory.resolve("parquet"), "SELECT * FROM events").toString());
        assertThat(texts).hasSizeGreaterThan(8);
        for (String text : texts) {
            assertThat(secret).noneMatch(text::contains);
        }
    }
}
