package ticketing.messages.venue;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What of a venue can be sold: sections of seated rows or of standing places. Every place has an index from 0, counted section by section, row by
 * row, seat by seat in the order given here; that order never changes within one version of the map.
 */
public record SeatMap(List<Section> sections) {

    /** The largest venue that is accepted. */
    public static final int LARGEST = 200_000;

    private static final int MOST_SECTIONS = 1_000;
    private static final int MOST_ROWS = 2_000;

    public SeatMap {
        if (sections == null || sections.isEmpty() || sections.size() > MOST_SECTIONS) {
            throw new IllegalArgumentException("a seat map has 1 to " + MOST_SECTIONS + " sections");
        }
        sections = List.copyOf(sections);
        Set<String> names = new HashSet<>();
        long seats = 0;
        for (Section section : sections) {
            if (!names.add(section.name())) {
                throw new IllegalArgumentException("two sections are named " + section.name());
            }
            seats += section.seatCount();
        }
        checkSum(seats);
    }

    private static void checkSum(long places) {
        if (places > LARGEST) {
            throw new IllegalArgumentException("a seat map has at most " + LARGEST + " places");
        }
    }

    /** How many places there are, standing ones included. */
    public int seatCount() {
        return sections.stream().mapToInt(Section::seatCount).sum();
    }

    /**
     * A part of the venue with one price; either seated or standing.
     *
     * @param rows the seated rows, front to back; absent for a standing area
     * @param standing how many people may stand; absent for a seated section
     * @param x where a drawing puts its left edge, in seat widths; absent: the drawing decides
     * @param y where a drawing puts its front, in seat widths; absent: the drawing decides
     * @param curve how far its rows bend, in seat widths at the edges; absent: straight
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Section(
            String name,
            @Nullable List<Row> rows,
            @Nullable Integer standing,
            @Nullable Double x,
            @Nullable Double y,
            @Nullable Double curve) {

        public Section {
            Label.check("a section's name", name);
            if ((rows == null) == (standing == null)) {
                throw new IllegalArgumentException("section " + name + " needs either rows or standing");
            }
            if (standing != null && (standing < 1 || standing > LARGEST)) {
                throw new IllegalArgumentException("standing is between 1 and " + LARGEST);
            }
            if (rows != null) {
                if (rows.isEmpty() || rows.size() > MOST_ROWS) {
                    throw new IllegalArgumentException("section " + name + " has 1 to " + MOST_ROWS + " rows");
                }
                rows = List.copyOf(rows);
                Set<String> labels = new HashSet<>();
                long seats = 0;
                for (Row row : rows) {
                    if (!labels.add(row.label())) {
                        throw new IllegalArgumentException("section " + name + " has two rows " + row.label());
                    }
                    seats += row.seats().labels().size();
                }
                checkSum(seats);
            }
            Coordinate.check(x, y, curve);
        }

        /** A seated section without coordinates. */
        public static Section seated(String name, List<Row> rows) {
            return new Section(name, rows, null, null, null, null);
        }

        /** A standing area without coordinates. */
        public static Section standing(String name, int places) {
            return new Section(name, null, places, null, null, null);
        }

        /** How many places it has. */
        public int seatCount() {
            if (rows == null) {
                return standing == null ? 0 : standing;
            }
            return rows.stream().mapToInt(row -> row.seats().labels().size()).sum();
        }
    }

    /**
     * One row of seats.
     *
     * @param accessible labels of the seats that a wheelchair user can take
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Row(
            String label,
            @JsonProperty("seats") Seats seats,
            @Nullable Double x,
            @Nullable Double y,
            @Nullable Double curve,
            @Nullable List<String> accessible) {

        public Row {
            Label.check("a row's label", label);
            if (seats == null) {
                throw new IllegalArgumentException("row " + label + " needs seats");
            }
            if (accessible != null) {
                accessible = List.copyOf(accessible);
                if (!seats.haveAll(accessible)) {
                    throw new IllegalArgumentException("row " + label + " has no such accessible seat");
                }
            }
            Coordinate.check(x, y, curve);
        }

        /** A row of seats 1 to count. */
        public static Row of(String label, int count) {
            return new Row(label, Seats.count(count), null, null, null, null);
        }
    }

    private static final class Coordinate {
        private static final double FARTHEST = 100_000;

        static void check(@Nullable Double... values) {
            for (Double value : values) {
                if (value != null && (!Double.isFinite(value) || Math.abs(value) > FARTHEST)) {
                    throw new IllegalArgumentException("coordinates lie between -" + FARTHEST + " and " + FARTHEST);
                }
            }
        }
    }
}
