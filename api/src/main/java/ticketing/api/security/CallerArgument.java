package ticketing.api.security;

import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import ticketing.api.problem.Problem;
import ticketing.api.problem.ProblemCode;

/** Gives controllers their {@link Caller}. */
final class CallerArgument implements HandlerMethodArgumentResolver {

    /** Whether it may be null: to find out means to read the class file's annotations, too much to do for each request. As many as controllers have. */
    private final ConcurrentMap<MethodParameter, Boolean> optional = new ConcurrentHashMap<>();

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.nestedIfOptional().getNestedParameterType() == Caller.class;
    }

    @Override
    public @Nullable Object resolveArgument(
            MethodParameter parameter,
            @Nullable ModelAndViewContainer container,
            NativeWebRequest request,
            @Nullable WebDataBinderFactory binders) {
        Caller caller = current();
        if (parameter.getParameterType() == Optional.class) {
            return Optional.ofNullable(caller);
        }
        if (caller == null && !optional.computeIfAbsent(parameter, MethodParameter::isOptional)) {
            throw new Problem(ProblemCode.UNAUTHENTICATED, "A valid access token is needed: Authorization: Bearer …")
                    .withHeader("WWW-Authenticate", "Bearer");
        }
        return caller;
    }

    static @Nullable Caller current() {
        return SecurityContextHolder.getContext().getAuthentication() instanceof CallerAuthentication authentication
                ? authentication.getPrincipal()
                : null;
    }
}
