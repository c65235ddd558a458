package ticketing.messages.search;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The words of a text as search compares them: lower case, accents folded, letters and digits only. Done here and not in a database, so that every
 * index and every question fold alike on every server.
 */
public final class Words {

    private Words() {}

    /** The text's words in order; empty for a text of nothing but signs and blanks. */
    public static List<String> of(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        Normalizer.normalize(text, Normalizer.Form.NFKD)
                .toLowerCase(Locale.ROOT)
                .codePoints()
                .forEach(c -> {
                    if (Character.isLetterOrDigit(c)) {
                        fold(c, word);
                    } else if (!isInsideWord(c) && !word.isEmpty()) {
                        words.add(word.toString());
                        word.setLength(0);
                    }
                });
        if (!word.isEmpty()) {
            words.add(word.toString());
        }
        return words;
    }

    /** The words joined by blanks. */
    public static String folded(String text) {
        return String.join(" ", of(text));
    }

    /** The word's first characters, so many or one less: a letter that takes two of them is never cut in half. The whole word, if it has no more. */
    public static String beginning(String word, int length) {
        if (word.length() <= length) {
            return word;
        }
        return word.substring(0, Character.isHighSurrogate(word.charAt(length - 1)) ? length - 1 : length);
    }

    /** Accents, which the normal form has split off, and apostrophes do not end a word. */
    private static boolean isInsideWord(int c) {
        return switch (Character.getType(c)) {
            case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK -> true;
            default -> c == '\'' || c == '’' || c == 'ʼ';
        };
    }

    /** Letters whose stroke or ligature Unicode does not take apart. */
    private static void fold(int c, StringBuilder word) {
        switch (c) {
            case 'ß' -> word.append("ss");
            case 'æ' -> word.append("ae");
            case 'œ' -> word.append("oe");
            case 'ø' -> word.append('o');
            case 'đ', 'ð' -> word.append('d');
            case 'ł' -> word.append('l');
            case 'ı' -> word.append('i');
            case 'þ' -> word.append("th");
            default -> word.appendCodePoint(c);
        }
    }
}
