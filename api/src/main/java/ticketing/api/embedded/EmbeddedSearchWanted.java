package ticketing.api.embedded;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Whether an Elasticsearch is started beside the program; read from the settings, before there is any bean. */
public final class EmbeddedSearchWanted implements Condition {

    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
        return isWanted(context.getEnvironment());
    }

    /** Beside the embedded database only, if no other Elasticsearch is named and it is not switched off. */
    public static boolean isWanted(Environment environment) {
        boolean switchedOn = Binder.get(environment)
                .bind("ticketing.search.embedded", Boolean.class)
                .orElse(true);
        return switchedOn && !isAnotherNamed(environment) && !environment.containsProperty("spring.datasource.url");
    }

    /** Whether {@code spring.elasticsearch.uris} has a value. */
    public static boolean isAnotherNamed(Environment environment) {
        return Binder.get(environment)
                .bind("spring.elasticsearch.uris", Bindable.listOf(String.class))
                .map(uris -> !uris.isEmpty())
                .orElse(false);
    }
}
