package ticketing.api.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import ticketing.api.story.Client.Answer;
import tools.jackson.databind.JsonNode;

/** The demo season as the program loads it, searched as people search, whichever index answers. */
abstract class JudgedQueries extends Platform {

    /** The last show of the season stays a draft. */
    private static final int SEASON = 256;

    private static final int FIRST = 3;
    private static final String NOTHING = "(nothing)";
    private static final Pattern DAYS = Pattern.compile("\\{\\+(\\d+)d}");

    /** Which index has to answer. */
    abstract String source();

    record Judged(String query, String expected) {

        boolean wantsNothing() {
            return expected.equals(NOTHING);
        }
    }

    void awaitSeason() {
        await().atMost(Duration.ofMinutes(4))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> {
                    Answer all = client.get("/v1/events/search?pageSize=1").expect(200);
                    return all.json().path("total").asInt() == SEASON
                            && all.at("/source").equals(source());
                });
    }

    /** The answer of the index that has to. */
    Answer found(String query) {
        return await(query)
                .pollDelay(Duration.ZERO)
                .atMost(Duration.ofMinutes(1))
                .until(
                        () -> client.get("/v1/events/search?" + encoded(query)).expect(200),
                        one -> one.at("/source").equals(source()));
    }

    static List<JsonNode> first(Answer answer) {
        List<JsonNode> first = new ArrayList<>();
        for (JsonNode item : answer.json().path("items")) {
            if (first.size() < FIRST) {
                first.add(item);
            }
        }
        return first;
    }

    @Test
    void the_right_event_is_among_the_first_three() throws IOException {
        awaitSeason();
        List<Judged> queries = read("judged-queries.txt");
        assertThat(queries).hasSizeGreaterThanOrEqualTo(40);
        List<String> wrong = new ArrayList<>();
        for (Judged judged : queries) {
            List<String> first = first(found(judged.query)).stream()
                    .map(item -> item.path("name").asString("") + " @ "
                            + item.path("venue").path("city").asString(""))
                    .toList();
            boolean right = judged.wantsNothing()
                    ? first.isEmpty()
                    : first.stream()
                            .anyMatch(hit -> hit.equals(judged.expected) || hit.startsWith(judged.expected + " @ "));
            if (!right) {
                wrong.add(judged.query + " -> " + first + " instead of " + judged.expected);
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void suggestions_forgive_errors_before_the_word_is_finished() {
        await().atMost(Duration.ofMinutes(4))
                .until(() -> client.get("/v1/events/search?pageSize=1")
                        .expect(200)
                        .at("/source")
                        .equals(source()));
        assertThat(suggested("tay")).contains("Taylor Swift", "The Long Story Tour");
        assertThat(suggested("sigur r")).contains("Sigur Rós");
        assertThat(suggested("metalic")).contains("Metallica");
        assertThat(suggested("radoih")).contains("Radiohead");
        assertThat(suggested("***")).isEmpty();
    }

    private List<String> suggested(String prefix) {
        List<String> texts = new ArrayList<>();
        client.get("/v1/events/suggest?prefix=" + URLEncoder.encode(prefix, StandardCharsets.UTF_8))
                .expect(200)
                .json()
                .path("suggestions")
                .forEach(suggestion -> texts.add(suggestion.path("text").asString("")));
        return texts;
    }

    List<Judged> read(String name) throws IOException {
        try (InputStream file = JudgedQueries.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split(" \\| ", 2))
                    .map(parts -> new Judged(dated(parts[0].strip()), parts[1].strip()))
                    .toList();
        }
    }

    private String dated(String query) {
        OffsetDateTime begun = jdbc.sql("SELECT started_at FROM demo.season")
                .query(OffsetDateTime.class)
                .single();
        Matcher matcher = DAYS.matcher(query);
        return matcher.replaceAll(found -> begun.withOffsetSameInstant(ZoneOffset.UTC)
                .toLocalDate()
                .plusDays(Long.parseLong(found.group(1)))
                .toString());
    }

    /** "R&B" has a sign in its value that also stands between parameters: only what looks like another parameter is one. */
    private static String encoded(String query) {
        return Stream.of(query.split("&(?=[a-zA-Z]+=)"))
                .map(parameter -> parameter.split("=", 2))
                .map(parts -> parts[0] + "=" + URLEncoder.encode(parts[1], StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }
}
