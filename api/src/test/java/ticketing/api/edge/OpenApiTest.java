package ticketing.api.edge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class OpenApiTest extends EdgeTest {

    @Test
    void the_document_describes_problems_once_and_says_what_needs_a_token() {
        JsonNode document = get("/v3/api-docs").json();
        assertThat(document.get("openapi").asString()).startsWith("3.1");
        assertThat(document.at("/info/title").asString()).isEqualTo("Ticketing");
        assertThat(document.at("/components/securitySchemes/bearer/scheme").asString())
                .isEqualTo("bearer");
        assertThat(document.at("/components/schemas/Problem/properties/code/enum")
                        .toString())
                .contains("seat-taken");
        JsonNode me = document.at("/paths/~1v1~1users~1me/get");
        assertThat(me.at("/responses/default/$ref").asString()).isEqualTo("#/components/responses/Problem");
        assertThat(me.at("/security/0").has("bearer")).isTrue();
        assertThat(me.has("parameters")).as("the caller is no parameter").isFalse();
        assertThat(document.at("/paths/~1v1~1login/post/security").size()).isZero();
        assertThat(document.at("/paths/~1v1~1events~1{id}/get/security").size()).isZero();
        assertThat(document.at("/paths/~1v1~1events~1{id}~1history/get/security/0")
                        .has("bearer"))
                .isTrue();
        assertThat(document.at("/components/schemas/Profile/properties/userId/type")
                        .asString())
                .isEqualTo("string");
        assertThat(document.at("/paths").has("/problems")).isFalse();
    }

    @Test
    void the_page_is_there() {
        Answer elsewhere = get("/docs/");
        assertThat(elsewhere.status()).isEqualTo(302);
        assertThat(elsewhere.header("Location")).endsWith("/docs");
        Answer docs = get("/docs");
        assertThat(docs.status()).isIn(200, 302);
        Answer page = get("/swagger-ui/index.html");
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.text()).contains("Swagger UI");
    }
}
