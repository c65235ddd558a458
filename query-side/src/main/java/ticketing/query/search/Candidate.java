package ticketing.query.search;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import ticketing.messages.search.Suggestions.Suggestion;
import ticketing.messages.search.Words;
import ticketing.messages.show.ShowId;

/** A show whose name, or a performer's name, may be what somebody has begun to type. */
record Candidate(ShowId showId, String name, List<String> performers) {

    /** Enough to fill a list of suggestions; more would not be better. */
    static final int MOST = 50;

    /**
     * Performers whose name goes on like this first, then shows, each name once.
     *
     * @param candidates the best ones first
     * @param limit how many to suggest at most
     */
    static List<Suggestion> suggestions(List<Candidate> candidates, Wording typed, int limit) {
        Set<String> performers = new LinkedHashSet<>();
        Map<String, ShowId> shows = new LinkedHashMap<>();
        for (Candidate candidate : candidates) {
            for (String performer : candidate.performers) {
                if (goesOn(performer, typed)) {
                    performers.add(performer);
                }
            }
            shows.putIfAbsent(candidate.name, candidate.showId);
        }
        List<Suggestion> found = new ArrayList<>();
        performers.stream().limit(limit / 2).forEach(name -> found.add(new Suggestion(name, null)));
        shows.forEach((name, showId) -> {
            if (found.size() < limit) {
                found.add(new Suggestion(name, showId));
            }
        });
        return found;
    }

    private static boolean goesOn(String name, Wording typed) {
        List<String> words = Words.of(name);
        return typed.terms().stream()
                .flatMap(term -> term.words().stream())
                .allMatch(
                        part -> words.stream().anyMatch(word -> word.startsWith(part) || Spelling.isNear(part, word)));
    }
}
