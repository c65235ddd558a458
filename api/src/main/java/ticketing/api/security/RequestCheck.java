package ticketing.api.security;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/** Looks at each request once it is known who sent it and before anything is decided about it. */
public interface RequestCheck {

    /** May set headers; refuses by throwing a {@link ticketing.api.problem.Problem}. */
    void check(HttpServletRequest request, HttpServletResponse response);
}
