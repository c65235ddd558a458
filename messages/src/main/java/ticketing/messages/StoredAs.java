package ticketing.messages;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Under which stable name, {@code feature.Event}, and revision an event is stored. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface StoredAs {
    String value();

    /** Raised, with an upcaster for the older one, when the event's JSON changes its meaning or shape. */
    String revision() default "1";
}
