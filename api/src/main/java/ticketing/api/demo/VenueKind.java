package ticketing.api.demo;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import ticketing.messages.venue.SeatMap;
import ticketing.messages.venue.SeatMap.Row;
import ticketing.messages.venue.SeatMap.Section;
import ticketing.messages.venue.Seats;

/** The demo's five kinds of venues, each with a seat map as such houses have it. */
enum VenueKind {
    /** 300 seats. */
    THEATRE(new SeatMap(List.of(
            seated("Stalls", letters("A", 10, 16, true), 4, 2, 2),
            seated("Circle", letters("A", 5, 20, false), 2, 19, 3),
            seated("Boxes", named("Box ", 4, 5), 26, 4, 0),
            seated("Gallery", letters("A", 1, 20, false), 2, 30, 3)))),

    /** 180 seats. */
    CINEMA(new SeatMap(List.of(
            seated("Front", letters("A", 3, 15, false), 0, 1, 1),
            seated("Middle", letters("D", 6, 15, false), 0, 7, 1),
            seated("Back", letters("J", 3, 15, true), 0, 16.6, 1)))),

    /** 2,500 seats. */
    HALL(new SeatMap(List.of(
            seated("Parterre Left", numbers(20, 15, true), 7, 4, 0),
            seated("Parterre Centre", numbers(25, 24, true), 25, 2, 2),
            seated("Parterre Right", numbers(20, 15, true), 52, 4, 0),
            seated("Boxes", named("Box ", 10, 8), 71, 4, 0),
            seated("Balcony Left", numbers(15, 20, false), 0, 36, 0),
            seated("Balcony Centre", numbers(15, 30, false), 22, 38, 2),
            seated("Balcony Right", numbers(15, 20, false), 54, 36, 0),
            seated("Gallery", numbers(10, 17, false), 28.5, 60, 2)))),

    /** 20,000 places, 3,936 of them standing on the floor. */
    ARENA(new SeatMap(sections(
            List.of(standing("Floor", 3_936)), ring(100, 7, 5, 20, 20, 0, 0), ring(200, 10, 6, 16, 18, 154, 130)))),

    /** 60,000 places, 7,800 of them on the pitch. */
    STADIUM(new SeatMap(sections(
            List.of(standing("Pitch", 7_800)), ring(100, 10, 6, 30, 30, 0, 0), ring(200, 12, 8, 25, 30, 320, 228))));

    /** How far apart rows are drawn that have no place of their own, in seat widths. */
    private static final double ROW_DISTANCE = 1.2;

    private static final double AISLE = 2;

    @SuppressWarnings("ImmutableEnumChecker") // a seat map is a record all the way down, of copied lists
    private final SeatMap seatMap;

    VenueKind(SeatMap seatMap) {
        this.seatMap = seatMap;
    }

    SeatMap seatMap() {
        return seatMap;
    }

    /** What a place in this section costs, as a share of a show's usual price. */
    static BigDecimal share(String section) {
        return new BigDecimal(
                switch (section) {
                    case "Boxes" -> "1.5";
                    case "Parterre Centre", "Pitch", "Back" -> "1.2";
                    case "Circle", "Balcony Centre", "Front" -> "0.8";
                    case "Balcony Left", "Balcony Right" -> "0.7";
                    case "Gallery" -> "0.5";
                    default -> section.startsWith("2") ? "0.6" : "1.0";
                });
    }

    private static Section seated(String name, List<Row> rows, double x, double y, double curve) {
        return new Section(name, rows, null, x, y, curve);
    }

    /** In the middle of the rings: a standing area is drawn twice as wide as deep. */
    private static Section standing(String name, int places) {
        double width = Math.ceil(Math.sqrt(2.0 * places));
        return new Section(name, null, places, -width / 2, -Math.ceil(places / width) / 2, null);
    }

    private static List<Section> sections(List<Section> first, List<Section> second, List<Section> third) {
        List<Section> all = new ArrayList<>(first);
        all.addAll(second);
        all.addAll(third);
        return all;
    }

    /**
     * Blocks along the sides of a rectangle around the middle, clockwise from its left back corner.
     *
     * @param hundred the first block is called this plus one
     * @param columns how many blocks wide the rectangle is
     * @param rows how many blocks deep it is
     * @param depth how many rows a block has
     * @param width how many seats a row has
     * @param innerWidth how wide what it surrounds is, at least; the blocks of the two long sides move apart for it
     * @param innerDepth the same for the short sides
     */
    private static List<Section> ring(
            int hundred, int columns, int rows, int depth, int width, double innerWidth, double innerDepth) {
        double blockWidth = width + AISLE;
        double blockDepth = depth * ROW_DISTANCE + AISLE;
        double across = Math.max(blockWidth, (innerWidth + 2 * blockWidth) / columns);
        double along = Math.max(blockDepth, innerDepth / (rows - 2));
        double left = -columns * across / 2;
        double top = -(2 * blockDepth + (rows - 2) * along) / 2;
        double spareAcross = (across - blockWidth) / 2;
        double spareAlong = (along - blockDepth) / 2;
        double right = left + columns * across - blockWidth;
        double bottom = top + blockDepth + (rows - 2) * along;
        List<double[]> places = new ArrayList<>();
        for (int i = 0; i < columns; i++) {
            places.add(new double[] {left + i * across + spareAcross, top});
        }
        for (int i = 0; i < rows - 2; i++) {
            places.add(new double[] {right - spareAcross, top + blockDepth + i * along + spareAlong});
        }
        for (int i = columns - 1; i >= 0; i--) {
            places.add(new double[] {left + i * across + spareAcross, bottom});
        }
        for (int i = rows - 3; i >= 0; i--) {
            places.add(new double[] {left + spareAcross, top + blockDepth + i * along + spareAlong});
        }
        List<Section> blocks = new ArrayList<>();
        for (double[] place : places) {
            int number = hundred + blocks.size() + 1;
            // Step-free entrances lead to every fourth block.
            boolean accessible = number % 4 == 1;
            blocks.add(seated(Integer.toString(number), numbers(depth, width, accessible), place[0], place[1], 0));
        }
        return blocks;
    }

    private static List<Row> letters(String first, int rows, int seats, boolean accessible) {
        return IntStream.range(0, rows)
                .mapToObj(i -> row(Character.toString(first.charAt(0) + i), seats, accessible && i == 0))
                .toList();
    }

    private static List<Row> numbers(int rows, int seats, boolean accessible) {
        return IntStream.rangeClosed(1, rows)
                .mapToObj(i -> row(Integer.toString(i), seats, accessible && i == 1))
                .toList();
    }

    private static List<Row> named(String name, int rows, int seats) {
        return IntStream.rangeClosed(1, rows)
                .mapToObj(i -> row(name + i, seats, false))
                .toList();
    }

    /** Wheelchair users get the two seats at either end. */
    private static Row row(String label, int seats, boolean accessible) {
        List<String> ends = List.of("1", "2", Integer.toString(seats - 1), Integer.toString(seats));
        return new Row(label, Seats.count(seats), null, null, null, accessible ? ends : null);
    }
}
