package ticketing.query.search;

import co.elastic.clients.elasticsearch._types.query_dsl.Query;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import ticketing.messages.search.SentenceModel;
import ticketing.messages.search.Words;

/**
 * Finds what is like a sentence in meaning, for those who have a wish and no name for it ("something for a rainy sunday with kids"). Whoever types one or two
 * words types a name or a genre, and is told that there is none.
 */
final class Likeness {

    /** The field with the shows' vectors. */
    private static final String FIELD = "meaning";

    /** The least cosine at which a show is shown; chosen by the judged sentences. */
    private static final float LEAST = 0.275F;

    /** So many shows are the whole answer: nobody pages through more that is only alike. */
    static final int MOST = 100;

    /** Looking at more than are wanted finds more of the nearest. */
    private static final int CANDIDATES = 200;

    private static final int SHORTEST_WISH = 3;
    private static final int LONGEST_WISH = 300;

    private final @Nullable SentenceModel model;

    /** @param model null: nothing is alike */
    Likeness(@Nullable SentenceModel model) {
        this.model = model;
    }

    /** The meaning of what was typed, if it may be a wish and somebody knows what it means. */
    float @Nullable [] wishOf(@Nullable String keyword) {
        if (model == null || keyword == null || Words.of(keyword).size() < SHORTEST_WISH || !model.isLoaded()) {
            return null;
        }
        return model.vectorOf(keyword.length() > LONGEST_WISH ? keyword.substring(0, LONGEST_WISH) : keyword);
    }

    /**
     * The shows that are most like this.
     *
     * @param filters what they have to be besides
     */
    static Query nearest(float[] wish, List<Query> filters) {
        List<Float> vector = new ArrayList<>(wish.length);
        for (float number : wish) {
            vector.add(number);
        }
        return Query.of(query -> query.knn(nearest -> nearest.field(FIELD)
                .queryVector(vector)
                .k(MOST)
                .numCandidates(CANDIDATES)
                .similarity(LEAST)
                .filter(filters)));
    }

    /**
     * The first evening of each programme before the second ones: all are equally alike, and who has no name in mind wants to see different things.
     *
     * @param shows the most alike first, and of those the soonest
     */
    static List<IndexedShow> varied(List<IndexedShow> shows) {
        Map<String, Integer> seen = new HashMap<>();
        Map<Integer, List<IndexedShow>> rounds = new TreeMap<>();
        for (IndexedShow show : shows) {
            rounds.computeIfAbsent(seen.merge(show.name(), 1, Integer::sum), round -> new ArrayList<>())
                    .add(show);
        }
        return rounds.values().stream().flatMap(List::stream).toList();
    }
}
