package ticketing.api.live;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Optional;
import ticketing.api.problem.Problem;
import ticketing.messages.show.ShowId;
import ticketing.projections.seatfeed.ResumePoint;

/**
 * What somebody wants to be told.
 *
 * @param sections none stands for the whole show
 */
record Watch(ShowId showId, List<String> sections, Optional<ResumePoint> resumeFrom) {

    private static final String SECTION = "section";
    private static final int MOST_SECTIONS = 50;

    /** @throws Problem 400 if too many sections are named; whether they exist is found out later */
    static Watch of(ShowId showId, HttpServletRequest request, Optional<ResumePoint> resumeFrom) {
        String[] named = request.getParameterValues(SECTION);
        List<String> sections = named == null ? List.of() : List.of(named);
        if (sections.size() > MOST_SECTIONS) {
            throw Problem.invalid(SECTION, "must be given at most " + MOST_SECTIONS + " times");
        }
        return new Watch(showId, sections, resumeFrom);
    }
}
