package ticketing.query.search;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Turns what somebody typed into a text search that forgives typing errors: a word that begins no known word stands for the known words nearest to
 * it.
 */
final class Spelling {

    private static final int MOST_CANDIDATES = 60;
    private static final int MOST_ALTERNATIVES = 8;

    private final JdbcClient jdbc;

    Spelling(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Conditions as {@code tsquery}, made of letters, digits and own signs only.
     *
     * @param match that a text has everything that was typed, each word finished or not
     * @param exact that a text has any of the words as they were typed, finished: what makes one match better than another
     */
    record Condition(String match, String exact) {}

    /**
     * The condition that a text has what was typed.
     *
     * @param typed not empty
     * @param weights of which letters the words may be, for example {@code AB}; none for all
     */
    Condition condition(Wording typed, String weights) {
        Map<String, List<String>> meant = new LinkedHashMap<>();
        List<String> words = typed.wordsOnTheirOwn().toList();
        words.forEach(word -> meant.put(word, new ArrayList<>(List.of(word))));
        alternatives(words, meant);
        List<String> match = new ArrayList<>();
        Set<String> exact = new LinkedHashSet<>();
        for (Wording.Term term : typed.terms()) {
            List<String> ways = new ArrayList<>();
            if (term.isPhrase()) {
                ways.add(phrase(term.words(), weights));
                exact.add(phrase(term.words(), ""));
            } else {
                String word = term.words().getFirst();
                for (String spelling : meant.getOrDefault(word, List.of(word))) {
                    ways.add("'" + spelling + "':*" + weights);
                    exact.add("'" + spelling + "'");
                }
            }
            for (List<String> synonym : term.synonyms()) {
                ways.add(phrase(synonym, weights));
                exact.add(phrase(synonym, ""));
            }
            match.add("(" + String.join("|", ways) + ")");
        }
        return new Condition(String.join("&", match), String.join("|", exact));
    }

    private static String phrase(List<String> words, String weights) {
        String suffix = weights.isEmpty() ? "" : ":" + weights;
        return words.stream().map(word -> "'" + word + "'" + suffix).collect(Collectors.joining("<->", "(", ")"));
    }

    private void alternatives(List<String> words, Map<String, List<String>> meant) {
        jdbc.sql("""
                SELECT t.typed, near.word
                FROM unnest(?::text[]) AS t (typed)
                CROSS JOIN LATERAL (
                    SELECT w.word FROM view.search_word w
                    WHERE w.word % t.typed ORDER BY similarity(w.word, t.typed) DESC, w.word LIMIT ?) near
                WHERE length(t.typed) >= 3
                  AND NOT EXISTS (SELECT 1 FROM view.search_word k WHERE k.word LIKE t.typed || '%')
                """).param(words.toArray(String[]::new)).param(MOST_CANDIDATES).query(row -> {
            String typed = row.getString(1);
            String known = row.getString(2);
            List<String> spellings = meant.getOrDefault(typed, List.of());
            if (spellings.size() <= MOST_ALTERNATIVES && isNear(typed, known)) {
                spellings.add(known);
            }
        });
    }

    /** One error in a short word, two in a longer one; in an unfinished word only what is there counts. */
    static boolean isNear(String typed, String known) {
        int allowed = typed.length() < 6 ? 1 : 2;
        if (errors(typed, known, allowed) <= allowed) {
            return true;
        }
        return known.length() > typed.length() && errors(typed, known.substring(0, typed.length()), allowed) <= allowed;
    }

    /** Letters left out, added, mistaken or swapped with their neighbour (optimal string alignment); more than {@code limit} may be understated. */
    private static int errors(String a, String b, int limit) {
        if (Math.abs(a.length() - b.length()) > limit) {
            return limit + 1;
        }
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int same = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                d[i][j] = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + same);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}
