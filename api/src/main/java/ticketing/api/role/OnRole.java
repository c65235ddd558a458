package ticketing.api.role;

import java.util.Arrays;
import java.util.Set;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Decides for {@link ConditionalOnRole}. */
final class OnRole implements Condition {

    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
        MergedAnnotation<ConditionalOnRole> wanted = metadata.getAnnotations().get(ConditionalOnRole.class);
        Set<NodeRole> roles = NodeRoles.of(context.getEnvironment());
        NodeRole[] any = wanted.getEnumArray("any", NodeRole.class);
        NodeRole[] without = wanted.getEnumArray("without", NodeRole.class);
        return (any.length == 0 || Arrays.stream(any).anyMatch(roles::contains))
                && Arrays.stream(without).noneMatch(roles::contains);
    }
}
