package ticketing.api.openapi;

import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.core.converter.ResolvedSchema;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.media.ArraySchema;
import io.swagger.v3.oas.models.media.BooleanSchema;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.NumberSchema;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import ticketing.api.problem.ProblemCode;
import ticketing.api.security.PublicPaths;
import ticketing.messages.search.SearchShows;
import ticketing.messages.show.ShowType;

/** Completes the document that is generated from the code with what only people know. */
final class Description {

    private static final String FEED = "/v1/feed";

    private static final Map<String, Call> CALLS =
            Calls.ALL.stream().collect(Collectors.toUnmodifiableMap(Call::shape, Function.identity()));

    /** Fields that the code checks by hand, to say more than that they are missing. */
    private static final Map<String, List<String>> CHECKED_BY_HAND = Map.of(
            "BookingRequest", List.of("eventId"),
            "WebhookRequest", List.of("url"),
            "BestSeats", List.of("quantity"),
            "Confirmation", List.of("paymentMethod"),
            "Registration", List.of("email", "password", "name"),
            "Credentials", List.of("email", "password"),
            "RefreshToken", List.of("refreshToken"),
            "Roles", List.of("roles"));

    private static final Map<String, String> FIELDS = Map.ofEntries(
            Map.entry(
                    "Availability.statuses",
                    "Base64 of two bits a seat, seat 0 in the low bits of byte 0: 0 available, 1 held, 2 sold, 3 not for sale."),
            Map.entry("Availability.seq", "How far in the history this is; only of use with the same `epoch`."),
            Map.entry("BookingRequest.ticketIds", "These seats, 1 to 100; or else `bestAvailable`."),
            Map.entry("BookingRequest.bestAvailable", "Seats of the platform's choice; or else `ticketIds`."),
            Map.entry("BestSeats.section", "Only in this section."),
            Map.entry("BestSeats.maxPrice", "At most this much for each seat, in the event's currency."),
            Map.entry("BestSeats.accessible", "At least one seat for a wheelchair user."),
            Map.entry("Booking.expiresAt", "When the hold ends or ended."),
            Map.entry("Booking.expiresInSeconds", "0 unless the booking is RESERVED."),
            Map.entry("Booking.payment", "The last attempt to pay; absent before the first."),
            Map.entry("EventRequest.onSaleAt", "When the sale begins; at publication if absent."),
            Map.entry("EventRequest.holdSeconds", "How long a hold lasts; 600 if absent."),
            Map.entry("EventRequest.maxTicketsPerBooking", "8 if absent."),
            Map.entry("Confirmation.paymentMethod", "The payment provider's name of the method."));

    private final OpenAPI document;
    private final SchemaNames names;

    Description(OpenAPI document, SchemaNames names) {
        this.document = document;
        this.names = names;
    }

    void complete() {
        if (document.getPaths() == null) {
            return;
        }
        Call live = CALLS.get(Call.of(Calls.LIVE, "", "", "").shape());
        if (live != null) {
            document.getPaths()
                    .addPathItem(
                            live.path,
                            new PathItem()
                                    .get(new Operation()
                                            .addParametersItem(new Parameter()
                                                    .name("eventId")
                                                    .in("path")
                                                    .required(true)
                                                    .schema(new StringSchema()))
                                            .addParametersItem(resume("epoch"))
                                            .addParametersItem(resume("since"))
                                            .addParametersItem(section())));
        }
        PathItem stream = document.getPaths().get(Calls.STREAM_PATH);
        if (stream != null) {
            stream.getGet().addParametersItem(section());
        }
        document.getPaths()
                .forEach((path, item) -> item.readOperationsMap()
                        .forEach((method, operation) ->
                                complete(operation, method.name(), path, CALLS.get(Call.shape(method.name(), path)))));
        document.getComponents().getSchemas().forEach(this::complete);
    }

    private static Parameter resume(String name) {
        return new Parameter()
                .name(name)
                .in("query")
                .description(
                        "With `epoch` and `since` of the last message the stream goes on from there, where it can.")
                .schema(new StringSchema());
    }

    /** Read by hand, because a list that the framework reads would be split at the commas of a section's name. */
    private static Parameter section() {
        return new Parameter()
                .name("section")
                .in("query")
                .description("Only what concerns this section; may be repeated.")
                .schema(new ArraySchema().items(new StringSchema()));
    }

    private void complete(Operation operation, String method, String path, @Nullable Call call) {
        Call.Token token = PublicPaths.isPublic(method, path) ? Call.Token.NONE : Call.Token.NEEDED;
        if (call == null) {
            ApiResponses responses = operation.getResponses() == null ? new ApiResponses() : operation.getResponses();
            operation.setResponses(responses.addApiResponse("default", reference()));
            operation.setSecurity(security(token));
            return;
        }
        operation.setTags(List.of(call.tag));
        operation.setOperationId(call.id);
        operation.setSummary(call.summary);
        operation.setDescription("**Who:** " + call.who + (call.text.isEmpty() ? "" : "\n\n" + call.text));
        operation.setSecurity(security(call.token == Call.Token.OPTIONAL ? call.token : token));
        if (operation.getParameters() != null) {
            operation.getParameters().forEach(parameter -> complete(parameter, call));
        }
        ApiResponses responses = new ApiResponses();
        call.successes.forEach((status, success) ->
                responses.addApiResponse(Integer.toString(status), response(success, call.located)));
        Map<Integer, List<ProblemCode>> byStatus = new TreeMap<>();
        for (ProblemCode code : problems(operation, method, call)) {
            byStatus.computeIfAbsent(code.status(), _ -> new ArrayList<>()).add(code);
        }
        byStatus.forEach((status, codes) -> responses.addApiResponse(Integer.toString(status), refusal(codes)));
        operation.setResponses(responses.addApiResponse("default", reference()));
    }

    private static ApiResponse reference() {
        return new ApiResponse().$ref("#/components/responses/" + OpenApiConfiguration.PROBLEM);
    }

    private static List<SecurityRequirement> security(Call.Token token) {
        SecurityRequirement bearer = new SecurityRequirement().addList(OpenApiConfiguration.BEARER);
        return switch (token) {
            case NONE -> List.of();
            case OPTIONAL -> List.of(new SecurityRequirement(), bearer);
            case NEEDED -> List.of(bearer);
        };
    }

    /** What the call itself is refused for, and what every call of its kind can be. */
    private static Set<ProblemCode> problems(Operation operation, String method, Call call) {
        Set<ProblemCode> codes = EnumSet.of(
                ProblemCode.MALFORMED_REQUEST,
                ProblemCode.NOT_ACCEPTABLE,
                ProblemCode.RATE_LIMITED,
                ProblemCode.INTERNAL_ERROR,
                ProblemCode.UNAVAILABLE);
        codes.addAll(call.problems);
        if (call.token != Call.Token.NONE || method.equals("GET")) {
            codes.add(ProblemCode.UNAUTHENTICATED);
        }
        if (call.roles) {
            codes.add(ProblemCode.FORBIDDEN);
        }
        List<Parameter> parameters = operation.getParameters() == null ? List.of() : operation.getParameters();
        if (parameters.stream().anyMatch(parameter -> !"path".equals(parameter.getIn()))) {
            codes.add(ProblemCode.VALIDATION_FAILED);
        }
        if (parameters.stream().anyMatch(parameter -> "Idempotency-Key".equals(parameter.getName()))) {
            codes.add(ProblemCode.IDEMPOTENCY_KEY_IN_FLIGHT);
            codes.add(ProblemCode.IDEMPOTENCY_KEY_REUSED);
        }
        if (!method.equals("GET")) {
            codes.addAll(List.of(
                    ProblemCode.VALIDATION_FAILED,
                    ProblemCode.MALFORMED_JSON,
                    ProblemCode.BODY_TOO_LARGE,
                    ProblemCode.UNSUPPORTED_MEDIA_TYPE,
                    ProblemCode.OVERLOADED,
                    ProblemCode.OUTCOME_UNKNOWN));
        }
        return codes;
    }

    private static ApiResponse refusal(List<ProblemCode> codes) {
        String meanings = codes.stream()
                .map(code -> "`" + code.code() + "`: " + code.meaning())
                .collect(Collectors.joining("\n\n"));
        return new ApiResponse()
                .description(meanings)
                .content(new Content()
                        .addMediaType(
                                "application/problem+json",
                                new MediaType().schema(named(OpenApiConfiguration.PROBLEM))));
    }

    private ApiResponse response(Call.Success success, boolean located) {
        ApiResponse response = new ApiResponse().description(success.meaning());
        Object body = success.body();
        if (body != null) {
            Schema<?> schema = switch (body) {
                case Class<?> type -> schema(type);
                case String name when name.equals("object") -> new ObjectSchema();
                case String name when name.equals("string") -> new StringSchema();
                default -> named(body.toString());
            };
            response.content(new Content().addMediaType(success.mediaType(), new MediaType().schema(schema)));
        }
        if (located) {
            response.addHeaderObject(
                    "Location",
                    new Header().description("Where it can be read.").schema(new StringSchema()));
        }
        return response;
    }

    private static Schema<?> named(String name) {
        return new Schema<>().$ref("#/components/schemas/" + name);
    }

    private Schema<?> schema(Class<?> type) {
        ResolvedSchema resolved =
                ModelConverters.getInstance(true).resolveAsResolvedSchema(new AnnotatedType(type).resolveAsRef(true));
        resolved.referencedSchemas.forEach(document.getComponents().getSchemas()::putIfAbsent);
        return resolved.schema;
    }

    /** Records say by themselves what is always there: whatever is not marked as absent at times. */
    private void complete(String name, Schema<?> schema) {
        if (schema.getProperties() == null) {
            return;
        }
        Class<?> type = names.typeOf(name);
        if (type != null && type.isRecord()) {
            List<String> required = new ArrayList<>(CHECKED_BY_HAND.getOrDefault(name, List.of()));
            for (RecordComponent component : type.getRecordComponents()) {
                if (!component.getAnnotatedType().isAnnotationPresent(Nullable.class)
                        && schema.getProperties().containsKey(component.getName())) {
                    required.add(component.getName());
                }
            }
            schema.setRequired(required.isEmpty() ? null : required);
        }
        schema.getProperties().forEach((field, property) -> {
            String description = FIELDS.get(name + "." + field);
            if (description != null) {
                property.setDescription(description);
            }
        });
    }

    private static void complete(Parameter parameter, Call call) {
        switch (parameter.getName()) {
            case "Idempotency-Key" ->
                parameter
                        .description(
                                "The same key with the same body gets the stored answer for 24 hours: what was asked for happens once. 1 to 255 printable characters.")
                        .schema(new StringSchema().minLength(1).maxLength(255));
            case "limit" -> {
                if (call.path.equals(FEED)) {
                    parameter
                            .description("How many positions an answer has at most.")
                            .schema(whole(1, 1_000, 500));
                } else {
                    parameter.description("How many bookings a page has.").schema(whole(1, 100, 20));
                }
            }
            case "from" ->
                parameter
                        .description("The first position that is wanted; at most the one after the last event's.")
                        .schema(new IntegerSchema().format("int64").minimum(BigDecimal.ONE));
            case "wait" ->
                parameter.description("How many seconds to wait for news.").schema(whole(0, 30, 0));
            case "bucket" ->
                parameter
                        .description("How long a bucket is.")
                        .schema(oneOf(List.of("second", "minute", "hour", "day"), "minute"));
            case "ticketId" -> parameter.description("Only what happened to this ticket.");
            case "cursor" ->
                parameter.description("The `nextCursor` of the page before.").schema(new StringSchema());
            case "at" ->
                parameter
                        .required(false)
                        .description("A past moment; absent for now.")
                        .schema(new StringSchema().format("date-time"));
            case "epoch" ->
                parameter.description(
                        call.path.equals(FEED)
                                ? "The `epoch` under which the position was told; another one than the present is refused."
                                : resume("").getDescription());
            case "since" -> parameter.description(resume("").getDescription());
            case "Last-Event-ID" ->
                parameter.description("EPOCH:SEQ of the last message, as browsers send it by themselves.");
            case "include" -> parameter.description("`tickets` adds them.").schema(oneOf(List.of("tickets"), null));
            case "section" -> parameter.description("Only of the section of this name.");
            case "status" -> parameter.description("Only of this status.");
            case "prefix" ->
                parameter.description("What has been typed so far.").schema(new StringSchema().maxLength(200));
            case "near" ->
                parameter
                        .description("A point as LAT,LON in degrees.")
                        .schema(new StringSchema().example("52.52,13.405"));
            case "radiusKm" ->
                parameter
                        .description("How far from `near`, above 0; without it "
                                + (call.path.endsWith("search") ? 50 : 25) + ". Only with `near`.")
                        .schema(new NumberSchema()
                                .exclusiveMinimumValue(BigDecimal.ZERO)
                                .maximum(new BigDecimal(20_040)));
            case "keyword" ->
                parameter
                        .description("Words of name, performers, venue or description.")
                        .schema(new StringSchema().maxLength(200));
            case "location" ->
                parameter
                        .description("Words of the city or the venue's name.")
                        .schema(new StringSchema().maxLength(200));
            case "performer" ->
                parameter.description("Words of a performer's name.").schema(new StringSchema().maxLength(200));
            case "type" ->
                parameter
                        .description("Only of this type.")
                        .schema(oneOf(
                                Arrays.stream(ShowType.values()).map(Enum::name).toList(), null));
            case "start" ->
                parameter
                        .description("Begins then or later: a date, or an instant. A date is that whole day in UTC.")
                        .schema(new StringSchema().example("2030-06-01"));
            case "end" ->
                parameter
                        .description("Begins before then: a date, or an instant. A date is that whole day in UTC.")
                        .schema(new StringSchema().example("2030-06-30T22:00:00Z"));
            case "maxPrice" ->
                parameter
                        .description("Has a section at this price or less, in the event's own currency.")
                        .schema(new NumberSchema().minimum(BigDecimal.ZERO));
            case "onlyAvailable" ->
                parameter.description("Only events with tickets left.").schema(new BooleanSchema());
            case "sort" ->
                parameter
                        .description("What comes first; `distance` needs `near`.")
                        .schema(oneOf(
                                Arrays.stream(SearchShows.Sort.values())
                                        .map(sort -> sort.name().toLowerCase(Locale.ROOT))
                                        .toList(),
                                "relevance"));
            case "page" ->
                parameter
                        .description("From 0; at most 10,000 hits can be paged through.")
                        .schema(whole(0, SearchShows.DEEPEST_HIT - 1, 0));
            case "pageSize" -> parameter.schema(whole(1, SearchShows.LARGEST_PAGE, 20));
            default -> {}
        }
    }

    private static Schema<?> whole(int least, int most, int otherwise) {
        Schema<?> schema =
                new IntegerSchema().minimum(BigDecimal.valueOf(least)).maximum(BigDecimal.valueOf(most));
        schema.setDefault(otherwise);
        return schema;
    }

    private static Schema<?> oneOf(List<String> values, @Nullable String otherwise) {
        StringSchema schema = new StringSchema();
        schema.setEnum(values);
        schema.setDefault(otherwise);
        return schema;
    }
}
