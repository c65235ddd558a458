package ticketing.query.venue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import ticketing.messages.venue.SeatMap;
import ticketing.query.ComputedList;

/**
 * One version of a venue's seat map, drawn: every place has its index, its labels and where it lies. The stage is above; x grows to the right and y
 * away from the stage, in seat widths.
 *
 * <p>A section without coordinates goes behind everything before it, centred. A row without coordinates is centred in its section, one behind the
 * other. A standing area is a block of places, twice as wide as deep.
 */
public final class SeatLayout {

    private static final double ROW_DISTANCE = 1.2;
    private static final double SECTION_GAP = 2;

    private final List<Section> sections;
    private final int[] firstSeats;
    private final float[] x;
    private final float[] y;
    private final BitSet accessible = new BitSet();

    /** @param firstSeat the index of its first place */
    public record Section(String name, boolean standing, int firstSeat, int seats, List<Row> rows) {}

    /**
     * @param label empty for the one row of a standing area
     * @param labels the seats' labels in the order of their indexes
     * @param bent whether its seats have different y
     */
    public record Row(String label, double y, int firstSeat, List<String> labels, boolean bent) {}

    /** What is printed on a seat. */
    public record Printed(String section, String row, String seat) {}

    private SeatLayout(SeatMap map) {
        int seats = map.seatCount();
        this.x = new float[seats];
        this.y = new float[seats];
        this.sections = new ArrayList<>(map.sections().size());
        double middle = map.sections().stream()
                        .filter(section -> section.x() == null)
                        .mapToDouble(SeatLayout::width)
                        .max()
                        .orElse(0)
                / 2;
        double behindAll = 0;
        int seat = 0;
        for (SeatMap.Section section : map.sections()) {
            double width = width(section);
            double left = section.x() == null ? middle - width / 2 : section.x();
            double front = section.y() == null ? behindAll : section.y();
            Section drawn = section.standing() == null
                    ? seated(section, rowsOf(section), seat, left, width, front)
                    : standing(section.name(), section.standing(), seat, left, (int) Math.max(1, width), front);
            sections.add(drawn);
            for (int i = seat; i < seat + drawn.seats; i++) {
                behindAll = Math.max(behindAll, y[i] + SECTION_GAP + ROW_DISTANCE);
            }
            seat += drawn.seats;
        }
        this.firstSeats = sections.stream().mapToInt(Section::firstSeat).toArray();
        moveToOrigin();
    }

    /** Draws a seat map. Two drawings of the same map are equal, today and in later versions: clients keep them by the map's version. */
    public static SeatLayout of(SeatMap map) {
        return new SeatLayout(map);
    }

    private Section seated(
            SeatMap.Section section, List<SeatMap.Row> rows, int firstSeat, double left, double width, double front) {
        List<Row> drawn = new ArrayList<>(rows.size());
        int seat = firstSeat;
        double rowY = front;
        for (SeatMap.Row row : rows) {
            List<String> labels = row.seats().labels();
            int count = labels.size();
            double rowX = row.x() == null ? left + (width - count) / 2 : row.x();
            if (row.y() != null) {
                rowY = row.y();
            }
            double curve = row.curve() != null ? row.curve() : section.curve() != null ? section.curve() : 0;
            Set<String> reserved = row.accessible() == null ? Set.of() : new HashSet<>(row.accessible());
            for (int i = 0; i < count; i++) {
                double offCentre = count == 1 ? 0 : (2.0 * i / (count - 1)) - 1;
                put(seat + i, rowX + i, rowY - curve * offCentre * offCentre);
                if (reserved.contains(labels.get(i))) {
                    accessible.set(seat + i);
                }
            }
            drawn.add(new Row(row.label(), rowY, seat, labels, curve != 0));
            seat += count;
            rowY += ROW_DISTANCE;
        }
        return new Section(section.name(), false, firstSeat, seat - firstSeat, drawn);
    }

    private Section standing(String name, int places, int firstSeat, double left, int columns, double front) {
        for (int i = 0; i < places; i++) {
            int line = i / columns;
            put(firstSeat + i, left + (i - line * columns), front + line);
        }
        List<String> labels = new ComputedList<>(places, i -> Integer.toString(i + 1));
        return new Section(name, true, firstSeat, places, List.of(new Row("", front, firstSeat, labels, true)));
    }

    private void put(int seat, double seatX, double seatY) {
        x[seat] = (float) seatX;
        y[seat] = (float) seatY;
    }

    private static double width(SeatMap.Section section) {
        if (section.standing() != null) {
            return Math.ceil(Math.sqrt(2.0 * section.standing()));
        }
        return rowsOf(section).stream()
                .mapToInt(row -> row.seats().labels().size())
                .max()
                .orElse(0);
    }

    private static List<SeatMap.Row> rowsOf(SeatMap.Section section) {
        return section.rows() == null ? List.of() : section.rows();
    }

    /** A drawing begins at 0, 0, whatever coordinates it was given in. */
    private void moveToOrigin() {
        float left = Float.MAX_VALUE;
        float top = Float.MAX_VALUE;
        for (int i = 0; i < x.length; i++) {
            left = Math.min(left, x[i]);
            top = Math.min(top, y[i]);
        }
        for (int i = 0; i < x.length; i++) {
            x[i] -= left;
            y[i] -= top;
        }
        for (int i = 0; i < sections.size(); i++) {
            Section section = sections.get(i);
            List<Row> rows = new ArrayList<>(section.rows.size());
            for (Row row : section.rows) {
                rows.add(new Row(row.label, rounded((float) row.y - top), row.firstSeat, row.labels, row.bent));
            }
            sections.set(
                    i,
                    new Section(section.name, section.standing, section.firstSeat, section.seats, List.copyOf(rows)));
        }
    }

    /** The sections in the order of their places. */
    public List<Section> sections() {
        return List.copyOf(sections);
    }

    public int seatCount() {
        return x.length;
    }

    public double x(int seat) {
        return rounded(x[seat]);
    }

    public double y(int seat) {
        return rounded(y[seat]);
    }

    public boolean isAccessible(int seat) {
        return accessible.get(seat);
    }

    /** What is printed on the seat with this index; nothing if there is none. */
    public @Nullable Printed printed(int seat) {
        if (seat < 0 || seat >= x.length) {
            return null;
        }
        Section section = sections.get(lastUpTo(seat));
        int low = 0;
        int high = section.rows.size() - 1;
        while (low < high) {
            int mid = (low + high + 1) >>> 1;
            if (section.rows.get(mid).firstSeat <= seat) {
                low = mid;
            } else {
                high = mid - 1;
            }
        }
        Row row = section.rows.get(low);
        return new Printed(section.name, row.label, row.labels.get(seat - row.firstSeat));
    }

    private int lastUpTo(int seat) {
        int found = Arrays.binarySearch(firstSeats, seat);
        return found >= 0 ? found : -found - 2;
    }

    /** Hundredths of a seat are enough to draw, and short in JSON. */
    private static double rounded(float value) {
        return Math.round(value * 100.0) / 100.0;
    }
}
