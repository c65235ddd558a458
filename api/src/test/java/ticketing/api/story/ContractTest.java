package ticketing.api.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The generated OpenAPI document says what the published contract says: no call less, and none that nobody agreed on. */
class ContractTest extends Platform {

    /** The contract's calls, with {} for every part of a path that is a name. */
    private static final Set<String> CALLS = lines("""
            POST /v1/users
            POST /v1/login
            POST /v1/login/refresh
            POST /v1/logout
            GET /v1/users/me
            PUT /v1/users/me
            DELETE /v1/users/me
            GET /v1/users/me/export
            PUT /v1/users/{}/roles
            POST /v1/venues
            PUT /v1/venues/{}
            GET /v1/venues/{}
            GET /v1/venues
            POST /v1/performers
            PUT /v1/performers/{}
            GET /v1/performers/{}
            POST /v1/events
            PUT /v1/events/{}
            POST /v1/events/{}/publish
            POST /v1/events/{}/cancel
            GET /v1/events/{}
            GET /v1/events/{}/tickets
            GET /v1/events/{}/seats
            GET /v1/events/{}/availability
            GET /v1/events/{}/seats/stream
            GET /v1/events/search
            GET /v1/events/suggest
            POST /v1/bookings
            GET /v1/bookings/{}
            GET /v1/bookings
            DELETE /v1/bookings/{}
            PUT /v1/bookings/{}/confirm
            POST /v1/bookings/{}/refund
            GET /v1/tickets
            GET /v1/tickets/{}
            POST /v1/sandbox/payments/{}/complete
            """);

    /** Agreed on, and not built yet. Whoever builds one moves its line up. */
    private static final Set<String> TO_COME = lines("""
            POST /v1/images
            PUT /v1/images/{}
            DELETE /v1/images/{}
            GET /v1/images/{}
            GET /v1/tickets/{}/qr
            GET /v1/tickets/{}/pdf
            POST /v1/tickets/{}/check-in
            POST /v1/payments/webhook
            PUT /v1/events/{}/waiting-room
            POST /v1/events/{}/waiting-room/entries
            GET /v1/events/{}/waiting-room
            GET /v1/events/{}/waiting-room/position
            GET /v1/projections
            POST /v1/projections/{}/replay
            GET /v1/projections/{}
            GET /v1/events/{}/history
            GET /v1/events/{}/sales
            """);

    private static Set<String> lines(String text) {
        return text.strip().lines().collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void the_document_has_the_contracts_calls_and_no_others() {
        JsonNode document = client.get("/v3/api-docs").expect(200).json();
        assertThat(document.path("openapi").asString("")).startsWith("3.1.");
        assertThat(document.at("/info/title").asString("")).isNotBlank();
        assertThat(document.at("/info/version").asString("")).isNotBlank();
        Set<String> documented = new TreeSet<>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .properties()
                        .forEach(operation -> documented.add(operation.getKey().toUpperCase(java.util.Locale.ROOT) + " "
                                + path.getKey().replaceAll("\\{[^}]*}", "{}"))));
        assertThat(documented).containsExactlyInAnyOrderElementsOf(CALLS).doesNotContainAnyElementsOf(TO_COME);
    }

    @Test
    void every_call_says_how_it_succeeds_and_that_it_can_be_refused() {
        JsonNode document = client.get("/v3/api-docs").expect(200).json();
        Set<String> names = new TreeSet<>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(operation -> {
                    String call = operation.getKey() + " " + path.getKey();
                    JsonNode said = operation.getValue();
                    assertThat(names.add(said.path("operationId").asString("")))
                            .as("the id of " + call)
                            .isTrue();
                    JsonNode responses = said.path("responses");
                    assertThat(responses.properties().stream()
                                    .anyMatch(one -> one.getKey().startsWith("2")))
                            .as(call)
                            .isTrue();
                    assertThat(responses.at("/default/$ref").asString(""))
                            .as(call)
                            .isEqualTo("#/components/responses/Problem");
                    Set<String> declared = new TreeSet<>();
                    said.path("parameters").forEach(parameter -> {
                        if (parameter.path("in").asString("").equals("path")) {
                            declared.add(parameter.path("name").asString(""));
                            assertThat(parameter.path("required").asBoolean(false))
                                    .as(call)
                                    .isTrue();
                        }
                    });
                    Set<String> inPath = java.util.regex.Pattern.compile("\\{([^}]*)}")
                            .matcher(path.getKey())
                            .results()
                            .map(found -> found.group(1))
                            .collect(Collectors.toCollection(TreeSet::new));
                    assertThat(declared).as(call).isEqualTo(inPath);
                }));
        assertThat(document.at("/components/responses/Problem/content").has("application/problem+json"))
                .isTrue();
    }

    @Test
    void every_reference_leads_somewhere() {
        JsonNode document = client.get("/v3/api-docs").expect(200).json();
        Set<String> references = new TreeSet<>();
        for (JsonNode reference : document.findValues("$ref")) {
            references.add(reference.asString());
        }
        assertThat(references).isNotEmpty().allSatisfy(reference -> {
            assertThat(reference).startsWith("#/");
            assertThat(document.at(reference.substring(1)).isMissingNode())
                    .as(reference)
                    .isFalse();
        });
    }
}
