package ticketing.api.role;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.context.annotation.Conditional;

/** Only in processes with certain roles. */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@Conditional(OnRole.class)
public @interface ConditionalOnRole {

    /** Roles of which the process has one at least; none stands for any. */
    NodeRole[] any() default {};

    /** Roles of which it has none. */
    NodeRole[] without() default {};
}
