package ticketing.projections.searchindex;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import ticketing.messages.search.Words;
import ticketing.projections.catalogue.SearchTexts;

/**
 * How much each word of a show tells of it, and each beginning of a word, as one number: computed when the show is written, so that a search has to look at
 * one list for each word that is typed, and weighs a show by adding up what it reads there.
 *
 * <p>A word counts where it tells most, and a little for every other place where it stands. A finished word tells more in a short text than in a long one, as
 * in Okapi BM25 with its usual constants; how rare the word is tells nothing here, because a show has to have all words that are typed.
 */
final class WordWeights {

    /** Of longer beginnings, searches ask for the first part and look at the whole words besides. */
    static final int LONGEST_BEGINNING = 12;

    /** A finished word is worth more than the beginning of another one. */
    private static final double UNFINISHED = 0.3;

    /** Other places count a little: a puppet show from Prague Lane that is in Prague, too. */
    private static final double ELSEWHERE = 0.3;

    /** What a word is worth wherever it stands. */
    private static final double LEAST = 0.3;

    /** What a word of middling rarity is worth in BM25. */
    private static final double RARITY = 5;

    /** How soon BM25 has had enough of a word. */
    private static final double SATURATION = 1.2;

    /** How much the length of a text matters to BM25. */
    private static final double LENGTH = 0.75;

    /**
     * Where words stand.
     *
     * @param boost how much they tell there
     * @param usual how many words are usual there
     * @param begun whether their beginnings tell more there than elsewhere
     */
    private record Place(double boost, double usual, boolean begun) {}

    private static final Place NAMES = new Place(5, 5, true);
    private static final Place PLACES = new Place(3, 4, true);
    private static final Place GENRES = new Place(2.5, 2, true);
    private static final Place DESCRIPTION = new Place(1, 20, false);

    /** What a word is worth at its best place, and at all of them. */
    private static final class Worth {
        double best;
        double all;

        void add(double worth) {
            best = Math.max(best, worth);
            all += worth;
        }
    }

    private final SortedMap<String, Worth> worths = new TreeMap<>();

    private WordWeights() {}

    /** The weights of this show's words and of their beginnings, none of them below the least. */
    static SortedMap<String, Float> of(SearchTexts texts) {
        WordWeights weights = new WordWeights();
        weights.add(NAMES, texts.name() + " " + texts.performers());
        weights.add(PLACES, texts.place());
        weights.add(GENRES, texts.genres());
        weights.add(DESCRIPTION, texts.description());
        SortedMap<String, Float> all = new TreeMap<>();
        weights.worths.forEach(
                (word, worth) -> all.put(word, rounded(LEAST + worth.best + ELSEWHERE * (worth.all - worth.best))));
        return all;
    }

    /** More digits than the index keeps would only be longer. */
    private static float rounded(double weight) {
        return (float) (Math.rint(weight * 100) / 100);
    }

    private void add(Place place, String text) {
        Map<String, Integer> times = new HashMap<>();
        int length = 0;
        for (String word : text.split(" ", -1)) {
            if (!word.isEmpty()) {
                times.merge(word, 1, Integer::sum);
                length++;
            }
        }
        double limit = SATURATION * (1 - LENGTH + LENGTH * length / place.usual);
        Set<String> begun = new HashSet<>();
        times.forEach((word, n) -> {
            worths.computeIfAbsent(word, any -> new Worth()).add(place.boost * RARITY * n / (n + limit));
            for (int end = 1; end <= Math.min(LONGEST_BEGINNING, word.length()); end++) {
                begun.add(Words.beginning(word, end));
            }
            // A finished word is its own beginning, however long it is.
            begun.add(word);
        });
        begun.remove("");
        begun.forEach(beginning ->
                worths.computeIfAbsent(beginning, any -> new Worth()).add(place.begun ? place.boost * UNFINISHED : 0));
    }
}
