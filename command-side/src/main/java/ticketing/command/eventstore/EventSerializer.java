package ticketing.command.eventstore;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.util.List;
import org.axonframework.serialization.SerializedType;
import org.axonframework.serialization.SimpleSerializedType;
import org.axonframework.serialization.json.JacksonSerializer;
import org.jspecify.annotations.Nullable;
import ticketing.messages.StoredAs;

/** JSON, with events under their stable names instead of Java paths and without default typing. */
public final class EventSerializer extends JacksonSerializer {

    private final StoredTypes types;

    private EventSerializer(Builder builder, List<Class<?>> others) {
        super(builder);
        this.types = new StoredTypes(others);
    }

    /**
     * A serializer for events, messages and Axon's own tokens.
     *
     * @param others what else is stored under a stable name
     */
    public static EventSerializer create(Class<?>... others) {
        return new EventSerializer(JacksonSerializer.builder().objectMapper(mapper()), List.of(others));
    }

    /** How events look as JSON: ISO instants, decimals as written. */
    public static ObjectMapper mapper() {
        return JsonMapper.builder(JsonFactory.builder()
                        // The library's own pool is one for each thread, and each command has a thread of its own: it
                        // would have new buffers too.
                        .recyclerPool(JsonRecyclerPools.sharedConcurrentDequePool())
                        .build())
                .addModule(new JavaTimeModule())
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .disable(DeserializationFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
                // An event written by a newer program must stay readable during a rolling upgrade.
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .build();
    }

    @Override
    @SuppressWarnings("rawtypes")
    public SerializedType typeForClass(@Nullable Class type) {
        StoredAs name = type == null ? null : types.nameOf(type);
        return name == null ? super.typeForClass(type) : new SimpleSerializedType(name.value(), name.revision());
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Class classForType(SerializedType type) {
        Class<?> event = types.classOf(type.getName());
        return event == null ? super.classForType(type) : event;
    }
}
