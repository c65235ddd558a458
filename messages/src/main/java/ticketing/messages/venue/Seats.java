package ticketing.messages.venue;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/**
 * The labels of a row's seats, from left to right. In JSON a plain number n stands for the labels 1 to n. Of those only their number is kept: a few
 * bytes of a request can ask for very many, and do so before anything has been added up.
 */
public record Seats(List<String> labels) {

    static final int LARGEST_ROW = 100_000;

    public Seats {
        labels = labels instanceof Counted ? labels : checked(labels);
    }

    /** Seats labelled 1 to count. */
    public static Seats count(int count) {
        checkSize(count);
        return new Seats(new Counted(count));
    }

    /** Whether there are seats with all of these labels. */
    boolean haveAll(List<String> wanted) {
        // Of labels that were counted each is found at once; of the others, which all came in one by one, a set finds
        // them.
        return labels instanceof Counted ? labels.containsAll(wanted) : new HashSet<>(labels).containsAll(wanted);
    }

    private static List<String> checked(List<String> given) {
        List<String> labels = List.copyOf(given);
        checkSize(labels.size());
        for (String label : labels) {
            Label.check("a seat's label", label);
        }
        if (new HashSet<>(labels).size() != labels.size()) {
            throw new IllegalArgumentException("a row's seats need different labels");
        }
        List<String> counted = new Counted(labels.size());
        return labels.equals(counted) ? counted : labels;
    }

    private static void checkSize(int seats) {
        if (seats < 1 || seats > LARGEST_ROW) {
            throw new IllegalArgumentException("a row has 1 to " + LARGEST_ROW + " seats");
        }
    }

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static Seats fromJson(Object json) {
        if (json instanceof Integer count) {
            return count(count);
        }
        if (json instanceof List<?> list) {
            List<String> labels = new ArrayList<>(list.size());
            for (Object label : list) {
                if (!(label instanceof String text)) {
                    throw new IllegalArgumentException("seats is a number or a list of labels");
                }
                labels.add(text);
            }
            return new Seats(labels);
        }
        throw new IllegalArgumentException("seats is a number or a list of labels");
    }

    @JsonValue
    Object toJson() {
        return labels instanceof Counted ? labels.size() : labels;
    }

    /** The labels 1 to n, made when they are asked for. */
    private static final class Counted extends AbstractList<String> implements RandomAccess {
        private final int count;

        Counted(int count) {
            this.count = count;
        }

        @Override
        public String get(int index) {
            return Integer.toString(Objects.checkIndex(index, count) + 1);
        }

        @Override
        public int size() {
            return count;
        }

        @Override
        public boolean contains(@Nullable Object label) {
            return indexOf(label) >= 0;
        }

        /** Without making the labels before it. */
        @Override
        public int indexOf(@Nullable Object label) {
            if (!(label instanceof String text) || text.isEmpty() || text.length() > 6) {
                return -1;
            }
            int number = 0;
            for (int i = 0; i < text.length(); i++) {
                char digit = text.charAt(i);
                if (digit < '0' || digit > '9') {
                    return -1;
                }
                number = 10 * number + (digit - '0');
            }
            // No other text than a number's own is its label: neither 07 nor 0.
            return number <= count && text.charAt(0) != '0' ? number - 1 : -1;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Counted counted ? counted.count == count : super.equals(other);
        }

        @Override
        public int hashCode() {
            return super.hashCode();
        }
    }
}
