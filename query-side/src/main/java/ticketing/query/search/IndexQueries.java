package ticketing.query.search;

import co.elastic.clients.elasticsearch._types.SuggestMode;
import co.elastic.clients.elasticsearch._types.query_dsl.BoolQuery;
import co.elastic.clients.elasticsearch._types.query_dsl.Query;
import co.elastic.clients.elasticsearch.core.search.FieldSuggester;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import ticketing.messages.search.Words;

/**
 * What was typed, as queries of Elasticsearch. Everything that was typed is a value in them, never a part of their language.
 *
 * <p>A word of a keyword is one clause, finished or not: a field has every word of a show and every beginning of one with what it tells there, which was
 * computed when the show was written. Only what is more than a word, has synonyms or is mistyped is asked of the texts themselves; then whether a show has
 * it and how much it tells there are asked apart, the first of one field that has all words, the second of the shows that are left.
 */
final class IndexQueries {

    private static final Field NAMES = new Field("words.names", 5, true, true);
    private static final Field PERFORMERS = new Field("words.performers", 5, true, true);
    private static final Field PLACES = new Field("words.places", 3, true, true);
    private static final Field GENRES = new Field("words.genres", 2.5F, true, false);
    private static final Field DESCRIPTION = new Field("words.description", 1, false, false);

    /** Every word of a show once, whatever it says. */
    private static final String ALL = "words.all";

    /** Every word of a show and every beginning of one, with how much it tells. */
    private static final String WEIGHTS = "words.weights";

    /** The longest beginning that has a weight; of a longer one the first part is weighed. */
    private static final int LONGEST_WEIGHED = 12;

    /** Every word of a show, and every beginning of one that has a weight: what may have been meant by something mistyped. */
    private static final String SPELLINGS = "words.spellings";

    /** What a word may be found in. */
    enum Scope {
        KEYWORD(List.of(ALL), List.of(NAMES, PLACES, GENRES, DESCRIPTION), true),
        LOCATION(List.of(PLACES.name), List.of(PLACES), false),
        PERFORMER(List.of(PERFORMERS.name), List.of(PERFORMERS), false),
        /** Names and places, but not what is told of them. */
        SUGGESTION(List.of(NAMES.name, PLACES.name), List.of(NAMES, PLACES), false);

        @SuppressWarnings("ImmutableEnumChecker") // lists that are never changed
        private final List<String> whole;

        @SuppressWarnings("ImmutableEnumChecker")
        private final List<Field> fields;

        /** Whether its words have weights. */
        private final boolean hasWeights;

        /**
         * @param whole as few fields as have all of its words
         * @param fields where a word tells more or less
         */
        Scope(List<String> whole, List<Field> fields, boolean hasWeights) {
            this.whole = whole;
            this.fields = fields;
            this.hasWeights = hasWeights;
        }
    }

    /**
     * Where a word may stand.
     *
     * @param boost how much it tells there
     * @param begun whether its beginning tells more there than elsewhere
     * @param mistyped whether it does so with errors in it
     */
    private record Field(String name, float boost, boolean begun, boolean mistyped) {}

    /** A finished word is worth more than the beginning of another one, and both more than a mistyped one. */
    private static final float UNFINISHED = 0.3F;

    private static final float MISTYPED = 0.5F;

    private static final double ELSEWHERE = 0.3;

    /** No error in the shortest words, one in short ones, two in longer ones; as {@link Spelling#isNear}. */
    private static final String FUZZINESS = "AUTO:3,6";

    /** Shorter words are beginnings of so much that they cannot be mistyped. */
    static final int SHORTEST_MISTYPED = 3;

    /** In a short word the first letter has to be right, or everything is near to everything. */
    private static final int SHORT = 5;

    private static final int MOST_SPELLINGS = 50;

    /** Words of this length and longer may have two errors. */
    private static final int LONG = 6;

    /** More of the nearest words are not what was meant. */
    private static final int MOST_ALTERNATIVES = 20;

    private IndexQueries() {}

    /**
     * That a show has everything that was typed: filters, without a score.
     *
     * @param mistyped the words that are taken for mistyped, each with what may have been meant; with nothing, if that is whatever is near
     */
    static List<Query> conditions(Wording typed, Scope scope, Map<String, List<Alternative>> mistyped) {
        return typed.terms().stream()
                .map(term -> condition(term, scope, mistyped))
                .toList();
    }

    private static Query condition(Wording.Term term, Scope scope, Map<String, List<Alternative>> mistyped) {
        List<Query> ways = new ArrayList<>();
        if (term.isPhrase()) {
            ways.addAll(phrase(term.words(), scope));
        } else {
            String word = term.words().getFirst();
            List<Alternative> meant = mistyped.get(word);
            if (meant == null) {
                ways.addAll(begun(word, scope));
            } else if (meant.isEmpty()) {
                ways.addAll(near(word, scope));
            } else {
                meant.forEach(alternative -> ways.addAll(begun(alternative.word(), scope)));
            }
        }
        for (List<String> synonym : term.synonyms()) {
            ways.addAll(synonym.size() == 1 ? finished(synonym.getFirst(), scope) : phrase(synonym, scope));
        }
        return any(ways);
    }

    /** That a show has the word, or one that begins with it. */
    static Query condition(String word, Scope scope) {
        return any(begun(word, scope));
    }

    private static List<Query> begun(String word, Scope scope) {
        if (scope.hasWeights && word.length() <= LONGEST_WEIGHED) {
            return List.of(weight(word, 1));
        }
        return scope.whole.stream()
                .map(field -> Query.of(
                        query -> query.prefix(prefix -> prefix.field(field).value(word))))
                .toList();
    }

    private static List<Query> finished(String word, Scope scope) {
        return scope.whole.stream()
                .map(field ->
                        Query.of(query -> query.term(term -> term.field(field).value(word))))
                .toList();
    }

    /** Every alternative, also those that {@link #alternatives} misses; to find them out takes longer for each search. */
    private static List<Query> near(String word, Scope scope) {
        return (scope.hasWeights ? List.of(SPELLINGS) : scope.whole)
                .stream().map(field -> near(field, word, rightFirst(word), 1)).toList();
    }

    private static int rightFirst(String word) {
        return word.length() < SHORT ? 1 : 0;
    }

    /**
     * Asks for what may have been meant by a word, if no show has it, nor the beginning of one. Of words with two errors only those are told that begin with the
     * right letter; and of beginnings that are longer than those with a weight it is not known that they are some.
     */
    static FieldSuggester alternatives(String word) {
        return FieldSuggester.of(suggester -> suggester
                .text(word)
                .term(term -> term.field(SPELLINGS)
                        .suggestMode(SuggestMode.Missing)
                        .size(MOST_ALTERNATIVES)
                        .maxEdits(word.length() < LONG ? 1 : 2)
                        .prefixLength(rightFirst(word))
                        .minWordLength(SHORTEST_MISTYPED)));
    }

    private static Query any(List<Query> ways) {
        return ways.size() == 1 ? ways.getFirst() : Query.of(query -> query.bool(bool -> bool.should(ways)));
    }

    /**
     * Narrows a query to shows that have everything that was typed, and scores them by how much it tells there.
     *
     * @param mistyped the words that are taken for mistyped, each with what may have been meant; with nothing, if that is whatever is near
     */
    static void weigh(BoolQuery.Builder bool, Wording typed, Scope scope, Map<String, List<Alternative>> mistyped) {
        int apart = 0;
        for (Wording.Term term : typed.terms()) {
            String word = term.words().getFirst();
            List<Alternative> meant = mistyped.get(word);
            if (scope.hasWeights
                    && !term.isPhrase()
                    && term.synonyms().isEmpty()
                    && (meant == null || !meant.isEmpty())) {
                bool.must(meant == null ? weighed(word, scope, 1) : best(weighed(meant, scope)));
            } else {
                bool.filter(condition(term, scope, mistyped)).should(score(term, scope, mistyped));
                apart++;
            }
        }
        if (apart > 0) {
            // What a show is worth for having that, wherever; a weight has this in it.
            float least = UNFINISHED * apart;
            bool.must(must -> must.matchAll(all -> all.boost(least)));
        }
    }

    private static List<Query> weighed(List<Alternative> meant, Scope scope) {
        return meant.stream()
                .map(alternative -> weighed(alternative.word(), scope, MISTYPED * alternative.likeness()))
                .toList();
    }

    /** That a show has the word, and how much it tells there. */
    private static Query weighed(String word, Scope scope, float boost) {
        Query weight = weight(word, boost);
        return word.length() <= LONGEST_WEIGHED
                ? weight
                : Query.of(query -> query.bool(bool -> bool.must(weight).filter(condition(word, scope))));
    }

    private static Query weight(String word, float boost) {
        String known = Words.beginning(word, LONGEST_WEIGHED);
        return Query.of(
                query -> query.term(term -> term.field(WEIGHTS).value(known).boost(boost == 1 ? null : boost)));
    }

    private static Query score(Wording.Term term, Scope scope, Map<String, List<Alternative>> mistyped) {
        List<Query> ways = new ArrayList<>();
        if (term.isPhrase()) {
            ways.addAll(phrase(term.words(), scope));
        } else {
            String word = term.words().getFirst();
            List<Alternative> meant = mistyped.get(word);
            if (meant == null) {
                ways.addAll(finishedOrNot(word, scope, 1));
            } else if (meant.isEmpty()) {
                ways.addAll(spelling(word, scope));
            } else {
                meant.forEach(alternative ->
                        ways.addAll(finishedOrNot(alternative.word(), scope, MISTYPED * alternative.likeness())));
            }
        }
        for (List<String> synonym : term.synonyms()) {
            ways.addAll(phrase(synonym, scope));
        }
        return best(ways);
    }

    private static List<Query> phrase(List<String> words, Scope scope) {
        return scope.fields.stream()
                .map(field -> Query.of(query -> query.matchPhrase(match ->
                        match.field(field.name).query(String.join(" ", words)).boost(field.boost))))
                .toList();
    }

    private static List<Query> finishedOrNot(String word, Scope scope, float boost) {
        if (scope.hasWeights) {
            return List.of(weight(word, boost));
        }
        List<Query> ways = new ArrayList<>();
        for (Field field : scope.fields) {
            ways.add(Query.of(query ->
                    query.term(term -> term.field(field.name).value(word).boost(field.boost * boost))));
            if (field.begun) {
                ways.add(Query.of(query -> query.prefix(
                        prefix -> prefix.field(field.name).value(word).boost(field.boost * UNFINISHED * boost))));
            }
        }
        return ways;
    }

    private static List<Query> spelling(String word, Scope scope) {
        return scope.fields.stream()
                .filter(Field::mistyped)
                // With any first letter Elasticsearch looks at nearly every word of the field, which only narrowing is
                // worth.
                .map(field -> near(field.name, word, 1, field.boost * MISTYPED))
                .toList();
    }

    /** @param rightFirst how many letters at the beginning are as they were typed */
    private static Query near(String field, String word, int rightFirst, float boost) {
        return Query.of(query -> query.fuzzy(fuzzy -> fuzzy.field(field)
                .value(word)
                .fuzziness(FUZZINESS)
                .prefixLength(rightFirst)
                .maxExpansions(MOST_SPELLINGS)
                .transpositions(true)
                .boost(boost)));
    }

    /** What counts most, and a little of everything else: a puppet show from Prague Lane that is in Prague, too. */
    private static Query best(List<Query> ways) {
        return ways.size() == 1
                ? ways.getFirst()
                : Query.of(query -> query.disMax(most -> most.queries(ways).tieBreaker(ELSEWHERE)));
    }
}
