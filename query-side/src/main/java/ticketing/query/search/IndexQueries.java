package ticketing.query.search;

import co.elastic.clients.elasticsearch._types.query_dsl.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What was typed, as queries of Elasticsearch. Everything that was typed is a value in them, never a part of their language. */
final class IndexQueries {

    /** What a word may be found in, and how much it tells there. */
    enum Scope {
        KEYWORD(List.of(
                new Field("words.name", 5),
                new Field("words.performers", 5),
                new Field("words.venue", 3),
                new Field("words.city", 3),
                new Field("words.genres", 2.5F),
                new Field("words.description", 1))),
        LOCATION(List.of(new Field("words.city", 3), new Field("words.venue", 3))),
        PERFORMER(List.of(new Field("words.performers", 5))),
        /** Names and places, but not what is told of them. */
        SUGGESTION(List.of(
                new Field("words.name", 5),
                new Field("words.performers", 5),
                new Field("words.venue", 3),
                new Field("words.city", 3)));

        @SuppressWarnings("ImmutableEnumChecker") // a list that is never changed
        private final List<Field> fields;

        Scope(List<Field> fields) {
            this.fields = fields;
        }

        /** Beginnings are kept of names and places together. */
        boolean hasBeginnings() {
            return this == KEYWORD || this == SUGGESTION;
        }
    }

    private record Field(String name, float boost) {}

    /** A finished word is worth more than the beginning of another one, and both more than a mistyped one. */
    private static final float UNFINISHED = 0.3F;

    private static final float MISTYPED = 0.5F;

    private static final double ELSEWHERE = 0.3;

    /** No error in the shortest words, one in short ones, two in longer ones; as {@link Spelling#isNear}. */
    private static final String FUZZINESS = "AUTO:3,6";

    /** In a short word the first letter has to be right, or everything is near to everything. */
    private static final int SHORT = 5;

    private static final int MOST_SPELLINGS = 50;

    /** The longest beginning that the index has. */
    private static final int LONGEST_BEGINNING = 8;

    private IndexQueries() {}

    /**
     * That a show has everything that was typed.
     *
     * @param unknown the words that no show has, which are taken for mistyped
     */
    static Query all(Wording typed, Scope scope, Set<String> unknown) {
        List<Query> terms =
                typed.terms().stream().map(term -> term(term, scope, unknown)).toList();
        return terms.size() == 1 ? terms.getFirst() : Query.of(query -> query.bool(bool -> bool.must(terms)));
    }

    private static Query term(Wording.Term term, Scope scope, Set<String> unknown) {
        List<Query> ways = new ArrayList<>();
        if (term.isPhrase()) {
            ways.addAll(phrase(term.words(), scope));
        } else {
            String word = term.words().getFirst();
            ways.addAll(unknown.contains(word) ? mistyped(word, scope) : finishedOrNot(word, scope));
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

    /** That a show has the word, or one that begins with it. */
    static Query word(String word, Scope scope) {
        return best(finishedOrNot(word, scope));
    }

    private static List<Query> finishedOrNot(String word, Scope scope) {
        List<Query> ways = new ArrayList<>();
        for (Field field : scope.fields) {
            ways.add(Query.of(query ->
                    query.term(term -> term.field(field.name).value(word).boost(field.boost))));
            ways.add(Query.of(query ->
                    query.prefix(prefix -> prefix.field(field.name).value(word).boost(field.boost * UNFINISHED))));
        }
        return ways;
    }

    private static List<Query> mistyped(String word, Scope scope) {
        int certain = word.length() < SHORT ? 1 : 0;
        List<Query> ways = new ArrayList<>();
        for (Field field : scope.fields) {
            ways.add(near(field.name, word, certain, field.boost * MISTYPED));
        }
        if (scope.hasBeginnings() && word.length() <= LONGEST_BEGINNING) {
            ways.add(near("words.beginnings", word, certain, UNFINISHED * MISTYPED));
        }
        return ways;
    }

    private static Query near(String field, String word, int certain, float boost) {
        return Query.of(query -> query.fuzzy(fuzzy -> fuzzy.field(field)
                .value(word)
                .fuzziness(FUZZINESS)
                .prefixLength(certain)
                .maxExpansions(MOST_SPELLINGS)
                .transpositions(true)
                .boost(boost)));
    }

    /** A word counts where it tells most, and a little for every other place: a puppet show from Prague Lane that is in Prague, too. */
    private static Query best(List<Query> ways) {
        return Query.of(query -> query.disMax(most -> most.queries(ways).tieBreaker(ELSEWHERE)));
    }
}
