package ticketing.api.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import ticketing.api.commandline.CommandLine;
import ticketing.api.story.Client.Person;
import ticketing.api.story.Client.Show;
import ticketing.api.story.Commands.Outcome;

/** Whoever makes a mistake on the command line is told which, in one sentence, and nothing has happened. */
@Timeout(120)
class CommandLineTest extends Platform {

    private static final String NOTHING = "nothing-of-this-name";

    @Autowired
    @SuppressWarnings("NullAway.Init")
    private JdbcConnectionDetails access;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private Commands commands() {
        return new Commands(access);
    }

    private Show show(String currency) {
        Person organizer = client.newPerson("ORGANIZER");
        return client.newShow(
                organizer,
                client.newVenue(organizer, 1, 10, 10),
                Map.of("prices", Map.of("Stalls", Map.of("amount", "49.50", "currency", currency))));
    }

    private String to(String name) {
        return directory.resolve(name).toString();
    }

    // Whoever asks for something that there is not

    @Test
    void an_export_of_a_show_or_a_type_that_there_is_not_is_refused_and_writes_nothing() {
        assertRefused("There is no show nobody in this store.", "export", "--to", to("a"), "--show", "nobody");
        assertRefused("A show is named by its identifier", "export", "--to", to("b"), "--show", "no show");
        assertRefused(
                "No event is of type ticket.Ticket; there are ", "export", "--to", to("c"), "--type", "ticket.Ticket");
        assertRefused("No event is of type tickets.*; there are ", "export", "--to", to("d"), "--type", "tickets.*");
        assertRefused("A type is such as ticket.TicketConfirmed or ticket.*", "export", "--to", to("e"), "--type", "*");
        assertRefused("A slice lies between", "export", "--to", to("f"), "--since", "+1000000000-12-31T00:00:00Z");
        assertThat(directory).isEmptyDirectory();
    }

    private void assertRefused(String sentence, String... arguments) {
        assertThat(commands().run(arguments).expect(2).output()).startsWith(sentence);
    }

    @Test
    void an_export_without_events_says_so_and_goes_on_when_there_are_some() {
        Show show = show("EUR");
        String[] export = {"export", "--to", to("few"), "--show", show.id(), "--type", "ticket.TicketConfirmed"};
        assertThat(commands().run(export).expect(0).output()).contains("there is none in this slice");
        Person buyer = client.newBuyer();
        client.pay(buyer, client.hold(buyer, show, 0), "pm_card_visa").expect(200);
        assertThat(commands().run(export).expect(0).output()).startsWith("1 rows in 1 parquet files");
    }

    @Test
    void the_audit_counts_money_only_where_there_is_some() {
        show("SEK");
        Show sold = show("DKK");
        Person buyer = client.newBuyer();
        client.pay(buyer, client.hold(buyer, sold, 0), "pm_card_visa").expect(200);
        assertThat(commands().run("audit").expect(0).output()).contains("DKK").doesNotContain("SEK");
    }

    @Test
    void a_sale_that_there_was_not_is_not_run_again() {
        Show show = show("EUR");
        assertRefused("There is no event nobody.", "what-if", "--show", "nobody");
        String venue = client.get("/v1/events/" + show.id()).at("/venue/venueId");
        assertRefused("There is no event " + venue + ".", "what-if", "--show", venue);
        assertRefused("Nobody has booked anything of " + show.id(), "what-if", "--show", show.id());
        assertRefused("Section Floor is not for sale.", "what-if", "--show", show.id(), "--price", "Floor=7");
        assertRefused("In EUR nothing costs 7.123: ", "what-if", "--show", show.id(), "--price", "Stalls=7.123");
    }

    // Whoever writes something else than what is meant

    static Stream<List<String>> mistakes() {
        return Stream.of(
                List.of("audit what", "What is meant by what?"),
                List.of("audit --all", "There is no option --all."),
                List.of("audit --url", "--url needs a value."),
                List.of("audit --url --user me", "--url needs a value."),
                List.of("audit --url postgres://here", "The store's URL begins with jdbc:postgresql:"),
                List.of("audit --url jdbc:duckdb:here", "The store's URL begins with jdbc:postgresql:"),
                List.of("audit --url jdbc:postgresql:x --data-dir y", "--url and --data-dir name two stores"),
                List.of("audit --data-dir " + NOTHING, "There is no database in "),
                List.of("audit --data-dir=", "--data-dir is a directory, not ."),
                List.of("export what", "What is meant by what?"),
                List.of("export --to", "--to needs a value."),
                List.of("export --to --format csv", "--to needs a value."),
                List.of("export --format xml", "--format is parquet, csv or ndjson, not xml."),
                List.of(
                        "export --since yesterday",
                        "--since is an instant such as 2026-12-01T00:00:00Z, not yesterday."),
                List.of("export --until 2026-12-01", "--until is an instant such as"),
                List.of(
                        "export --since 2026-12-01T00:00:00Z --until 2026-12-01T00:00:00Z",
                        "A slice ends after it begins."),
                List.of("export --show a --show b", "--show is given twice."),
                List.of("sql", "One question is needed, in quotes"),
                List.of("sql FROM revenue", "One question is needed, in quotes"),
                List.of("sql --from " + NOTHING + " x", "There is no export in " + NOTHING + "."),
                List.of("sql --csv=yes x", "--csv takes no value."),
                List.of("what-if", "Which show is meant?"),
                List.of("what-if what", "What is meant by what?"),
                List.of("what-if --show a-b", "--show is a show's identifier, not a-b."),
                List.of("what-if --show a --hold long", "--hold is a number of seconds, not long."),
                List.of("what-if --show a --hold 0", "A hold lasts a second at least."),
                List.of("what-if --show a --limit 1.5", "--limit is a number of tickets, not 1.5."),
                List.of("what-if --show a --limit 0", "A booking has one ticket at least."),
                List.of("what-if --show a --admit all", "--admit is a number of buyers, not all."),
                List.of("what-if --show a --price Stalls", "--price is SECTION=AMOUNT,…"),
                List.of("what-if --show a --price Stalls=1E999999999", "--price is SECTION=AMOUNT,…"),
                List.of("what-if --show a --price Stalls=1,Stalls=2", "--price is SECTION=AMOUNT,…"),
                List.of("what-if --show a --elasticity NaN", "The elasticity is between 0 and 100."),
                List.of("what-if --show a --second-choice 2", "The part that takes other seats is between 0 and 1."),
                List.of("what-if --show a --seed x", "--seed is a whole number, not x."),
                List.of("replay", "Name one read model."),
                List.of("replay seat-view booking-view", "Name one read model."),
                List.of("replay ../seat-view", "No read model can have this name."),
                List.of("replay seat-view --from start", "--from is a position, a whole number, not start."),
                List.of("replay seat-view --server localhost", "--server is a URL such as http://localhost:8080"),
                List.of("replay seat-view --server ftp://localhost", "--server is a URL such as"),
                List.of("replay seat-view --data-dir " + NOTHING, "There is no " + NOTHING));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void a_mistake_is_named(List<String> mistake) {
        Outcome outcome = ran(mistake.getFirst().split(" ", -1));
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.output()).startsWith(mistake.getLast()).doesNotContain("Exception", "\tat ");
        assertThat(Path.of(NOTHING)).doesNotExist();
    }

    @Test
    void every_command_says_how_it_is_called() {
        for (String command : List.of("audit", "export", "sql", "what-if", "replay")) {
            Outcome outcome = ran(command, "--help");
            assertThat(outcome.exitCode()).isZero();
            assertThat(outcome.output()).startsWith(command + " ");
        }
    }

    @Test
    void what_is_no_store_no_export_and_no_program_is_said_to_be_none() throws IOException {
        String[] elsewhere = {
            "--url",
            String.valueOf(access.getJdbcUrl()).replaceFirst("/[^/?]+(\\?|$)", "/postgres$1"),
            "--user",
            String.valueOf(access.getUsername()),
            "--password",
            String.valueOf(access.getPassword())
        };
        Outcome outcome =
                ran("audit", elsewhere[0], elsewhere[1], elsewhere[2], elsewhere[3], elsewhere[4], elsewhere[5]);
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.output()).startsWith("This is no database of this program");

        Path file = Files.writeString(directory.resolve("file"), "not a directory");
        assertRefused(file + " is there already, and is no directory.", "export", "--to", file.toString());
        Path other = Files.createDirectory(directory.resolve("other"));
        Files.writeString(other.resolve("export.json"), "[");
        assertRefused(
                other.resolve("export.json") + " is not what an export writes there.",
                "export",
                "--to",
                other.toString());

        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 5);
            exchange.getResponseBody().write("hello".getBytes(StandardCharsets.UTF_8));
            exchange.close();
        });
        server.start();
        try {
            String url = "http://127.0.0.1:" + server.getAddress().getPort();
            Files.writeString(directory.resolve("admin-password"), "a long password");
            Outcome replay = ran("replay", "seat-view", "--server", url, "--data-dir", directory.toString());
            assertThat(replay.exitCode()).isEqualTo(2);
            assertThat(replay.output()).startsWith("What answers at " + url + "/ is not this program (200).");
        } finally {
            server.stop(0);
        }
    }

    // What strangers write into a question or an export

    @Test
    void a_question_reads_the_export_and_nothing_else_and_changes_nothing() throws IOException {
        Show show = show("EUR");
        commands().run("export", "--to", to("one"), "--show", show.id()).expect(0);
        Path secret = Files.writeString(directory.resolve("secret.csv"), "word\nopen sesame\n");
        Path part = directory.resolve("one/events-000001.parquet");
        byte[] before = Files.readAllBytes(part);
        for (String question : List.of(
                "FROM read_text('" + secret + "')",
                "FROM '" + secret + "'",
                "SELECT * FROM glob('" + directory + "/*')",
                "SELECT * FROM read_text('" + to("one/pseudonyms.key") + "')",
                "COPY events TO '" + to("out.csv") + "'",
                "COPY (SELECT 1 AS a) TO '" + part + "' (FORMAT parquet)",
                "COPY (SELECT 1 AS a) TO '" + part + "' (FORMAT parquet, USE_TMP_FILE false)",
                "SELECT 1; copy(SELECT 1 AS a) TO '" + part + "' (FORMAT parquet, USE_TMP_FILE false)",
                "EXPORT DATABASE '" + to("out") + "'",
                "ATTACH '" + to("out.db") + "'",
                "INSTALL httpfs",
                "SET enable_external_access = true",
                "SET memory_limit = '64GB'")) {
            Outcome outcome = ran("sql", "--from", to("one"), question);
            assertThat(outcome.exitCode()).as(question + ": " + outcome).isEqualTo(2);
            assertThat(outcome.output()).as(question).doesNotContain("sesame").hasLineCount(1);
        }
        assertThat(directory).isDirectoryNotContaining("glob:**/out*");
        assertThat(part).hasBinaryContent(before);
        for (String question : List.of(
                "SELECT count(*) AS n FROM events",
                "SELECT count(*) AS n FROM events WHERE section = 'copy'",
                "DESCRIBE events",
                "PIVOT events ON type USING count(*)",
                "CREATE TABLE few AS FROM events; FROM few")) {
            assertThat(ran("sql", "--from", to("one"), question).exitCode())
                    .as(question)
                    .isZero();
        }
    }

    @Test
    void an_export_that_somebody_gave_away_leads_nowhere_else() throws IOException {
        Show show = show("EUR");
        commands().run("export", "--to", to("given"), "--show", show.id()).expect(0);
        Path manifest = directory.resolve("given/export.json");
        Files.writeString(manifest, Files.readString(manifest).replace("events-000001", "../given/events-000001"));
        Outcome outcome = ran("sql", "--from", to("given"), "FROM events");
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.output()).startsWith(manifest + " is not what an export writes there.");
    }

    private static Outcome ran(String... arguments) {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        int exitCode = CommandLine.run(out, out, arguments);
        return new Outcome(exitCode, printed.toString(StandardCharsets.UTF_8));
    }
}
