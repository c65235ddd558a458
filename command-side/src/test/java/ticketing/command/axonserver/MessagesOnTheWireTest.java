package ticketing.command.axonserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.axonframework.serialization.SerializedObject;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.core.type.classreading.CachingMetadataReaderFactory;
import ticketing.command.eventstore.EventSerializer;
import ticketing.messages.Money;
import ticketing.messages.UserId;
import ticketing.messages.booking.BookingId;
import ticketing.messages.payment.PaymentId;
import ticketing.messages.performer.PerformerId;
import ticketing.messages.search.SearchShows;
import ticketing.messages.show.ShowId;
import ticketing.messages.ticket.TicketId;
import ticketing.messages.venue.SeatMap;
import ticketing.messages.venue.VenueDetails.GeoPoint;
import ticketing.messages.venue.VenueId;

/**
 * Whatever may be sent from one process to another comes out as it went in: every record of the published language, commands, questions, answers and refusals
 * alike, and what the command side answers by itself. New ones are found by themselves.
 */
class MessagesOnTheWireTest {

    private static final EventSerializer SERIALIZER = EventSerializer.create();

    private static final ShowId SHOW = new ShowId("show");

    /** Of what cannot be made of anything. */
    private static final Map<Type, Object> SAMPLES = new HashMap<>(Map.ofEntries(
            Map.entry(String.class, "7"),
            Map.entry(int.class, 3),
            Map.entry(Integer.class, 3),
            Map.entry(long.class, 5L),
            Map.entry(Long.class, 5L),
            Map.entry(double.class, 1.5),
            Map.entry(Double.class, 1.5),
            Map.entry(boolean.class, true),
            Map.entry(Boolean.class, true),
            Map.entry(BigDecimal.class, new BigDecimal("49.5")),
            Map.entry(Instant.class, Instant.parse("2035-06-01T18:00:00.123456Z")),
            Map.entry(ZoneId.class, ZoneId.of("Europe/Rome")),
            Map.entry(Money.class, Money.ofMinorUnits(4950, "EUR")),
            Map.entry(UserId.class, new UserId("user")),
            Map.entry(ShowId.class, SHOW),
            Map.entry(VenueId.class, new VenueId("venue")),
            Map.entry(PerformerId.class, new PerformerId("performer")),
            Map.entry(BookingId.class, BookingId.of(SHOW, "1")),
            Map.entry(TicketId.class, TicketId.of(SHOW, 1)),
            Map.entry(PaymentId.class, new PaymentId("show-b1.p1")),
            Map.entry(GeoPoint.class, new GeoPoint(41, 12)),
            Map.entry(SeatMap.Row.class, SeatMap.Row.of("A", 10)),
            Map.entry(SeatMap.Section.class, SeatMap.Section.standing("Floor", 200)),
            Map.entry(
                    SeatMap.class,
                    new SeatMap(List.of(
                            SeatMap.Section.seated("Stalls", List.of(SeatMap.Row.of("A", 10))),
                            SeatMap.Section.standing("Floor", 200)))),
            Map.entry(
                    SearchShows.class,
                    new SearchShows(
                            "rain",
                            null,
                            null,
                            null,
                            null,
                            null,
                            null,
                            null,
                            null,
                            true,
                            SearchShows.Sort.DATE,
                            0,
                            20))));

    static Stream<Class<?>> records() throws IOException {
        PathMatchingResourcePatternResolver classes = new PathMatchingResourcePatternResolver();
        CachingMetadataReaderFactory reader = new CachingMetadataReaderFactory();
        return Stream.concat(
                        Arrays.stream(classes.getResources("classpath*:ticketing/messages/**/*.class")),
                        Stream.of(
                                classes.getResource("classpath:ticketing/command/booking/Remainder.class"),
                                classes.getResource("classpath:ticketing/command/axonserver/Fault.class")))
                .<Class<?>>map(resource -> load(reader, resource))
                .filter(Class::isRecord);
    }

    private static Class<?> load(CachingMetadataReaderFactory reader, Resource resource) {
        try {
            return Class.forName(
                    reader.getMetadataReader(resource).getClassMetadata().getClassName());
        } catch (IOException | ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("records")
    void comes_out_as_it_went_in(Class<?> type) {
        Object sent = sample(type);
        SerializedObject<byte[]> wire = SERIALIZER.serialize(sent, byte[].class);
        assertThat(SERIALIZER.<byte[], Object>deserialize(wire)).isEqualTo(sent);
    }

    private static Object sample(Type type) {
        Object known = SAMPLES.get(type);
        if (known != null) {
            return known;
        }
        if (type instanceof ParameterizedType generic) {
            Type[] of = generic.getActualTypeArguments();
            return generic.getRawType() == Map.class ? Map.of(sample(of[0]), sample(of[1])) : List.of(sample(of[0]));
        }
        Class<?> plain = (Class<?>) type;
        if (plain.isEnum()) {
            return plain.getEnumConstants()[0];
        }
        return made(plain);
    }

    private static Object made(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            return constructor.newInstance(Arrays.stream(components)
                    .map(component -> sample(component.getGenericType()))
                    .toArray());
        } catch (InvocationTargetException e) {
            throw new IllegalStateException("no sample of " + type + " yet", e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
