package ticketing.query.search;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import ticketing.messages.search.Words;

/**
 * Turns what somebody typed into a text search that forgives typing errors: a word that begins no known word stands for the known words nearest to
 * it.
 */
final class Spelling {

    private static final int MOST_WORDS = 10;
    private static final int LONGEST_WORD = 40;
    private static final int MOST_CANDIDATES = 60;
    private static final int MOST_ALTERNATIVES = 8;

    private final JdbcClient jdbc;

    Spelling(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * The condition, as a {@code tsquery}, that a text has all of the typed words; empty if nothing typed can be searched for. It is made of letters,
     * digits and own signs only.
     */
    String query(String typed) {
        List<String> words = Words.of(typed).stream()
                .map(word -> word.length() > LONGEST_WORD ? word.substring(0, LONGEST_WORD) : word)
                .distinct()
                .limit(MOST_WORDS)
                .toList();
        if (words.isEmpty()) {
            return "";
        }
        Map<String, List<String>> meant = new LinkedHashMap<>();
        words.forEach(word -> meant.put(word, new ArrayList<>(List.of(word))));
        alternatives(words, meant);
        List<String> conditions = new ArrayList<>();
        meant.forEach((word, spellings) -> conditions.add("("
                + String.join("|", spellings.stream().map(s -> "'" + s + "':*").toList()) + ")"));
        return String.join("&", conditions);
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
