package ticketing.messages.show;

import java.util.List;

/** Asks what is printed on the seats with these indexes; answered with {@link Places} or, for a show that is not published, nothing. */
public record PlacesOf(ShowId showId, List<Integer> seats) {

    public PlacesOf {
        seats = List.copyOf(seats);
    }

    /** In the order of the question; an index that the show does not have is left out. */
    public record Places(List<Place> places) {}

    /**
     * @param index the seat's index in the show's layout
     * @param row empty in a standing area
     */
    public record Place(int index, String section, String row, String seat) {}
}
