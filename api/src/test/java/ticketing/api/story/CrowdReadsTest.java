package ticketing.api.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import ticketing.api.story.Client.Answer;
import ticketing.api.story.Client.Person;
import ticketing.api.story.Client.Show;

/** What strangers read of a show in a rush is kept as bytes: it is the same as what is made for each, and never late. */
class CrowdReadsTest extends Platform {

    private static final List<String> KINDS = List.of("", "/availability", "/seats");

    private Show published(int rows, int seatsEach) {
        Person organizer = client.newPerson("ORGANIZER");
        return client.newShow(organizer, client.newVenue(organizer, rows, seatsEach, 10), Map.of());
    }

    private static String path(Show show, String kind) {
        return "/v1/events/" + show.id() + kind;
    }

    /** How many answers of this kind have been sent as they were kept. */
    private double sentAsKept(String kind) {
        return sentFrom("/v1/events/{id}" + kind);
    }

    private double sentFrom(String path) {
        Matcher counted = Pattern.compile(
                        "ticketing_prepared_answers_total\\{path=\"" + Pattern.quote(path) + "\"[^}]*} (\\S+)")
                .matcher(client.get("/actuator/prometheus").expect(200).text());
        return counted.find() ? Double.parseDouble(counted.group(1)) : 0;
    }

    private static Map<String, List<String>> headers(Answer answer) {
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.putAll(answer.headers().map());
        headers.remove("Date");
        // The connection's own.
        headers.remove("Keep-Alive");
        headers.remove("Connection");
        headers.compute(
                "Vary",
                (_, values) -> values == null
                        ? List.of()
                        : values.stream()
                                .flatMap(value -> List.of(value.split(", *", -1)).stream())
                                .distinct()
                                .sorted()
                                .toList());
        return headers;
    }

    @Test
    void what_is_kept_is_what_the_ordinary_way_gives() {
        Show show = published(20, 20);
        for (String kind : KINDS) {
            // A parameter that means nothing keeps a request on the ordinary way.
            Answer ordinary = client.get(path(show, kind) + "?x=1").expect(200);
            double before = sentAsKept(kind);
            Answer kept = client.get(path(show, kind)).expect(200);
            assertThat(sentAsKept(kind)).as(kind).isEqualTo(before + 1);
            assertThat(kept.text()).as(kind).isEqualTo(ordinary.text());
            assertThat(headers(kept)).as(kind).isEqualTo(headers(ordinary)).containsKeys("ETag", "Cache-Control");
            assertThat(kept.header("X-Content-Type-Options")).isEqualTo("nosniff");
        }
    }

    @Test
    void a_search_that_was_just_made_in_the_same_words_is_what_the_ordinary_way_gives() {
        for (String search :
                List.of("/v1/events/search?keyword=so+is+none+called", "/v1/events/suggest?prefix=nonesuch")) {
            Answer ordinary = client.get(search).expect(200);
            String path = search.substring(0, search.indexOf('?'));
            double before = sentFrom(path);
            await().until(() -> {
                Answer again = client.get(search).expect(200);
                assertThat(again.text()).isEqualTo(ordinary.text());
                assertThat(headers(again)).isEqualTo(headers(ordinary)).containsKeys("ETag", "Cache-Control");
                return sentFrom(path) > before;
            });
            assertThat(client.send("GET", search, "not a token", null).problem())
                    .isEqualTo("401 unauthenticated");
            assertThat(client.send("GET", search, null, null, "If-None-Match", ordinary.header("ETag"))
                            .status())
                    .isEqualTo(304);
        }
    }

    @Test
    void compressed_is_the_same_under_another_tag_and_either_tag_is_enough() throws IOException {
        Show show = published(40, 40);
        for (String kind : KINDS) {
            for (String way : List.of("?x=1", "")) {
                String path = path(show, kind) + way;
                Answer plain = client.get(path).expect(200);
                Answer gzip = client.send("GET", path, null, null, "Accept-Encoding", "br, gzip;q=0.8")
                        .expect(200);
                assertThat(gzip.header("Content-Encoding")).as(path).isEqualTo("gzip");
                assertThat(new GZIPInputStream(new ByteArrayInputStream(gzip.body())).readAllBytes())
                        .isEqualTo(plain.body());
                assertThat(gzip.body().length).isLessThan(plain.body().length);
                assertThat(gzip.header("ETag")).isNotEqualTo(plain.header("ETag"));
                assertThat(gzip.headers().allValues("Vary"))
                        .anySatisfy(vary -> assertThat(vary).contains("Accept-Encoding"));
                for (String refusing : List.of("gzip;q=0", "identity", "*;q=0", "br")) {
                    Answer refused = client.send("GET", path, null, null, "Accept-Encoding", refusing);
                    assertThat(refused.header("Content-Encoding")).as(refusing).isEmpty();
                    assertThat(refused.body()).isEqualTo(plain.body());
                }
                for (String known : List.of(
                        plain.header("ETag"),
                        gzip.header("ETag"),
                        "W/" + gzip.header("ETag"),
                        "\"a\", " + plain.header("ETag"))) {
                    Answer unchanged = client.send("GET", path, null, null, "If-None-Match", known);
                    assertThat(unchanged.status()).as(known).isEqualTo(304);
                    assertThat(unchanged.body()).isEmpty();
                    assertThat(unchanged.header("Cache-Control")).isEqualTo(plain.header("Cache-Control"));
                }
                client.send("GET", path, null, null, "If-None-Match", "\"a\"").expect(200);
            }
        }
    }

    @Test
    void whoever_has_just_written_reads_it() {
        Person buyer = client.newBuyer();
        Show show = published(5, 10);
        for (String kind : KINDS) {
            client.get(path(show, kind)).expect(200);
        }
        for (int seat = 0; seat < 20; seat++) {
            String booking = client.hold(buyer, show, seat);
            assertThat(seatStatus(show, seat)).isEqualTo(1);
            int before = (seat + 1) / 2;
            assertThat(client.counts(show)).isEqualTo((60 - before - 1) + " available, 1 held, " + before + " sold");
            if (seat % 2 == 0) {
                client.pay(buyer, booking, "pm_card_visa").expect(200);
                assertThat(seatStatus(show, seat)).isEqualTo(2);
            } else {
                client.delete("/v1/bookings/" + booking, buyer).expect(204);
                assertThat(seatStatus(show, seat)).isZero();
            }
            int sold = seat / 2 + 1;
            assertThat(client.counts(show)).isEqualTo((60 - sold) + " available, 0 held, " + sold + " sold");
        }
    }

    private int seatStatus(Show show, int seat) {
        byte[] statuses = Base64.getDecoder()
                .decode(client.get(path(show, "/availability")).expect(200).at("/statuses"));
        return (statuses[seat / 4] >> (2 * (seat % 4))) & 3;
    }

    @Test
    void whatever_an_event_is_told_with_is_told_as_it_is_now() {
        Person organizer = client.newPerson("ORGANIZER");
        String venue = client.newVenue(organizer, 1, 4, 2);
        String performer = client.post(
                        "/v1/performers", organizer, Map.of("name", "The First", "description", "", "genre", "Rock"))
                .expect(201)
                .at("/performerId");
        Show show = client.newDraft(organizer, venue, Map.of("performerIds", List.of(performer)));
        String path = path(show, "");
        assertThat(client.get(path).problem()).isEqualTo("404 event-not-found");
        assertThat(client.get(path, organizer).expect(200).at("/status")).isEqualTo("DRAFT");
        assertThat(client.get(path).problem()).isEqualTo("404 event-not-found");

        client.post(path + "/publish", organizer, null).expect(200);
        Answer first = client.get(path).expect(200);
        assertThat(first.at("/performers/0/name")).isEqualTo("The First");

        client.put(
                        "/v1/performers/" + performer,
                        organizer,
                        Map.of("name", "The Second", "description", "", "genre", "Rock"))
                .expect(200);
        Answer second = client.get(path).expect(200);
        assertThat(second.at("/performers/0/name")).isEqualTo("The Second");
        assertThat(second.header("ETag")).isNotEqualTo(first.header("ETag"));

        client.put(
                        path,
                        organizer,
                        Client.event(venue, Map.of("name", "Another Night", "performerIds", List.of(performer))))
                .expect(200);
        assertThat(client.get(path).expect(200).at("/name")).isEqualTo("Another Night");

        client.post(path + "/cancel", organizer, null).expect(200);
        assertThat(client.get(path).expect(200).at("/status")).isEqualTo("CANCELLED");
        assertThat(seatStatus(show, 0)).isEqualTo(3);
    }

    @Test
    void what_is_kept_is_for_nobody_who_asks_for_something_else() {
        Show show = published(2, 4);
        String path = path(show, "");
        client.get(path).expect(200);
        client.get(path).expect(200);
        assertThat(client.send("GET", path, "not a token", null).problem()).isEqualTo("401 unauthenticated");
        assertThat(client.send("GET", path, null, null, "Accept", "text/html").status())
                .isEqualTo(406);
        assertThat(client.send("POST", path, null, null).problem()).isEqualTo("401 unauthenticated");
        assertThat(client.send("HEAD", path, null, null).expect(200).body()).isEmpty();
        assertThat(client.get(path + "?include=seats").problem()).isEqualTo("400 validation-failed");
        assertThat(client.get(path + "/").status()).isIn(401, 404);
        assertThat(client.getUnchecked(path.replace("/v1/", "//v1/")).status()).isIn(400, 401, 404);
    }

    @Test
    void long_polling_hears_of_a_booking() {
        Person buyer = client.newBuyer();
        Show show = published(2, 4);
        Answer now = client.get(path(show, "/availability")).expect(200);
        String since = path(show, "/availability") + "?epoch=" + now.at("/epoch") + "&wait=20&since="
                + now.json().path("seq").asLong();
        CompletableFuture<Answer> waiting = CompletableFuture.supplyAsync(() -> client.get(since));
        client.hold(buyer, show, 3);

        Answer heard = waiting.orTimeout(10, TimeUnit.SECONDS).join().expect(200);
        assertThat(heard.json().path("seq").asLong())
                .isGreaterThan(now.json().path("seq").asLong());
        assertThat(heard.text())
                .isEqualTo(client.get(path(show, "/availability")).text());
    }
}
