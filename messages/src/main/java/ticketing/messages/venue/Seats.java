package ticketing.messages.venue;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;

/** The labels of a row's seats, from left to right. In JSON a plain number n stands for the labels 1 to n. */
public record Seats(List<String> labels) {

    static final int LARGEST_ROW = 100_000;

    public Seats {
        labels = List.copyOf(labels);
        if (labels.isEmpty() || labels.size() > LARGEST_ROW) {
            throw new IllegalArgumentException("a row has 1 to " + LARGEST_ROW + " seats");
        }
        for (String label : labels) {
            Label.check("a seat's label", label);
        }
        if (new HashSet<>(labels).size() != labels.size()) {
            throw new IllegalArgumentException("a row's seats need different labels");
        }
    }

    /** Seats labelled 1 to count. */
    public static Seats count(int count) {
        if (count < 1 || count > LARGEST_ROW) {
            throw new IllegalArgumentException("a row has 1 to " + LARGEST_ROW + " seats");
        }
        return new Seats(
                IntStream.rangeClosed(1, count).mapToObj(Integer::toString).toList());
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
        for (int i = 0; i < labels.size(); i++) {
            if (!labels.get(i).equals(Integer.toString(i + 1))) {
                return labels;
            }
        }
        return labels.size();
    }
}
