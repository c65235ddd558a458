package ticketing.api;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.axonframework.common.Registration;
import org.axonframework.config.Configuration;
import org.axonframework.config.EventProcessingConfiguration;
import org.axonframework.eventhandling.EventHandlerInvoker;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.EventProcessorSpanFactory;
import org.axonframework.eventhandling.MultiEventHandlerInvoker;
import org.axonframework.eventhandling.Segment;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingEventProcessor;
import org.axonframework.messaging.MessageHandlerInterceptor;
import org.axonframework.messaging.StreamableMessageSource;
import org.axonframework.messaging.interceptors.CorrelationDataInterceptor;
import org.jspecify.annotations.Nullable;

/**
 * Axon's tracking processor without two things that it does for each event and that no read model needs, and which were a third of what following the events cost: it asks
 * every handler by reflection whether it takes the event and may be replayed, and it works out which data the messages are to carry that a handler might send.
 */
final class Follower extends TrackingEventProcessor {

    private Follower(Builder builder) {
        super(builder);
    }

    static Follower of(
            String name,
            Configuration configuration,
            EventHandlerInvoker handlers,
            StreamableMessageSource<TrackedEventMessage<?>> source) {
        EventProcessingConfiguration processing = configuration.eventProcessingConfiguration();
        return new Follower(TrackingEventProcessor.builder()
                .name(name)
                .eventHandlerInvoker(new ByType(handlers))
                .rollbackConfiguration(processing.rollbackConfiguration(name))
                .errorHandler(processing.errorHandler(name))
                .messageMonitor(processing.messageMonitor(TrackingEventProcessor.class, name))
                .messageSource(source)
                .tokenStore(processing.tokenStore(name))
                .transactionManager(processing.transactionManager(name))
                .trackingEventProcessorConfiguration(ReadModels.following())
                .spanFactory(configuration.getComponent(EventProcessorSpanFactory.class)));
    }

    @Override
    public Registration registerHandlerInterceptor(
            MessageHandlerInterceptor<? super EventMessage<?>> handlerInterceptor) {
        return handlerInterceptor instanceof CorrelationDataInterceptor
                ? () -> false
                : super.registerHandlerInterceptor(handlerInterceptor);
    }

    /** Our handlers take events by their type alone, in one segment, and all may be replayed; who takes which is found out once. */
    private static final class ByType implements EventHandlerInvoker {

        private static final EventHandlerInvoker[] NOBODY = {};

        private final EventHandlerInvoker all;
        private final List<EventHandlerInvoker> each;
        private final Map<Class<?>, EventHandlerInvoker[]> takers = new ConcurrentHashMap<>();

        ByType(EventHandlerInvoker handlers) {
            this.all = handlers;
            this.each = handlers instanceof MultiEventHandlerInvoker several ? several.delegates() : List.of(handlers);
            if (!handlers.supportsReset()) {
                throw new IllegalArgumentException("not to be replayed: " + handlers);
            }
        }

        private EventHandlerInvoker[] takers(EventMessage<?> event, Segment segment) {
            EventHandlerInvoker[] known = takers.get(event.getPayloadType());
            if (known == null) {
                known = each.stream()
                        .filter(handler -> handler.canHandle(event, segment))
                        .toArray(EventHandlerInvoker[]::new);
                takers.put(event.getPayloadType(), known.length == 0 ? NOBODY : known);
            }
            return known;
        }

        @Override
        public boolean canHandle(EventMessage<?> eventMessage, Segment segment) {
            return takers(eventMessage, segment).length > 0;
        }

        @Override
        public boolean canHandleType(Class<?> payloadType) {
            return all.canHandleType(payloadType);
        }

        @Override
        public void handle(EventMessage<?> message, Segment segment) throws Exception {
            for (EventHandlerInvoker taker : takers(message, segment)) {
                taker.handle(message, segment);
            }
        }

        @Override
        public boolean supportsReset() {
            return true;
        }

        @Override
        public void performReset() {
            all.performReset();
        }

        @Override
        public <R> void performReset(@Nullable R resetContext) {
            all.performReset(resetContext);
        }
    }
}
