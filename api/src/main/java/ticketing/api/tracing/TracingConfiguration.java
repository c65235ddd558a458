package ticketing.api.tracing;

import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import org.axonframework.tracing.SpanFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;

/** Axon's parts make their spans with this factory; without it they make none. */
@Configuration(proxyBeanMethods = false)
@Conditional(TracingWanted.class)
class TracingConfiguration {

    @Bean
    SpanFactory messageSpans(Tracer tracer, Propagator propagator) {
        return new MessageSpans(tracer, propagator);
    }
}
