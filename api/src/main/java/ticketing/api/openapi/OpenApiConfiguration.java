package ticketing.api.openapi;

import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
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
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.servers.Server;
import io.swagger.v3.oas.models.tags.Tag;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.providers.ObjectMapperProvider;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.PropertySource;
import org.springframework.web.servlet.config.annotation.ViewControllerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import ticketing.api.problem.ProblemCode;
import ticketing.api.security.Caller;
import ticketing.messages.Identifier;

/** The OpenAPI 3.1 document at /v3/api-docs and Swagger UI at /docs. */
@Configuration(proxyBeanMethods = false)
@PropertySource("classpath:ticketing/api/openapi.properties")
class OpenApiConfiguration {

    static final String BEARER = "bearer";
    static final String PROBLEM = "Problem";

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
                                        .description("ISO 4217.")))
                .replaceWithSchema(
                        ZoneId.class,
                        new StringSchema().example("Europe/Berlin").description("An IANA time zone."))
                .replaceWithSchema(
                        ticketing.messages.venue.Seats.class,
                        new Schema<>()
                                .oneOf(List.of(new IntegerSchema(), new ArraySchema().items(new StringSchema())))
                                .description("How many seats, which are then named 1, 2, 3 …; or their labels."));
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
                .tags(List.of(
                        tag(Calls.SEARCH, "Find something to go to."),
                        tag(Calls.CATALOGUE, "What organizers write and everybody reads."),
                        tag(
                                Calls.SEATS,
                                "Where the seats of an event are, and which are free: once, as a stream, or as a WebSocket."),
                        tag(Calls.BOOKINGS, "Hold seats, pay for them, give them back."),
                        tag(Calls.TICKETS, "What I have paid for."),
                        tag(Calls.FEED, "What happens, for other systems: asked for, as a stream, or sent to them."),
                        tag(Calls.ANALYSIS, "What happened, how it sold, and how far the read models are."),
                        tag(Calls.ACCOUNTS, "Who I am.")))
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

    private static Tag tag(String name, String description) {
        return new Tag().name(name).description(description);
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

    private final SchemaNames names = new SchemaNames();

    @Bean
    ModelResolver modelResolver(ObjectMapperProvider mapper) {
        return new ModelResolver(mapper.jsonMapper(), names).openapi31(true);
    }

    @Bean
    WebMvcConfigurer docs() {
        return new WebMvcConfigurer() {
            @Override
            public void addViewControllers(ViewControllerRegistry views) {
                views.addRedirectViewController("/docs/", "/docs");
            }
        };
    }

    @Bean
    OpenApiCustomizer calls() {
        return document -> new Description(document, names).complete();
    }
}
