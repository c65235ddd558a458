package ticketing.api.prepared;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/** The headers that every answer has, for answers that are given before the filters which otherwise write them. */
public interface StrangersHeaders {

    void write(HttpServletRequest request, HttpServletResponse response);

    /** Whether the headers of this request's answer depend on more than is known here. */
    boolean dependOn(HttpServletRequest request);
}
