package ticketing.api.tracing;

import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.axonframework.messaging.Message;
import org.axonframework.tracing.NoOpSpanFactory;
import org.axonframework.tracing.Span;
import org.axonframework.tracing.SpanAttributesProvider;
import org.axonframework.tracing.SpanFactory;
import org.axonframework.tracing.SpanScope;
import org.jspecify.annotations.Nullable;
import ticketing.messages.Rejected;

/**
 * Spans of Axon's messages. A message carries the trace that it belongs to in its meta-data, an event also in the store; so a read model's work on it is part of
 * the same trace, on whatever node. Where there is no trace, or one that is not collected, nothing is made and nothing is written.
 */
final class MessageSpans implements SpanFactory {

    private final Tracer tracer;
    private final Propagator propagator;
    private final List<SpanAttributesProvider> attributes = new CopyOnWriteArrayList<>();

    MessageSpans(Tracer tracer, Propagator propagator) {
        this.tracer = tracer;
        this.propagator = propagator;
    }

    @Override
    public Span createRootTrace(Supplier<String> name) {
        return new Started(tracer.spanBuilder().setNoParent().name(name.get()), null);
    }

    @Override
    public Span createHandlerSpan(
            Supplier<String> name, Message<?> message, boolean isChildTrace, Message<?>... linkedParents) {
        // What is handled long after its trace, in a replay for example, belongs to none.
        if (!isChildTrace || !isTraced(message)) {
            return none();
        }
        return new Started(
                propagator.extract(message.getMetaData(), MessageSpans::header).name(named(name, message)), message);
    }

    private boolean isTraced(Message<?> message) {
        return propagator.fields().stream().anyMatch(message.getMetaData()::containsKey);
    }

    private static @Nullable String header(Map<String, ?> metaData, String key) {
        Object value = metaData.get(key);
        return value == null ? null : value.toString();
    }

    @Override
    public Span createDispatchSpan(Supplier<String> name, Message<?> message, Message<?>... linkedSiblings) {
        return createInternalSpan(name, message);
    }

    @Override
    public Span createInternalSpan(Supplier<String> name) {
        return isTracing() ? new Started(tracer.spanBuilder().name(name.get()), null) : none();
    }

    @Override
    public Span createInternalSpan(Supplier<String> name, Message<?> message) {
        return isTracing() ? new Started(tracer.spanBuilder().name(named(name, message)), message) : none();
    }

    private static String named(Supplier<String> name, Message<?> message) {
        return name.get() + ' ' + message.getPayloadType().getSimpleName();
    }

    private boolean isTracing() {
        io.micrometer.tracing.Span current = tracer.currentSpan();
        return current != null && Boolean.TRUE.equals(current.context().sampled());
    }

    private static Span none() {
        return NoOpSpanFactory.INSTANCE.createInternalSpan(() -> "");
    }

    @Override
    public void registerSpanAttributeProvider(SpanAttributesProvider provider) {
        attributes.add(provider);
    }

    @Override
    @SuppressWarnings("unchecked") // a message with more meta-data is of the same kind
    public <M extends Message<?>> M propagateContext(M message) {
        io.micrometer.tracing.Span current = tracer.currentSpan();
        if (current == null || !isTracing()) {
            return message;
        }
        Map<String, String> headers = new HashMap<>();
        propagator.inject(current.context(), headers, (_, key, value) -> headers.put(key, value));
        return (M) message.andMetaData(headers);
    }

    private final class Started implements Span {

        private final io.micrometer.tracing.Span.Builder builder;
        private final @Nullable Message<?> message;
        private io.micrometer.tracing.@Nullable Span span;

        Started(io.micrometer.tracing.Span.Builder builder, @Nullable Message<?> message) {
            this.builder = builder;
            this.message = message;
        }

        private io.micrometer.tracing.Span span() {
            io.micrometer.tracing.Span begun = span;
            if (begun == null) {
                begun = builder.start();
                span = begun;
                if (message != null) {
                    for (SpanAttributesProvider provider : attributes) {
                        provider.provideForMessage(message).forEach(begun::tag);
                    }
                }
            }
            return begun;
        }

        @Override
        public Span start() {
            span();
            return this;
        }

        @Override
        public SpanScope makeCurrent() {
            Tracer.SpanInScope scope = tracer.withSpan(span());
            return scope::close;
        }

        @Override
        public void end() {
            span().end();
        }

        /** A refusal is an answer, not an error. */
        @Override
        public Span recordException(Throwable failure) {
            if (failure instanceof Rejected refused) {
                span().tag("refused", refused.rejection().getClass().getSimpleName());
            } else {
                span().error(failure);
            }
            return this;
        }

        @Override
        public Span addAttribute(String key, String value) {
            span().tag(key, value);
            return this;
        }
    }
}
