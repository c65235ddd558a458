package ticketing.command.eventstore;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.stream.Stream;
import org.axonframework.serialization.SerializedObject;
import org.axonframework.serialization.SimpleSerializedObject;
import org.axonframework.serialization.SimpleSerializedType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import ticketing.messages.StoredAs;

/**
 * What is in the store stays readable: every event has a golden JSON file per revision, which is never edited. A changed event gets a new revision, an upcaster and
 * another file.
 */
class EventContractTest {

    private static final ObjectMapper JSON = EventSerializer.mapper();

    static Stream<Class<?>> events() {
        return StoredTypes.events().stream();
    }

    @ParameterizedTest
    @MethodSource("events")
    void every_event_is_read_from_and_written_as_its_golden_file(Class<?> event) throws IOException {
        StoredAs name = event.getAnnotation(StoredAs.class);
        JsonNode golden;
        try (InputStream file =
                getClass().getResourceAsStream("/events/" + name.value() + "." + name.revision() + ".json")) {
            assertThat(file).as("golden file of " + name.value()).isNotNull();
            golden = JSON.readTree(file);
        }
        EventSerializer serializer = EventSerializer.create();
        Object read = serializer.deserialize(new SimpleSerializedObject<>(
                JSON.writeValueAsBytes(golden), byte[].class, new SimpleSerializedType(name.value(), name.revision())));

        SerializedObject<byte[]> written = serializer.serialize(read, byte[].class);

        assertThat(read).isInstanceOf(event);
        assertThat(written.getType().getName()).isEqualTo(name.value());
        assertThat(written.getType().getRevision()).isEqualTo(name.revision());
        assertThat(JSON.readTree(written.getData())).isEqualTo(golden);
    }
}
