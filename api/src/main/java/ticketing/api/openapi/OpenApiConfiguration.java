package ticketing.api.openapi;

import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.media.ArraySchema;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.servers.Server;
import java.util.Arrays;
import java.util.List;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.PropertySource;
import ticketing.api.problem.ProblemCode;
import ticketing.api.security.Caller;
import ticketing.api.security.PublicPaths;
import ticketing.messages.Identifier;

/** The OpenAPI 3.1 document at /v3/api-docs and Swagger UI at /docs. */
@Configuration(proxyBeanMethods = false)
@PropertySource("classpath:ticketing/api/openapi.properties")
class OpenApiConfiguration {

    private static final String BEARER = "bearer";
    private static final String PROBLEM = "Problem";

    static {
        // The caller comes from the token, not from a parameter.
        SpringDocUtils.getConfig().addRequestWrapperToIgnore(Caller.class);
        for (Class<?> identifier : identifiers()) {
            SpringDocUtils.getConfig()
                    .replaceWithSchema(identifier, new StringSchema().description("An opaque identifier."));
        }
        SpringDocUtils.getConfig()
                .replaceWithSchema(
                        ticketing.messages.Money.class,
                        object(
                                new StringSchema()
                                        .name("amount")
                                        .example("49.50")
                                        .description("A decimal number."),
                                new StringSchema()
                                        .name("currency")
                                        .example("EUR")
                                        .description("ISO 4217.")));
    }

    private static List<Class<? extends Identifier>> identifiers() {
        return List.of(
                ticketing.messages.UserId.class,
                ticketing.messages.booking.BookingId.class,
                ticketing.messages.payment.PaymentId.class,
                ticketing.messages.performer.PerformerId.class,
                ticketing.messages.show.ShowId.class,
                ticketing.messages.ticket.TicketId.class,
                ticketing.messages.venue.VenueId.class);
    }

    @Bean
    OpenAPI description() {
        return new OpenAPI()
                .info(new Info()
                        .title("Ticketing")
                        .version("v1")
                        .summary("Find a show, hold seats, pay, go.")
                        .description("""
                                Reads of events, venues and performers need no login. Everything else takes an access token: register with \
                                `POST /v1/users`, log in with `POST /v1/login`, send `Authorization: Bearer …`.

                                Every refusal is an RFC 9457 problem document with a stable `code`; `GET /problems` lists them all. Repeat a POST \
                                that books or pays with the same `Idempotency-Key` and it happens once.""")
                        .license(new License().name("Apache 2.0").identifier("Apache-2.0")))
                .servers(List.of(new Server().url("/").description("This server")))
                .components(new Components()
                        .addSecuritySchemes(
                                BEARER,
                                new SecurityScheme()
                                        .type(SecurityScheme.Type.HTTP)
                                        .scheme("bearer")
                                        .bearerFormat("JWT"))
                        .addSchemas(PROBLEM, problem())
                        .addResponses(
                                PROBLEM,
                                new ApiResponse()
                                        .description("A refusal or a fault; `code` says which.")
                                        .content(new Content()
                                                .addMediaType(
                                                        "application/problem+json",
                                                        new MediaType()
                                                                .schema(new Schema<>()
                                                                        .$ref("#/components/schemas/" + PROBLEM))))));
    }

    private static Schema<?> problem() {
        List<String> codes =
                Arrays.stream(ProblemCode.values()).map(ProblemCode::code).toList();
        StringSchema code = new StringSchema();
        code.setEnum(codes);
        return object(
                        new StringSchema().name("type").format("uri-reference").example("/problems/seat-taken"),
                        new StringSchema().name("title").description("The same for every problem of this code."),
                        new IntegerSchema().name("status"),
                        new StringSchema().name("detail").description("About this very problem, for a person."),
                        code.name("code"))
                .description("RFC 9457. Some codes carry more members, such as `ticketIds` with `seat-taken`.")
                .addProperty(
                        "errors",
                        new ArraySchema()
                                .items(object(new StringSchema().name("field"), new StringSchema().name("message")))
                                .description("With `validation-failed`: what is wrong where."));
    }

    /** An object whose members, named by their schemas, are all required. */
    private static Schema<?> object(Schema<?>... members) {
        ObjectSchema object = new ObjectSchema();
        for (Schema<?> member : members) {
            object.addProperty(member.getName(), member);
            object.addRequiredItem(member.getName());
        }
        return object;
    }

    /** Says of each operation that it can be refused, and whether it wants a token. */
    @Bean
    OpenApiCustomizer refusals() {
        return document -> {
            if (document.getPaths() == null) {
                return;
            }
            document.getPaths()
                    .forEach((path, item) ->
                            item.readOperationsMap().forEach((method, operation) -> refine(path, method, operation)));
        };
    }

    private static void refine(String path, PathItem.HttpMethod method, Operation operation) {
        ApiResponses responses = operation.getResponses() == null ? new ApiResponses() : operation.getResponses();
        responses.addApiResponse("default", new ApiResponse().$ref("#/components/responses/" + PROBLEM));
        operation.setResponses(responses);
        operation.setSecurity(
                PublicPaths.isPublic(method.name(), path)
                        ? List.of()
                        : List.of(new SecurityRequirement().addList(BEARER)));
    }
}
