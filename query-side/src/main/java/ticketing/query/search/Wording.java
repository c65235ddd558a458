package ticketing.query.search;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import ticketing.messages.search.Words;

/**
 * What somebody typed, as both indices understand it: folded words without those that say nothing, and for some of them other words for the same thing.
 * It is bounded, however long the text was.
 *
 * @param terms a text has to have every one of them
 */
record Wording(List<Term> terms) {

    private static final int MOST_WORDS = 10;
    private static final int LONGEST_WORD = 40;
    private static final int LONGEST_PHRASE = 3;

    /** What people add to what they look for, and what is in too many texts to tell them apart. */
    private static final Set<String> FILLERS = Set.of(
            "a",
            "an",
            "and",
            "at",
            "by",
            "event",
            "events",
            "for",
            "from",
            "in",
            "me",
            "my",
            "near",
            "of",
            "on",
            "show",
            "shows",
            "some",
            "something",
            "the",
            "ticket",
            "tickets",
            "to",
            "with");

    private static final Map<List<String>, List<List<String>>> SYNONYMS = read();

    /**
     * A word, or several that have a meaning together.
     *
     * @param words a text has to have the one, finished or not, or all of them one after the other
     * @param synonyms or one of these phrases
     */
    record Term(List<String> words, List<List<String>> synonyms) {

        boolean isPhrase() {
            return words.size() > 1;
        }
    }

    /** Empty if nothing was typed that can be searched for. */
    static Wording of(String typed) {
        List<String> all = Words.of(typed).stream()
                .map(word -> word.length() > LONGEST_WORD ? word.substring(0, LONGEST_WORD) : word)
                .distinct()
                .limit(MOST_WORDS)
                .toList();
        List<String> telling =
                all.stream().filter(word -> !FILLERS.contains(word)).toList();
        List<String> words = telling.isEmpty() ? all : telling;
        List<Term> terms = new ArrayList<>();
        int next = 0;
        while (next < words.size()) {
            int length = Math.min(LONGEST_PHRASE, words.size() - next);
            while (length > 1 && !SYNONYMS.containsKey(words.subList(next, next + length))) {
                length--;
            }
            List<String> phrase = List.copyOf(words.subList(next, next + length));
            terms.add(new Term(phrase, SYNONYMS.getOrDefault(phrase, List.of())));
            next += length;
        }
        return new Wording(List.copyOf(terms));
    }

    boolean isEmpty() {
        return terms.isEmpty();
    }

    /** The words that have no other words for them, so that a typing error may be in them. */
    Stream<String> wordsOnTheirOwn() {
        return terms.stream()
                .filter(term -> term.synonyms().isEmpty())
                .map(term -> term.words().getFirst())
                .distinct();
    }

    private static Map<List<String>, List<List<String>>> read() {
        Map<List<String>, List<List<String>>> synonyms = new HashMap<>();
        try (InputStream file = Wording.class.getResourceAsStream("synonyms.txt")) {
            if (file == null) {
                throw new IllegalStateException("the program lacks its file synonyms.txt");
            }
            try (BufferedReader lines = new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))) {
                lines.lines()
                        .filter(line -> !line.isBlank() && !line.startsWith("#"))
                        .forEach(line -> add(line, synonyms));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Map.copyOf(synonyms);
    }

    private static void add(String line, Map<List<String>, List<List<String>>> synonyms) {
        List<List<String>> group =
                Arrays.stream(line.split(",", -1)).map(Words::of).distinct().toList();
        for (List<String> member : group) {
            if (member.isEmpty() || member.size() > LONGEST_PHRASE) {
                throw new IllegalStateException("synonyms.txt has a member without or with too many words: " + line);
            }
            List<List<String>> others =
                    group.stream().filter(other -> !other.equals(member)).toList();
            if (synonyms.put(member, others) != null) {
                throw new IllegalStateException("synonyms.txt has in two groups: " + member);
            }
        }
    }
}
