package ticketing.api.search;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.nio.file.Path;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import ticketing.api.start.TicketingSettings;
import ticketing.messages.search.SentenceModel;

/** The sentence model, if {@code ticketing.search.semantic} is true; it is an extra, because it takes 100 MB of memory and reads every show. */
@Configuration(proxyBeanMethods = false)
@Conditional(SemanticSearchConfiguration.Wanted.class)
class SemanticSearchConfiguration {

    @Bean
    SentenceModel sentenceModel(TicketingSettings settings, MeterRegistry meters) {
        Path programs = settings.embedded().programDir();
        return new MiniLm(
                (programs == null ? settings.dataDir().resolve("programs") : programs)
                        .resolve("sentence-model")
                        .toAbsolutePath(),
                Timer.builder("ticketing.search.sentence")
                        .description("How long the sentence model takes for the text of a show or of a search")
                        .register(meters));
    }

    /** Whether it is switched on. */
    static boolean isWanted(Environment environment) {
        return Binder.get(environment)
                .bind("ticketing.search.semantic", Boolean.class)
                .orElse(false);
    }

    static final class Wanted implements Condition {

        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return isWanted(context.getEnvironment());
        }
    }
}
